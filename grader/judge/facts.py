"""Facts about the submission that a suite cannot see by calling it: what the `submission` fixture is in the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.bridge.blocking import merged
from grader.bridge.simulation.clock import SECOND
from grader.bridge.simulation.handover import MAX_TEXT

if TYPE_CHECKING:
    from grader.judge.connection import Connection
    from grader.judge.seen import Seen


class Facts:
    """What was seen in this test so far. Asking is a call to the submission's process, which answers what it likes:
    a fact can take a point away, it should never give one."""

    bridged = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pending_tasks(self) -> list[str]:
        """Names of the submission's tasks that are not done, in the order of their making."""
        found = self._connection.endpoint.ask("pending")
        return [str(name)[:MAX_TEXT] for name, _ in found]

    def never_awaited(self) -> list[str]:
        """Names of the submission's coroutines that it made and dropped without awaiting them."""
        return [name for name, _ in self._seen().never_awaited]

    def never_retrieved(self) -> list[str]:
        """Tasks of the submission that failed, and nobody asked for their result: "name: exception"."""
        return list(self._seen().never_retrieved)

    @property
    def printed(self) -> str:
        """What it printed."""
        self._seen()
        return "".join(self._connection.endpoint.printed)

    def on_loop_thread(self) -> bool:
        """Asked in a callback: was it called on a thread that runs an event loop?"""
        process = self._connection.kernel.current()
        return process is not None and bool(process.loops)

    def blocking(self) -> list[tuple[float, float]]:
        """Intervals of virtual seconds in which the submission blocked its event loop, itself or by calling something
        of the suite that takes time: [(from, to)], as `time.monotonic()` shows them."""
        theirs = self._connection.endpoint.ask("blocking", self._connection.began)
        own = self._connection.endpoint.seen.blocked
        return [
            (start / SECOND, end / SECOND)
            for start, end in merged([*own, *((int(a), int(b)) for a, b in theirs)])
        ]

    def _seen(self) -> Seen:
        """After whatever the submission did has been told."""
        self._connection.endpoint.ask("collect")
        return self._connection.endpoint.seen
