"""Several attempts of one student: which entries belong together, and which of them counts.

Entries belong together when the roster gives them to the same student, or when their names differ only by
an attempt:

    alice_attempt_2.py    alice-attempt2.zip    alice_attempt_2024-03-01-10-11-12 (Blackboard)
    alice.py, alice (1).py, alice (2).zip       (a browser's copies; only beside an `alice`)
    alice.py, alice.zip                         (the same name packed in two ways)

The last attempt counts: the highest attempt number or date in the name; among equals, the latest change of
the file; among those, the name that sorts last. The others are shown as replaced, and nothing of them is
graded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.submissions.layout import natural_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.submissions.roster import Roster
    from grader.submissions.submission import Student

_ATTEMPT = re.compile(
    r"[\s_-]+(?:attempt|try|尝试|第)[\s_-]*"
    r"(?P<when>\d{4}-\d\d-\d\d(?:[-T_ ]\d\d){0,3}|\d{1,9})次?(?=$|[\s_.-])",
    re.IGNORECASE,
)
_COPY = re.compile(r"\s*\((?P<n>\d{1,4})\)$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry that may be a submission."""

    name: str
    """The entry's name without its ending."""
    modified: float
    """When it was changed, any clock that is the same for all."""
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry that counts for one submission, and those that it replaces."""

    id: str
    chosen: Candidate
    replaced: tuple[Candidate, ...]
    student: Student | None


def choose(candidates: Iterable[Candidate], roster: Roster | None = None) -> list[Choice]:
    """Group `candidates` by student or name and choose the last attempt of each, in the order of the ids."""
    everything = list(candidates)
    plain = {candidate.name for candidate in everything}
    groups: dict[tuple[str, str], list[tuple[Candidate, str, tuple[int, ...]]]] = {}
    owners: dict[tuple[str, str], Student | None] = {}
    for candidate in everything:
        name, attempt = _attempt_of(candidate.name, plain)
        owner = roster.owner_of(candidate.name) if roster else None
        key = ("student", owner.id) if owner else ("name", name)
        groups.setdefault(key, []).append((candidate, name, attempt))
        owners[key] = owner
    choices = []
    for key, group in groups.items():
        group.sort(key=lambda item: (item[2], item[0].modified, natural_key(item[0].source)))
        last, name, _attempt = group[-1]
        choices.append(Choice(name, last, tuple(item[0] for item in group[:-1]), owners[key]))
    return sorted(choices, key=lambda choice: natural_key(choice.id))


def _attempt_of(name: str, plain: set[str]) -> tuple[str, tuple[int, ...]]:
    """The name without its attempt, and the attempt as something that sorts; () for none."""
    match = _ATTEMPT.search(name)
    if match:
        return name[: match.start()] + name[match.end() :], tuple(
            int(part) for part in re.findall(r"\d+", match["when"])
        )
    match = _COPY.search(name)
    if match and name[: match.start()] in plain:
        return name[: match.start()], (int(match["n"]),)
    return name, ()
