"""What a worker and its analyzer's process say to each other: one request for a submission, one answer.

Apart from both, so that the process of the analyzer imports nothing of Grades: it would wait for that twice as long as
for the analyzer.
"""

from __future__ import annotations

import msgspec

MOST_FINDINGS = 500
"""In one answer."""


class LintRequest(msgspec.Struct, frozen=True):
    """What the child is asked: one submission."""

    files: dict[str, bytes]
    select: tuple[str, ...] | None
    ignore: tuple[str, ...]
    language: str


class LintLink(msgspec.Struct, frozen=True):
    """A call on the way to a blocking primitive."""

    path: str
    line: int
    column: int
    name: str


class LintFinding(msgspec.Struct, frozen=True):
    """A finding, with paths relative to the submission."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    message: str
    chain: tuple[LintLink, ...] = ()


class LintAnswer(msgspec.Struct, frozen=True):
    """What the child answers; `problem` is set when the analyzer could not look."""

    findings: tuple[LintFinding, ...] = ()
    problem: str | None = None
