"""What a confined process does: wait for the token, and do what comes with it, until the judge is gone."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

import msgspec

from grader.bridge import blocking, recursion, tasks, virtual
from grader.bridge.channel import Channel
from grader.bridge.protocol import SUITE_THREADS
from grader.bridge.simulation.clock import Budget
from grader.bridge.simulation.explain import cut, own_frame, waiting
from grader.bridge.simulation.handover import Waiting
from grader.bridge.simulation.kernel import Kernel
from grader.bridge.virtual import clocks, loops, order, threads
from grader.sandbox.drawing import Drawing
from grader.sandbox.endpoint import SandboxEndpoint
from grader.sandbox.surroundings import capture

__all__ = ["clocks", "loops", "main", "order", "threads"]
"""The rooms of the virtual world are named so that they are here: a confined process imports nothing of ours."""

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from grader.bridge.simulation.process import Process
    from grader.sandbox.limits import Limits

IDLE = 32
"""Halves of the suite's threads that are kept while nothing runs in them: what is `threading.local` there stays."""


class SandboxKernel(Kernel):
    """The suite may have more threads than a submission: those in which nothing of the submission runs need none
    here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: set[Process] = set()

    def serve(self, _thread: str = "") -> None:
        """A half in which nothing runs ends, when enough others wait: it is made again when it is wanted."""
        process = self._current()
        while True:
            self.serve_inbox(process)
            if process.twin and len(self._waiting) >= IDLE:
                return
            self._waiting.add(process)
            try:
                self.wait(resting=True)
            finally:
                self._waiting.discard(process)


def prepare() -> None:
    """What is the same for every submission; called once, in the zygote. Without a kernel it changes nothing there."""
    virtual.install()


def main(channel: socket.socket, root: str, limits: Limits) -> None:
    """Serve the judge at the other end of `channel`; the submission's files are in `root`. Does not return."""
    endpoint = SandboxEndpoint(Channel(channel.detach()), root)
    kernel = SandboxKernel(
        owns_clock=False,
        exchange=endpoint.exchange,
        side="S",
        budget=Budget(threads=limits.threads, twins=SUITE_THREADS),
    )
    endpoint.attach(kernel)
    virtual.activate(kernel)
    tasks.install(endpoint)
    blocking.record(kernel, endpoint)
    capture(endpoint, limits.output)
    kernel.explain = lambda: _told(endpoint, kernel)
    Drawing(endpoint, kernel)
    kernel.abandoned = _abandoned
    sys.argv[:] = [""]
    sys.path.insert(0, root)
    os.chdir(root)
    recursion.install(recursion.BELOW)
    _say_where_on_signal(endpoint)
    try:
        kernel.receive(*endpoint.take())
        kernel.serve()
    except EOFError:
        os._exit(0)


def _abandoned() -> None:
    """The judge is gone, or said what this side does not understand: in the second case somebody will want to know."""
    error = sys.exception()
    if error is not None and not isinstance(error, EOFError):
        os.write(2, "".join(traceback.format_exception(error)).encode("utf-8", "replace"))
    os._exit(0)


def _told(endpoint: SandboxEndpoint, kernel: Kernel) -> list[Waiting]:
    return [
        msgspec.structs.replace(each, file=endpoint.tells(each.file) or each.file) for each in waiting(kernel)
    ]


def _say_where_on_signal(endpoint: SandboxEndpoint) -> None:
    """The watchdog asks with a signal before it kills what has used up its time. The answer is its last words."""

    def say(_number: int, frame: FrameType | None) -> None:
        place = own_frame(frame)
        if place is not None:
            os.write(2, b"\n" + msgspec.json.encode(_waiting(endpoint, place)) + b"\n")

    signal.signal(signal.SIGXCPU, say)
    # Python's handler waits for the next byte code, and there is none inside of C: this one answers at once.
    faulthandler.register(signal.SIGXCPU, file=2, all_threads=True, chain=True)


def _waiting(endpoint: SandboxEndpoint, frame: FrameType) -> Waiting:
    code = frame.f_code
    file = endpoint.tells(code.co_filename) or ""
    return Waiting("S", "thread", "main", file, frame.f_lineno or 0, cut(code.co_qualname), "")
