"""Who waits for what at which line, as data. Rendering it in words is done where a report is written."""

from __future__ import annotations

import asyncio
import gc
import sys
import sysconfig
import threading
from pathlib import Path
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any, Literal, cast

from grader.bridge.simulation.handover import MAX_TEXT, MAX_WAITING, Waiting
from grader.bridge.simulation.recording import NEXT_TURN

if TYPE_CHECKING:
    from types import FrameType

    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process

_GRADER = str(Path(__file__).absolute().parents[2] / "_")[:-1]
_MACHINERY = (
    *{
        str(Path(asyncio.__file__).parents[1] / "_")[:-1],
        str(Path(sysconfig.get_path("stdlib")) / "_")[:-1],
        str(Path(sysconfig.get_path("purelib")) / "_")[:-1],
    },
    _GRADER,
    "<",  # frozen modules, and code that was never in a file
)


def is_own(filename: str) -> bool:
    """Is it a file of the program itself: not the standard library, an installed package or the grader?"""
    return not filename.startswith(_MACHINERY)


def is_grader(filename: str) -> bool:
    """Is it a file of the grader's?"""
    return filename.startswith(_GRADER)


def waiting(kernel: Kernel) -> list[Waiting]:
    """All tasks and threads of this side that wait, at most `MAX_WAITING`."""
    side = cast('Literal["J", "S"]', kernel.side)
    frames = sys._current_frames()
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    found: list[Waiting] = []
    for process in kernel.by_thread.values():
        if not process.resting or (process.where and not process.loops):
            _add(
                found,
                _thread(side, process, names.get(process.ident, process.name), frames.get(process.ident)),
            )
        for loop in process.loops:
            tasks = asyncio.tasks.all_tasks(cast("asyncio.AbstractEventLoop", loop))
            for task in sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name())):
                if not task.done():
                    _add(found, waiting_task(task, side))
    return found[:MAX_WAITING]


def _add(found: list[Waiting], entry: Waiting | None) -> None:
    if entry is not None:
        found.append(entry)


def _thread(side: Literal["J", "S"], process: Process, name: str, frame: FrameType | None) -> Waiting | None:
    place = own_frame(frame)
    if place is None:
        return None
    return Waiting(
        side,
        "thread",
        cut(name),
        cut(place.f_code.co_filename),
        place.f_lineno or 0,
        _function(place),
        cut(blocked_in(frame) or process.where),
    )


def own_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the program itself, `frame` and outwards."""
    while frame is not None and not is_own(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def blocked_in(frame: FrameType | None) -> str:
    """What of the standard library the program called: "queue.Queue.get"; "" for nothing. `frame` is the
    innermost.

    On a thread that runs no line of the program (a timer, an idle worker), what it called itself.
    """
    called, idle = "", ""
    looks_for_idle = True
    while frame is not None and not is_own(frame.f_code.co_filename):
        if not frame.f_code.co_filename.startswith(_GRADER):
            called = _library_name(frame)
            looks_for_idle &= not frame.f_code.co_name.startswith("_") and frame.f_code.co_name != "run"
            idle = called if looks_for_idle else idle
        frame = frame.f_back
    return called if frame is not None else idle


def waiting_task(task: asyncio.Task[Any], side: Literal["J", "S"] = "J") -> Waiting:
    """Walk what the task's coroutine awaits; name the innermost frame of the program, and what is awaited
    there.
    """
    chain = await_chain(task)
    own = [frame for frame in chain if is_own(frame.f_code.co_filename)]
    place = own[-1] if own else None
    return Waiting(
        side,
        "task",
        cut(task.get_name()),
        cut(place.f_code.co_filename) if place else "",
        (place.f_lineno or 0) if place else 0,
        _function(place) if place else "",
        cut(awaited(task, chain)),
    )


def await_chain(task: asyncio.Task[Any]) -> list[FrameType]:
    """The frames of the task's coroutine and of those that it awaits, outermost first."""
    chain: list[FrameType] = []
    awaitable: Any = task.get_coro()
    while awaitable is not None and len(chain) < 1000:
        for prefix in ("cr", "ag", "gi"):
            frame = getattr(awaitable, f"{prefix}_frame", None)
            if frame is not None:
                chain.append(frame)
        awaitable = (
            getattr(awaitable, "cr_await", None)
            or getattr(awaitable, "ag_await", None)
            or getattr(awaitable, "gi_yieldfrom", None)
            or _generator_behind(awaitable)
        )
    return chain


def _generator_behind(awaitable: Any) -> AsyncGeneratorType[Any, Any] | None:
    """What `async for` awaits keeps its generator to itself."""
    if type(awaitable).__name__ not in ("async_generator_asend", "async_generator_athrow"):
        return None
    found = (part for part in gc.get_referents(awaitable) if isinstance(part, AsyncGeneratorType))
    return next(found, None)


def awaited(task: asyncio.Task[Any], chain: list[FrameType]) -> str:
    """What the task awaits: "asyncio.Queue.get", "asyncio.sleep", "Task-3" - names, never a representation
    that the program decides."""
    future = getattr(task, "_fut_waiter", None)
    label = getattr(future, "label", None)
    if isinstance(label, str):
        return label
    own = max((i for i, frame in enumerate(chain) if is_own(frame.f_code.co_filename)), default=-1)
    beyond = chain[own + 1 :]
    for frame in beyond:
        if not frame.f_code.co_name.startswith("_"):
            return _library_name(frame)
    if beyond:
        return _library_name(beyond[0])
    if isinstance(future, asyncio.Task):
        return future.get_name()
    if future is None:
        return NEXT_TURN
    return "asyncio.gather" if type(future).__name__ == "_GatheringFuture" else type(future).__name__


def _library_name(frame: FrameType) -> str:
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return cut(f"{package}.{_function(frame)}")


def _function(frame: FrameType) -> str:
    code = frame.f_code
    return cut(getattr(code, "co_qualname", code.co_name))


def cut(text: str) -> str:
    """At most MAX_TEXT characters, encodable."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
