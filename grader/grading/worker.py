"""A worker process: one warm judge and one analyzer, grading what it is sent: `python -m
grader.grading.worker`.

Talks frames on stdin and stdout. First it says `Ready` (or `Refused`: the suite or the machine does not
allow grading, and no other worker would fare better); then each `Job` is answered by `Done` or, when the
grader itself failed, by `Failed`, after which it ends: a process that has surprised us once is not used
again. It also ends when its stdin does, so that nothing is left when the command is killed.
"""

from __future__ import annotations

import os
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import msgspec

from grader.course.exercise import load_exercise
from grader.errors import GraderError
from grader.grading import judging
from grader.grading.earlier import EarlierVerdicts
from grader.grading.frames import read_frame, write_frame
from grader.grading.judging_version import judging_version
from grader.grading.lifeline import end_with_parent
from grader.grading.linting import LintProcess
from grader.grading.settings import GradingSettings
from grader.grading.submission_grade import grade_submission
from grader.locale import use
from grader.submissions import Submission

_LONGEST_REASON = 2000


class Hello(msgspec.Struct, frozen=True, tag=True):
    """What a worker is told first."""

    exercise: str
    """The exercise's folder."""
    settings: GradingSettings
    judge: str
    """The judge's factory, `module:function`."""
    number: int
    """The worker's number, from 0."""
    grader_version: str


class Job(msgspec.Struct, frozen=True, tag=True):
    """One submission to grade."""

    submission: Submission
    earlier: bytes | None = None
    """A Grade as JSON whose verdicts still hold: nothing is run."""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The judge is warm."""

    tests: int


class RefusedToStart(msgspec.Struct, frozen=True, tag=True):
    """A GraderError while starting: the command ends with it."""

    what: str
    where: str | None
    todo: str | None


class Done(msgspec.Struct, frozen=True, tag=True):
    """A Grade, as JSON."""

    grade: bytes


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The grader failed at this submission; the worker ends."""

    reason: str


Answer = Ready | RefusedToStart | Done | Failed


def serve(stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """Greet, then answer jobs until stdin ends or something fails."""
    hello = read_frame(stdin, Hello)
    if hello is None:
        return
    use(hello.settings.language)
    with ExitStack() as stack:
        try:
            exercise = load_exercise(Path(hello.exercise))
            linter = stack.enter_context(LintProcess())
            judge = stack.enter_context(judging.factory(hello.judge)(exercise, hello.settings, hello.number))
        except GraderError as error:
            write_frame(stdout, RefusedToStart(error.what, error.where, error.todo))
            return
        version = judging_version(exercise, hello.settings.suite)
        write_frame(stdout, Ready(len(judge.tests)))
        while (job := read_frame(stdin, Job)) is not None:
            try:
                grade = grade_submission(
                    exercise,
                    job.submission,
                    hello.settings,
                    judge=judge if job.earlier is None else EarlierVerdicts(judge.tests, job.earlier),
                    linter=linter,
                    grader_version=hello.grader_version,
                    version=version,
                )
            except Exception:  # noqa: BLE001  # a failure of the grader is reported, and ends this worker
                write_frame(stdout, Failed(traceback.format_exc()[-_LONGEST_REASON:]))
                return
            write_frame(stdout, Done(grade.model_dump_json().encode()))


def main() -> None:
    """Serve on copies of stdin and stdout; what anything prints goes to stderr, which the command keeps."""
    end_with_parent()
    stdin = os.fdopen(os.dup(0), "rb")
    stdout = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    serve(stdin, stdout)
    os._exit(0)  # everything is closed and written, and the command waits for the end of this process


if __name__ == "__main__":
    main()
