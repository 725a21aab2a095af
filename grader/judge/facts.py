"""Facts about the submission that a suite cannot see by calling it: what the `submission` fixture is in the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.judge.connection import Connection


class Facts:
    """What was seen in this test so far. Asking is a call to the submission's process, which answers what it likes:
    a fact can take a point away, it should never give one."""

    bridged = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pending_tasks(self) -> list[str]:
        """Names of the submission's tasks that are not done, in the order of their making."""
        return [str(name) for name in self._connection.endpoint.ask("pending")]

    def never_awaited(self) -> list[str]:
        """Names of the submission's coroutines that were collected without having been awaited."""
        self._connection.endpoint.ask("settle")
        return list(self._connection.endpoint.never_awaited)

    @property
    def printed(self) -> str:
        """What it printed."""
        self._connection.endpoint.ask("settle")
        return "".join(self._connection.endpoint.printed)

    def on_loop_thread(self) -> bool:
        """Asked in a callback: was it called on the thread of the event loop?"""
        process = self._connection.kernel.current()
        return process is not None and process.thread == "M"

    def blocking(self) -> list[tuple[float, float]]:
        """Intervals of virtual seconds in which the submission blocked its event loop: [(from, to)]."""
        found: Any = self._connection.endpoint.ask("blocking")
        return [(float(start), float(end)) for start, end in found]
