"""Where the judge comes from: the one place in grading that names `grader.judge`'s implementation.

Everything else knows the `Judge` protocol. A factory is named by a text (`module:function`), since worker
processes import it themselves.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course.exercise import Exercise
    from grader.grading.settings import GradingSettings
    from grader.judge.verdicts import Judge

    JudgeFactory = Callable[[Exercise, GradingSettings, int], Judge]

ISOLATION = "strong"
"""The confinement level that a submission needs unless someone says otherwise."""
DEFAULT = "grader.grading.judging:open_judge"


def open_judge(exercise: Exercise, settings: GradingSettings, number: int) -> Judge:
    """A judge of the suite that `settings` name, on a core of its own; not entered yet."""
    from grader.judge.client import judge_for

    return judge_for(
        exercise, suite=settings.suite, isolation=settings.isolation or ISOLATION, core=core_of(number)
    )


def core_of(number: int) -> int | None:
    """The core for a worker: judge and sandbox take turns, and changing cores would cost them a third of
    their time.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return cores[number % len(cores)]


def factory(name: str) -> JudgeFactory:
    """The factory called `module:function`; it is given an exercise, settings and the worker's number."""
    module, _colon, function = name.partition(":")
    found: JudgeFactory = getattr(import_module(module), function)
    return found
