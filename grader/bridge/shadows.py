"""Shadows of the other side's frames, so that this side's stack tells the whole story.

While the suite serves a callback, the submission's functions that called it stand on the judge's stack by name; and a
submission's exception has its frames in the traceback, so pytest shows the student's own lines. A shadow runs no code
of the submission: it is a one-line function with another name. The judge decides which file a name means.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FrameInfo = tuple[str, str, int]
"""File, function, line."""


def _shadow(call: Callable[[], Any]) -> Any:
    return call()


@functools.lru_cache(maxsize=512)
def _named(filename: str, name: str) -> types.FunctionType:
    code = _shadow.__code__.replace(co_filename=filename, co_name=name, co_qualname=name)
    return types.FunctionType(code, {"__name__": "submission", "__builtins__": {}})


def beneath(frames: list[FrameInfo], call: Callable[[], Any]) -> Any:
    """`call()`, with `frames` (outermost first) on the stack above it."""
    for filename, name, _ in reversed(frames):
        call = functools.partial(_named(filename, name), call)
    return call()


def _caller() -> types.FrameType:
    return sys._getframe(1)


def traceback(frames: list[FrameInfo]) -> types.TracebackType | None:
    """A traceback that goes through `frames`, outermost first."""
    result = None
    for filename, name, line in reversed(frames):
        frame = _named(filename, name)(_caller)
        result = types.TracebackType(result, frame, frame.f_lasti, line)
    return result
