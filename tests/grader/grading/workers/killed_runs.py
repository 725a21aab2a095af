"""Kills the command `grade` at every line of what writes results, starts it again, and compares the folders.

    python killed_runs.py EXERCISE CHANGED HANDED_IN FOLDER STEP

A class was graded with EXERCISE; then comes the run with CHANGED, in a fork that ends itself with -9 the first or the
last time it is about to run a line, for each line of the journal, of the run, of what is kept for comparison and of the
files of reports. Half of what the journal is about to write is on the disk in some. STEP 1
takes all of these moments, 3 every third. Grading happens in the process
itself, with a judge that follows the script. Prints, as JSON, how many were killed and what went wrong.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import scripted_judge

import grader.cli.grade as grade_command
import grader.grading.run as run_module
from grader.cli import _class_files as class_files
from grader.cli import run
from grader.course.exercise import load_exercise
from grader.grading import journal, regrade
from grader.grading.earlier import EarlierVerdicts
from grader.grading.linting import Linted
from grader.grading.pool import Outcome
from grader.grading.submission_grade import grade_submission
from grader.reports import files, outputs

WATCHED = frozenset(
    module.__file__ for module in (journal, regrade, files, outputs, run_module, class_files, grade_command)
)


class Here:
    """Grades in this process."""

    def __init__(self, hello, *, jobs, wall_limit, earlier):
        self._hello, self._earlier = hello, earlier
        self._exercise = load_exercise(Path(hello.exercise))

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None

    def lint(self, content, policy, *, language):
        return Linted()

    def grade(self, submissions):
        for submission in submissions:
            earlier = self._earlier(submission)
            judge = scripted_judge.ScriptedJudge(0)
            if earlier is not None:
                judge = EarlierVerdicts(judge.tests, earlier)
            grade = grade_submission(
                self._exercise, submission, self._hello.settings, judge=judge, linter=self, grader_version="1"
            )
            yield Outcome(submission, grade=grade)


def graded(exercise: str, handed_in: str, out: Path, trace=None) -> int:
    """Grade in a fork; its status."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.settrace(trace)
        os._exit(run(["grade", exercise, handed_in, "--out", str(out), "--lang", "en"]))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def tracer(reached):
    """Calls `reached(place, frame)` before each line of the files that are watched."""

    def line(frame, event, _argument):
        if event == "line":
            reached((frame.f_code.co_filename, frame.f_lineno), frame)
        return line

    return lambda frame, _event, _argument: line if frame.f_code.co_filename in WATCHED else None


def moments(exercise: str, handed_in: str, out: Path) -> list[tuple[tuple[str, int], int]]:
    """Each line that a run gets to, with how many times; and every line twice: the first time and the last."""
    log = out.with_name("lines")
    with log.open("w") as file:
        status = graded(
            exercise,
            handed_in,
            out,
            tracer(lambda place, _: file.write(json.dumps(place) + "\n") and file.flush()),
        )
        assert status == 0
    times: dict[tuple[str, int], int] = {}
    for text in log.read_text().splitlines():
        place = tuple(json.loads(text))
        times[place] = times.get(place, 0) + 1
    return [(place, number) for place, most in times.items() for number in sorted({1, most})]


def killer(wanted, number):
    """Ends the process when it gets to a line for the `number`th time; what the journal holds back is half written."""
    left = number

    def reached(place, frame):
        nonlocal left
        if place != wanted:
            return
        left -= 1
        if left:
            return
        line = frame.f_locals.get("line")
        if isinstance(line, bytes) and frame.f_code.co_name == "add":
            with open(frame.f_locals["self"].path, "ab") as file:
                file.write(line[: len(line) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    return reached


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def main(exercise: str, changed: str, handed_in: str, place: str, step: str) -> None:
    run_module.Pool = Here
    folder = Path(place)
    before, whole = folder / "before", folder / "whole"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run(["grade", exercise, handed_in, "--out", str(folder / "warm")])  # so that forks find all imported
    gc.freeze()
    assert graded(exercise, handed_in, before) == 0
    shutil.copytree(before, whole)
    wanted = moments(changed, handed_in, whole)[:: int(step)]
    expected = contents(whole)
    wrong = []
    for (file, line), number in wanted:
        out = folder / "stopped"
        shutil.copytree(before, out)
        name = f"{Path(file).name}:{line}, time {number}"
        status = graded(changed, handed_in, out, tracer(killer((file, line), number)))
        if status != -signal.SIGKILL:
            wrong.append(f"{name}: not killed ({status})")
        status = graded(changed, handed_in, out)
        now = contents(out)
        different = sorted(path for path in {**now, **expected} if now.get(path) != expected.get(path))
        if status != 0 or different:
            wrong.append(f"{name}: exit code {status}, different: {different}")
        shutil.rmtree(out)
    print(json.dumps({"killed": len(wanted), "wrong": wrong}))


main(*sys.argv[1:])
