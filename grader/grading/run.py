"""Grading a class: a map of the pure function over submissions, with a pool and a journal.

    submissions -> already in the journal? same content as another one? -> pool -> journal -> Grades

Submissions with the same content are graded once, and each gets a Grade of its own. The result keeps the
order of the submissions, whatever the order in which the workers finished. Grades are read from the journal
when they are looked at, one at a time: a class of any size needs the memory of a small one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from grader.grading.journal import Journal, judged_key_of, key_of
from grader.grading.judging_version import judging_version
from grader.grading.linting import check_policy
from grader.grading.pool import Pool
from grader.grading.student_view import render_markdown
from grader.grading.worker import Hello

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course.exercise import Exercise
    from grader.grading.grade import Grade
    from grader.grading.settings import GradingSettings
    from grader.submissions import Submission


@dataclass(frozen=True, slots=True)
class Failure:
    """A submission at which the grader failed, twice: it has no Grade."""

    submission: Submission
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: counted in submissions."""

    done: int
    total: int
    reused: int
    failed: int
    """The grader failed at so many."""
    passed: int
    """In so many, every test passed."""
    last: str
    """The submission that was done last."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What a run produced."""

    grades: Sequence[Grade]
    failures: tuple[Failure, ...]
    reused: int
    """Grades that came from the journal."""
    copies: int
    """Grades of submissions with the content of another one."""
    rescored: int
    """Grades with new points for the verdicts of an earlier run."""


class Grades(Sequence["Grade"]):
    """The Grades of a run, in the order of the submissions, each read from the journal when it is asked for."""

    def __init__(
        self,
        journal: Journal,
        places: Sequence[tuple[str, Submission]],
        exercise: Exercise,
        settings: GradingSettings,
    ) -> None:
        """`places`: the journal's key of each submission that has a Grade."""
        self._journal = journal
        self._places = places
        self._exercise = exercise
        self._settings = settings

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Grade: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Grade]: ...
    def __getitem__(self, index: int | slice) -> Grade | Sequence[Grade]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        key, submission = self._places[index]
        return _addressed(self._journal.grade(key), submission, self._exercise, self._settings)


def grade_class(
    exercise: Exercise,
    submissions: Sequence[Submission],
    settings: GradingSettings,
    *,
    out: Path,
    jobs: int | None = None,
    resume: bool = True,
    judge: str,
    grader_version: str = "",
    report: Callable[[Progress], None] = lambda _progress: None,
    on_grade: Callable[[Grade], None] = lambda _grade: None,
) -> Graded:
    """Grade `submissions`, keeping a journal in `out`.

    Args:
        exercise: What was asked.
        submissions: What was handed in; ids are unique.
        settings: Seed, isolation, language.
        out: The folder of the journal (and, later, of the reports).
        jobs: Workers; default: one per processor that this process may use.
        resume: Whether Grades of an earlier run count.
        judge: The judge's factory, `module:function`.
        grader_version: Recorded, and part of what makes a Grade reusable.
        report: Called after each submission.
        on_grade: Gets each new Grade, once it is in the journal; the workers are busy meanwhile. What it raises ends
            the run.

    Raises:
        GraderError: The exercise cannot be graded here, or results cannot be written.
    """
    exercise.suite(settings.suite)
    check_policy(exercise)
    waiting: dict[str, list[Submission]] = {}
    for submission in submissions:
        waiting.setdefault(key_of(exercise, submission, settings, grader_version), []).append(submission)
    failures: dict[str, str] = {}
    passed = reused = rescored = done = 0
    version = judging_version(exercise, settings.suite)

    def judged_key(submission: Submission) -> str:
        return judged_key_of(version, submission, settings, grader_version)

    with Journal(out, resume=resume) as journal:
        for key, same in waiting.items():
            if key in journal:
                passed += len(same) * journal.grade(key).all_passed
                reused += len(same)
        done = reused
        if reused:
            report(Progress(done, len(submissions), reused, 0, passed, ""))
        open_keys = [key for key in waiting if key not in journal]
        keys = {waiting[key][0].id: key for key in open_keys}
        known = {key for key in open_keys if journal.judged(judged_key(waiting[key][0])) is not None}

        def earlier(submission: Submission) -> bytes | None:
            grade = journal.judged(judged_key(submission)) if keys[submission.id] in known else None
            return None if grade is None else grade.model_dump_json().encode()

        hello = Hello(str(exercise.folder), settings, judge, 0, grader_version)
        workers = max(1, min(jobs or processors(), len(open_keys)))
        with Pool(hello, jobs=workers, wall_limit=exercise.limits().wall, earlier=earlier) as pool:
            for outcome in pool.grade([waiting[key][0] for key in open_keys]):
                key = keys[outcome.submission.id]
                same = waiting[key]
                done += len(same)
                if outcome.grade is None:
                    failures.update(dict.fromkeys((each.id for each in same), outcome.failure or ""))
                else:
                    journal.add(key, judged_key(outcome.submission), outcome.grade)
                    passed += len(same) * outcome.grade.all_passed
                    rescored += len(same) * (key in known)
                report(Progress(done, len(submissions), reused, len(failures), passed, outcome.submission.id))
                if outcome.grade is not None:
                    for each in same:
                        on_grade(_addressed(outcome.grade, each, exercise, settings))
    key_by_id = {submission.id: key for key, same in waiting.items() for submission in same}
    places = [(key_by_id[each.id], each) for each in submissions if each.id not in failures]
    return Graded(
        Grades(journal, places, exercise, settings),
        tuple(Failure(each, failures[each.id]) for each in submissions if each.id in failures),
        reused,
        sum(len(waiting[key]) - 1 for key in waiting),
        rescored,
    )


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _addressed(grade: Grade, submission: Submission, exercise: Exercise, settings: GradingSettings) -> Grade:
    """A Grade of the same content under this submission's name; its text is written anew only where it says
    something else.
    """
    own = {
        "submission": submission.id,
        "student": submission.student,
        "notes": submission.notes,
        "title": exercise.title,
    }
    if all(getattr(grade, name) == value for name, value in own.items()):
        return grade
    named = grade.model_copy(update=own)
    return named.model_copy(update={"feedback": render_markdown(named, settings.language)})
