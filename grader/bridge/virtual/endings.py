"""How a loop ends: its tasks, and those of its twin, are cancelled in the order in which they were made."""

from __future__ import annotations

import asyncio
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.bridge.virtual.loops import VirtualEventLoop


def in_order_of_birth(
    loop: asyncio.AbstractEventLoop, tasks: Iterable[asyncio.Task[Any]]
) -> list[asyncio.Task[Any]]:
    """asyncio keeps tasks in a set, whose order depends on addresses."""
    births: Any = getattr(loop, "births", {})
    return sorted(tasks, key=lambda task: (births.get(task, 0), len(task.get_name()), task.get_name()))


def left_tasks(loop: VirtualEventLoop) -> dict[int, asyncio.Task[Any]]:
    """The tasks to cancel when the loop ends, by birth: all but those that stand for the other side's."""
    tasks = in_order_of_birth(loop, asyncio.tasks.all_tasks(loop))
    return {loop.birth(task): task for task in tasks if task not in loop.stand_ins}


async def finish(loop: asyncio.AbstractEventLoop, tasks: Iterable[asyncio.Task[Any]]) -> None:
    """For a twin: wait for the cancelled tasks."""
    tasks = list(tasks)
    await asyncio.gather(*tasks, return_exceptions=True)
    report(loop, tasks)


def report(loop: asyncio.AbstractEventLoop, tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Report what cancelled tasks raised instead, as asyncio.run does."""
    for task in tasks:
        if not task.cancelled() and task.exception() is not None:
            loop.call_exception_handler(
                {
                    "message": "unhandled exception during asyncio.run() shutdown",
                    "exception": task.exception(),
                    "task": task,
                }
            )


def cancel_all_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """What Runner.close does first: cancel what is left here and on the twin, in order of birth, and wait."""
    left = in_order_of_birth(loop, asyncio.all_tasks(loop))
    waits: list[asyncio.Task[Any]] = [*left]
    cancels: list[tuple[int, Callable[[], object]]] = [(0, task.cancel) for task in left]
    kernel = WORLD.kernel_here()
    if kernel is not None and kernel.failure is None and hasattr(loop, "births"):
        loop = cast("VirtualEventLoop", loop)
        if not left and not loop.left_on_twin(kernel):
            return
        cancels = [(birth, task.cancel) for birth, task in left_tasks(loop).items()]
        if loop.left_on_twin(kernel) and kernel.twin_tasks is not None and kernel.twin_finish is not None:
            theirs = kernel.twin_tasks(loop)
            cancels = sorted([*cancels, *theirs], key=itemgetter(0))
            if theirs:
                waits.append(loop.create_task(kernel.twin_finish(loop)))
    for _, cancel in cancels:
        cancel()
    if waits:
        loop.run_until_complete(asyncio.gather(*waits, return_exceptions=True))
        report(loop, waits)
