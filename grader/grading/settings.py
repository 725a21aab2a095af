"""How a run grades: the few things that are neither the exercise nor the submission."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from grader.course.exercise import HIDDEN, VISIBLE
from grader.locale import ENGLISH

SUITES = (HIDDEN, VISIBLE)


@dataclass(frozen=True, slots=True)
class GradingSettings:
    """Plain data: it travels to worker processes and, hashed, into the journal."""

    seed: int | None = None
    """None: derived from the exercise's version and the submission's content."""
    isolation: str | None = None
    """The confinement level that is required; None: the strongest that the machine offers, and at least the
    default.
    """
    language: str = ENGLISH
    suite: str = HIDDEN

    def seed_for(self, exercise_version: str, content_hash: str) -> int:
        """The seed of one submission: the same in a regrade, another for other content, 32 bits."""
        if self.seed is not None:
            return self.seed
        digest = hashlib.sha256(f"{exercise_version}/{content_hash}".encode()).digest()
        return int.from_bytes(digest[:4], "big")
