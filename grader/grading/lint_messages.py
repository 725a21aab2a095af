"""What a worker and its analyzer's process say to each other: one request for a submission, one answer.

Apart from both, so that the process of the analyzer imports nothing of Grades: it would wait for that twice as long as
for the analyzer.
"""

from __future__ import annotations

import msgspec

from rules.findings import Finding

MOST_FINDINGS = 500
"""In one answer."""


class LintRequest(msgspec.Struct, frozen=True):
    """What the child is asked: one submission."""

    files: dict[str, bytes]
    select: tuple[str, ...] | None
    ignore: tuple[str, ...]
    language: str


class LintAnswer(msgspec.Struct, frozen=True):
    """What the child answers; `problem` is set when the analyzer could not look."""

    findings: tuple[Finding, ...] = ()
    """With paths relative to the submission, and without fixes."""
    problem: str | None = None
