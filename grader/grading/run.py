"""Grading a class: a map of the pure function over submissions, with a pool and a journal.

    submissions -> already in the journal? same content as another one? -> pool -> journal -> Grades

Submissions with the same content are graded once, and each gets a Grade of its own. The result keeps the
order of the submissions, whatever the order in which the workers finished.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.grading.journal import Journal, key_of
from grader.grading.linting import check_policy
from grader.grading.pool import Pool
from grader.grading.student_view import render_markdown
from grader.grading.worker import Hello

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
    last: str
    """The submission that was done last."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What a run produced."""

    grades: tuple[Grade, ...]
    failures: tuple[Failure, ...]
    reused: int
    """Grades that came from the journal."""
    copies: int
    """Grades of submissions with the content of another one."""


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

    Raises:
        GraderError: The exercise cannot be graded here, or results cannot be written.
    """
    exercise.suite(settings.suite)
    check_policy(exercise)
    waiting: dict[str, list[Submission]] = {}
    for submission in submissions:
        waiting.setdefault(key_of(exercise, submission, settings, grader_version), []).append(submission)
    grades: dict[str, Grade] = {}
    failures: dict[str, str] = {}
    with Journal(out, resume=resume) as journal:
        reused = 0
        for key in waiting.keys() & journal.grades.keys():
            for submission in waiting[key]:
                grades[submission.id] = _addressed(journal.grades[key], submission, exercise, settings)
                reused += 1
        if reused:
            report(Progress(reused, len(submissions), reused, 0, ""))
        open_keys = [key for key in waiting if key not in journal.grades]
        keys = {waiting[key][0].id: key for key in open_keys}
        hello = Hello(str(exercise.folder), settings, judge, 0, grader_version)
        workers = max(1, min(jobs or processors(), len(open_keys)))
        with Pool(hello, jobs=workers, wall_limit=exercise.limits().wall) as pool:
            for outcome in pool.grade([waiting[key][0] for key in open_keys]):
                key = keys[outcome.submission.id]
                if outcome.grade is not None:
                    journal.add(key, outcome.grade)
                for submission in waiting[key]:
                    if outcome.grade is None:
                        failures[submission.id] = outcome.failure or ""
                    else:
                        grades[submission.id] = _addressed(outcome.grade, submission, exercise, settings)
                done = len(grades) + len(failures)
                report(Progress(done, len(submissions), reused, len(failures), outcome.submission.id))
    return Graded(
        tuple(grades[submission.id] for submission in submissions if submission.id in grades),
        tuple(
            Failure(submission, failures[submission.id])
            for submission in submissions
            if submission.id in failures
        ),
        reused,
        sum(len(waiting[key]) - 1 for key in waiting),
    )


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _addressed(grade: Grade, submission: Submission, exercise: Exercise, settings: GradingSettings) -> Grade:
    """A Grade of the same content under this submission's name."""
    named = grade.model_copy(
        update={
            "submission": submission.id,
            "student": submission.student,
            "notes": submission.notes,
            "title": exercise.title,
        }
    )
    return named.model_copy(update={"feedback": render_markdown(named, settings.language)})
