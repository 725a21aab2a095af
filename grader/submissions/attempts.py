"""Several attempts of one student: which entries belong together, and which of them counts.

Entries belong together when the roster gives them to the same student, or when their names differ only by
an attempt:

    alice_attempt_2.py    alice-attempt2.zip    alice_attempt_2024-03-01-10-11-12 (Blackboard)
    alice.py, alice (1).py, alice (2).zip       (a browser's copies; only beside an `alice`)
    alice.py, alice.zip                         (the same name packed in two ways)
    alice_v1.py, alice_v2.py                    (only together)
    Alice Lee_17_assignsubmission_file_         (Moodle: what comes before it)
    leealice_LATE_1234_56789_kitchen-2.py       (Canvas: who, the user's number, the file's number)
    1_jdoe_attempt_2024-03-01-10-11-12_a.py     (Blackboard: what comes before the attempt)

Of one student, what cannot be graded (a PDF, a notebook) comes last. Of the others the last attempt counts: the highest
attempt number or date in the name; among equals, a file with the module's name before other Python files; among those
the highest number that the platform gave, then the latest change of the file, then the name that sorts last. The
others are shown as replaced, and nothing of them is graded.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from grader.submissions.layout import natural_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.submissions.roster import Roster
    from grader.submissions.submission import Student

_ATTEMPT = re.compile(
    r"[\s_-]+(?:attempt|try|尝试|第)[\s_-]*"
    r"(?P<when>\d{4}-\d\d-\d\d(?:[-T_ ]\d\d){0,3}|\d{1,9})次?(?:提交)?(?=$|[\s_.-])",
    re.IGNORECASE,
)
_COPY = re.compile(r"\s*\((?P<n>\d{1,4})\)$")
_VERSION = re.compile(r"[\s_-]+(?:v|ver|version|版本)[\s_.-]?(?P<n>\d{1,3})$", re.IGNORECASE)
_CANVAS = re.compile(r"(?P<who>[^\W\d_]+)(?:_LATE)?(?P<user>_\d{2,})_(?P<file>\d{3,30})_.+")
_MOODLE = re.compile(r"_assignsubmission_[a-z]+(?:_.*)?$")
_BLACKBOARD = re.compile(r"^(?P<who>.+?)(?P<attempt>_attempt_\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)_.*$")


class Likeness(IntEnum):
    """What an entry is by its name."""

    NONE = 0
    """Something that cannot be graded."""
    PYTHON = 1
    """A Python file with another name than the module's."""
    PACKED = 2
    """A folder or a zip."""
    MODULE = 3
    """A file with the module's name."""

    def is_beside(self, chosen: Likeness) -> bool:
        """Whether an entry like this does not count beside `chosen`, however late it came."""
        return self is Likeness.NONE or (self is Likeness.PYTHON and chosen is Likeness.MODULE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry that may be a submission."""

    name: str
    """The entry's name without its ending."""
    modified: float
    """When it was changed, any clock that is the same for all."""
    source: str
    """Where it lies; no two are the same."""
    likeness: Likeness = Likeness.PACKED


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry that counts for one submission, and those that it replaces."""

    id: str
    chosen: Candidate
    replaced: tuple[Candidate, ...]
    student: Student | None
    fitting: tuple[Student, ...] = ()
    """Students of the roster whose it may be, when nothing tells them apart."""


def choose(candidates: Iterable[Candidate], roster: Roster | None = None) -> list[Choice]:
    """Group `candidates` by student or name and choose the last attempt of each, in the order of the ids."""
    everything = list(candidates)
    plain = {candidate.name for candidate in everything}
    versions = Counter(_VERSION.sub("", candidate.name) for candidate in everything)
    plain |= {name for name, times in versions.items() if times > 1}
    groups: dict[tuple[str, str], list[tuple[Candidate, _Attempt]]] = {}
    owners: dict[tuple[str, str], tuple[Student, ...]] = {}
    for candidate in everything:
        attempt = _attempt_of(candidate.name, plain)
        fitting = roster.fitting(attempt.who) if roster else ()
        key = ("student", fitting[0].id) if len(fitting) == 1 else ("name", attempt.name)
        groups.setdefault(key, []).append((candidate, attempt))
        owners[key] = fitting
    choices = []
    for key, group in groups.items():
        likest = max(item[0].likeness for item in group)
        group.sort(
            key=lambda item: (
                item[0].likeness is not Likeness.NONE,
                item[1].when,
                not item[0].likeness.is_beside(likest),
                item[1].number,
                item[0].modified,
                natural_key(item[0].source),
            )
        )
        last, attempt = group[-1]
        fitting = owners[key]
        owner = fitting[0] if len(fitting) == 1 else None
        replaced = tuple(candidate for candidate, _attempt in group[:-1])
        choices.append(Choice(attempt.name, last, replaced, owner, () if owner else fitting))
    return sorted(choices, key=lambda choice: natural_key(choice.id))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What an entry's name says of whose it is and when it came."""

    name: str
    """The name without that."""
    who: str
    """The part of the name that tells the student: of what a platform wrote, not what the student called the file, who
    may have called it like another student.
    """
    when: tuple[int, ...] = ()
    """The attempt as something that sorts."""
    number: int = 0
    """The platform's number of the file: it grows with time, but the files of one attempt have different ones."""


def _attempt_of(name: str, plain: set[str]) -> _Attempt:
    name = _BLACKBOARD.sub(r"\g<who>\g<attempt>", _MOODLE.sub("", name) or name)
    canvas = _CANVAS.search(name)
    number = int(canvas["file"]) if canvas else 0
    name = who = _CANVAS.sub(r"\g<who>\g<user>", name)
    match = _ATTEMPT.search(name)
    if match:
        when = tuple(int(part) for part in re.findall(r"\d+", match["when"]))
        return _Attempt(name[: match.start()] + name[match.end() :], who, when, number)
    match = _COPY.search(name) or _VERSION.search(name)
    if match and name[: match.start()] in plain:
        return _Attempt(name[: match.start()], who, (int(match["n"]),), number)
    return _Attempt(name, who, (), number)
