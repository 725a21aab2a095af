"""Where the judge comes from: the one place in grading that names `grader.judge`'s implementation.

Everything else knows the `Judge` protocol. A factory is named by a text (`module:function`), since worker
processes import it themselves.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course.exercise import Exercise
    from grader.grading.settings import GradingSettings
    from grader.judge.verdicts import Judge

    JudgeFactory = Callable[[Exercise, GradingSettings, int], Judge]

DEFAULT = "grader.grading.judging:open_judge"


def factory(name: str = DEFAULT) -> JudgeFactory:
    """The factory called `module:function`; it is given an exercise, settings and the worker's number."""
    module, _colon, function = name.partition(":")
    found: JudgeFactory = getattr(import_module(module), function)
    return found
