"""`asyncio.current_task` and `asyncio.all_tasks`, as they are in one process.

A coroutine of one side that the other awaits is a task of its own here, which no program made: it stands for the task
that awaits it, on the other side. Programs that ask whose task they are in get that one, and the tasks of both sides
when they ask for all. asyncio itself looks these functions up in `asyncio.tasks`, and keeps what it has.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from grader.bridge.virtual.loops import VirtualEventLoop

if TYPE_CHECKING:
    from grader.bridge.endpoint import Endpoint


def install(endpoint: Endpoint) -> None:
    """From now on programs of this side see the tasks of both."""
    calls = endpoint.calls

    def current_task(loop: asyncio.AbstractEventLoop | None = None) -> asyncio.Task[Any] | None:
        """Return the currently running task in an event loop, or None."""
        if loop is None and asyncio._get_running_loop() is not None:
            return calls.current_task(levels=1)
        return asyncio.tasks.current_task(loop)

    def all_tasks(loop: asyncio.AbstractEventLoop | None = None) -> set[asyncio.Task[Any]]:
        """Return a set of all tasks for the loop."""
        loop = loop or asyncio.get_running_loop()
        theirs = endpoint.ask("tasks", loop) if _may_have_more(endpoint, loop) else []
        return {*calls.own_tasks(loop), *(task for task in theirs if isinstance(task, asyncio.Task))}

    asyncio.current_task = current_task
    asyncio.all_tasks = all_tasks


def _may_have_more(endpoint: Endpoint, loop: Any) -> bool:
    """May the other side have tasks of `loop` that this side does not see?"""
    kernel = endpoint.kernel
    if kernel.current() is None:
        return False
    is_own = isinstance(loop, VirtualEventLoop) and loop.twin is None
    return not is_own or loop.left_on_twin(kernel)
