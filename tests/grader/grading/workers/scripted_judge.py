"""A judge for worker processes that does what the submission says: pass, fail, crash, hang, raise."""

from __future__ import annotations

import os
import time
from pathlib import Path

from grader.errors import GraderError
from grader.judge.verdicts import Judgement, Kind, SuiteTest, Verdict

TEST = "test_kitchen.py::test_cook"


class ScriptedJudge:
    tests = (SuiteTest(TEST),)

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None

    def judge(self, submission, *, seed):
        script = submission.files["kitchen.py"].decode().strip().lstrip("# ")
        command, _space, argument = script.partition(" ")
        if command == "count":
            with Path(argument).open("a") as file:
                file.write(submission.id + "\n")
        if command == "die":
            os._exit(9)
        if command == "die-once" and not Path(argument).exists():
            Path(argument).touch()
            os._exit(9)
        if command == "raise":
            raise RuntimeError("the judge broke")
        if command == "hang":
            time.sleep(1000)
        kind = Kind.FAILED if command == "fail" else Kind.PASSED
        return Judgement((Verdict(TEST, kind),), "scripted")


def open_judge(exercise, settings, number):
    return ScriptedJudge(number)


def refuse(exercise, settings, number):
    raise GraderError("no sandbox", where="here", todo="get one")


def die(exercise, settings, number):
    os._exit(7)
