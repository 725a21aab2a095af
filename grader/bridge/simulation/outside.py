"""The real world under virtual time: descriptors, child processes, threads that are no processes.

Descriptors of our own making (socket pairs, loopback connections) are polled before the clock moves: whatever
can make them ready runs here. While a child process lives, or somebody waits for a descriptor that the world
outside can make ready, the clock is *paced*: it never overtakes real time, so no timeout fires falsely. Such
runs are correct, not reproducible.
"""

from __future__ import annotations

import _socket
import os
import select
import stat
from collections import deque
from contextlib import suppress
from time import monotonic_ns as real_monotonic_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.bridge.simulation.process import Process
    from grader.bridge.simulation.scheduler import Scheduler

real_poll = select.poll


def is_external(descriptor: int) -> bool:
    """Can the world outside this process make it ready? Yes for pipes, pidfds, terminals; no for sockets of
    our own.
    """
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return True
    probe = _socket.socket(fileno=descriptor)
    try:
        if probe.family not in (_socket.AF_INET, _socket.AF_INET6):
            return False
        try:
            host = probe.getpeername()[0]
        except OSError:
            host = probe.getsockname()[0]
        return not (host.startswith("127.") or host in ("::1", "0.0.0.0", "::"))  # noqa: S104
    finally:
        probe.detach()


class Outside:
    """One kernel's windows to the real world."""

    __slots__ = ("_kernel", "_pace", "_pipe", "children", "woken")

    def __init__(self, kernel: Scheduler) -> None:
        self._kernel = kernel
        self.woken: deque[Process] = deque()
        self._pipe: tuple[int, int] | None = None
        self._pace: tuple[int, int] | None = None
        """Real and virtual time when something real began."""
        self.children: set[int] = set()
        """Process ids of living children."""

    def close(self) -> None:
        if self._pipe is not None:
            for descriptor in self._pipe:
                os.close(descriptor)
            self._pipe = None

    def wake(self, process: Process) -> None:
        self.woken.append(process)
        if self._pipe is not None:
            with suppress(BlockingIOError):  # full: the reader will wake all the same
                os.write(self._pipe[1], b"x")

    def deliver(self) -> None:
        """Wake whom threads outside the simulation woke."""
        while self.woken:
            self._kernel.wake(self.woken.popleft())

    def look(self) -> bool:
        """Wake every process one of whose descriptors is ready. True when there is one."""
        hit = bool(self.woken)
        for process in list(self._kernel.processes.values()):
            if process.outside_poll is not None:
                ready = bool(process.outside_poll.poll(0))
            else:
                ready = process.resting and bool(process.loops) and process.loops[-1].descriptors_ready()
            if ready:
                self._kernel.wake(process)
                hit = True
        return hit

    def is_open(self) -> bool:
        """Can anything but this process's own steps make one of its processes ready?"""
        if self.children or self.woken:
            return True
        for process in self._kernel.processes.values():
            if process.watched or (process.loops and process.loops[-1].watches()):
                return True
        return False

    def paces(self) -> bool:
        """Is something real under way, that the clock must not overtake?"""
        if self.children:
            return True
        external = any(
            any(is_external(descriptor) for descriptor, _ in process.watched)
            or any(loop.waits_for_outside() for loop in process.loops)
            for process in self._kernel.processes.values()
        )
        if not external:
            self._pace = None
        return external

    def wait(self, until: int | None) -> bool:
        """Wait for real, until something is ready (True) or the virtual time `until` may come (False)."""
        kernel = self._kernel
        if self._pace is None:
            self._pace = (real_monotonic_ns(), kernel.clock.now)
        real_began, virtual_began = self._pace
        if self._pipe is None:
            self._pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _pipe()
        poll = real_poll()
        poll.register(self._pipe[0], select.POLLIN)
        for process in kernel.processes.values():
            if process.resting and process.loops:
                poll.register(process.loops[-1].fileno(), select.POLLIN)
            for descriptor, events in process.watched:
                poll.register(descriptor, events)
        left = None
        if until is not None:
            left = max(0, (until - virtual_began) - (real_monotonic_ns() - real_began))
        if not self.woken:
            # No process of the simulation can go on, so nothing is held up.
            poll.poll(None if left is None else -(-left // 1_000_000))  # noqa: LOOP105
        with suppress(BlockingIOError):
            os.read(self._pipe[0], 4096)
        return self.look()

    def wait_for(
        self, descriptors: list[tuple[int, int]], deadline: int | None = None, where: str = "input or output"
    ) -> bool:
        """Block the current process until one of [(descriptor, poll events)] is ready. False: the deadline
        came.
        """
        kernel = self._kernel
        process = kernel.current()
        assert process is not None
        poll = real_poll()
        for descriptor, events in descriptors:
            poll.register(descriptor, events)
        kernel.stamp += 1
        order = kernel.stamp
        process.outside_poll, process.watched = poll, descriptors
        try:
            while not poll.poll(0):
                if deadline is not None and kernel.clock.now >= deadline:
                    return False
                kernel.wait(deadline, order=order, where=where)
            return True
        finally:
            process.outside_poll, process.watched = None, []


def _pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    return reader, writer
