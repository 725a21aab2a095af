"""Who is told what happens when: the hook of `grader timeline`. Without a tracer it costs one comparison a
wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from grader.bridge.simulation.process import Process


class Tracer(Protocol):
    """All times are `kernel.now` at the call, unless they are given."""

    def thread_started(self, process: Process) -> None: ...

    def thread_ended(self, process: Process) -> None: ...

    def process_waits(self, process: Process) -> None:
        """Called on its thread. `process.resting`: its loop rests, or it waits for the other side; else
        it is blocked, and if it has a loop, so is the loop."""

    def process_resumed(self, process: Process) -> None:
        """It goes on: the end of the wait that was told last."""

    def task_created(self, task: asyncio.Task[Any], process: Process | None) -> None: ...

    def step_began(self, task: asyncio.Task[Any] | None, process: Process) -> None:
        """A callback of a loop runs: one step of `task`, or (None) a callback of no task."""

    def step_ended(self, task: asyncio.Task[Any] | None, process: Process) -> None:
        """The step is over. The task is done, or waits; a clock that moved meanwhile means a blocked loop."""
