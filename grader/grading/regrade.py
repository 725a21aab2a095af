"""What grading again changed: old and new points side by side.

The Grades of the run before, `DIR/grades.jsonl`, are kept as `DIR/grades.before.jsonl` when the exercise has
changed since, and stay until it changes again: a run that is stopped in between and started again compares with
the same ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from grader.errors import GraderError
from grader.grading.grade import Grade
from grader.judge.verdicts import short_name
from grader.locale import _
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.course.exercise import Exercise
    from grader.submissions import Student

GRADES = "grades.jsonl"
BEFORE = "grades.before.jsonl"


@dataclass(frozen=True, slots=True)
class Change:
    """A submission before and after; None: it was not there."""

    submission: str
    old_points: float | None
    old_max: float | None
    new_points: float | None
    new_max: float | None
    gained: tuple[str, ...] = ()
    """Tests that it passes now and did not pass before."""
    lost: tuple[str, ...] = ()
    """Tests that it passed before and does not pass now, or that are gone."""
    handed_in_anew: bool = False
    """Its content is another one, so the exercise may not be the reason."""
    student: Student | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything to see."""
        same = (self.old_points, self.old_max) == (self.new_points, self.new_max)
        return not same or bool(self.gained) or bool(self.lost)

    @property
    def difference(self) -> float:
        """Points in percent that it has more; 0 where it was not graded both times."""
        if self.old_points is None or self.new_points is None or not self.old_max or not self.new_max:
            return 0.0
        return round(100 * (self.new_share - self.old_share), 6)

    @property
    def old_share(self) -> float:
        """Its share of the points before, from 0 to 1; 0 where it was not there."""
        return self.old_points / self.old_max if self.old_points and self.old_max else 0.0

    @property
    def new_share(self) -> float:
        """Its share of the points now, from 0 to 1; 0 where it is not there."""
        return self.new_points / self.new_max if self.new_points and self.new_max else 0.0


def refuse_another_exercise(folder: Path, exercise: Exercise) -> None:
    """See that the results in `folder`, when there are any, are not those of another exercise. One that was renamed is
    the same: it still has one of the tests.

    Raises:
        GraderError: They are, and would be lost.
        OSError: They cannot be read.
    """
    path = folder / GRADES
    before = next(_read(path), None) if path.exists() else None
    if before is None or before.exercise == exercise.id:
        return
    sources: dict[str, str] = {}
    for verdict in before.verdicts:
        file = verdict.test.partition("::")[0]
        if file not in sources:
            sources[file] = _source(exercise.folder / before.suite / file)
        if re.search(rf"\b{re.escape(_function(verdict.test))}\b", sources[file]):
            return
    raise GraderError(
        _("This folder holds the results of another exercise, {id}.").format(
            id=printable(before.exercise, limit=80)
        ),
        where=folder,
        todo=_("Choose another folder with --out."),
    )


def _source(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _function(test: str) -> str:
    """The name of a test's function, without class and parameters."""
    return short_name(test).partition("[")[0].rpartition("::")[2]


def keep_before(folder: Path, exercise_version: str) -> None:
    """Keep the Grades of the run before, when they are of another version of the exercise.

    Raises:
        OSError: The file cannot be renamed.
    """
    grades = folder / GRADES
    first = next(_read(grades), None) if grades.exists() else None
    if first is not None and first.exercise_version != exercise_version:
        grades.replace(folder / BEFORE)


def changes(folder: Path, now: Iterable[Grade]) -> tuple[Change, ...]:
    """What changed since the Grades that were kept; nothing when none were. A student of the roster is the same one
    whatever the files are called.

    Raises:
        OSError: The file cannot be read.
    """
    path = folder / BEFORE
    if not path.exists():
        return ()
    before = {grade.submission: _Slim.of(grade) for grade in _read(path)}
    names = {old.student.id: name for name, old in before.items() if old.student is not None}
    found = []
    for grade in now:
        new = _Slim.of(grade)
        name = names.get(new.student.id) if new.student is not None else None
        same = before.get(grade.submission)
        if name is None and same is not None and (same.student is None or new.student is None):
            name = grade.submission  # one of the two runs had no roster
        found.append(_change(grade.submission, before.pop(name, None) if name else None, new))
    return (*found, *(_change(submission, old, None) for submission, old in before.items()))


def tests_before(folder: Path) -> frozenset[str]:
    """The tests of the suite before, of the Grades that were kept.

    Raises:
        OSError: The file cannot be read.
    """
    path = folder / BEFORE
    first = next(_read(path), None) if path.exists() else None
    return frozenset(verdict.test for verdict in first.verdicts) if first else frozenset()


@dataclass(frozen=True, slots=True)
class _Slim:
    """What of a Grade is compared."""

    points: float
    max_points: float
    passed: frozenset[str]
    content_hash: str
    student: Student | None

    @classmethod
    def of(cls, grade: Grade) -> _Slim:
        passed = frozenset(verdict.test for verdict in grade.verdicts if verdict.passed)
        return cls(grade.points, grade.max_points, passed, grade.content_hash, grade.student)


def _change(submission: str, old: _Slim | None, new: _Slim | None) -> Change:
    passed_before = old.passed if old is not None else frozenset()
    passed_now = new.passed if new is not None else frozenset()
    return Change(
        submission,
        old.points if old is not None else None,
        old.max_points if old is not None else None,
        new.points if new is not None else None,
        new.max_points if new is not None else None,
        tuple(sorted(passed_now - passed_before)) if old is not None else (),
        tuple(sorted(passed_before - passed_now)) if new is not None else (),
        old is not None and new is not None and old.content_hash != new.content_hash,
        next((each.student for each in (new, old) if each is not None), None),
    )


def _read(path: Path) -> Iterator[Grade]:
    """The Grades in a file; lines of an older format are passed over."""
    with path.open("rb") as file:
        for line in file:
            try:
                yield Grade.model_validate_json(line)
            except ValidationError:
                continue
