"""A lock whose waiting is simulated.

It wraps a real lock, so that threads which are no processes, and programs without an active kernel, use it as
a plain one. Conditions, events, semaphores, queues, futures and barriers of the standard library are built on
it and follow unpatched.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from grader.bridge.simulation.clock import nanoseconds
from grader.bridge.simulation.process import allocate_real_lock
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process

MAX_TIMEOUT = 9_223_372_036.0
"""threading.TIMEOUT_MAX of CPython on 64 bits, in seconds."""


class Lock:
    """As `_thread.lock`; waiters are served first come, first served."""

    __slots__ = ("__weakref__", "_lock", "_waiters")

    def __init__(self) -> None:
        self._lock = allocate_real_lock()
        self._waiters: deque[Process] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if timeout > MAX_TIMEOUT:
            raise OverflowError("timeout value is too large")
        if self._lock.acquire(blocking=False):
            return True
        if not blocking:
            return False
        kernel = WORLD.kernel
        process = kernel.current() if kernel is not None else None
        if kernel is None or process is None:
            return self._lock.acquire(True, timeout)  # noqa: FBT003
        if timeout == 0:
            return False
        deadline = None if timeout == -1 else kernel.now + nanoseconds(timeout)
        return self._wait(kernel, process, deadline)

    def _wait(self, kernel: Kernel, process: Process, deadline: int | None) -> bool:
        kernel.stamp += 1
        order = kernel.stamp
        waiters = self._waiters
        waiters.append(process)
        try:
            while True:
                woken = kernel.wait(deadline, order=order, where="Lock.acquire")
                if self._lock.acquire(blocking=False):
                    return True
                if not woken:
                    return False
                if process not in waiters:
                    waiters.appendleft(process)
        finally:
            if process in waiters:
                waiters.remove(process)

    def release(self) -> None:
        self._lock.release()
        if self._waiters:
            kernel = WORLD.kernel
            process = self._waiters.popleft()
            if kernel is None:
                return
            if kernel.current() is not None:
                kernel.wake(process)
            else:
                kernel.wake_from_outside(process)

    def locked(self) -> bool:
        kernel = WORLD.kernel
        if kernel is not None:
            kernel.read_clock()
        return self._lock.locked()

    __enter__ = acquire
    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def __exit__(self, *_: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._lock = allocate_real_lock()
        self._waiters = deque()

    def __repr__(self) -> str:
        return f"<{'locked' if self._lock.locked() else 'unlocked'} Lock object at {id(self):#x}>"


def release_if_held(lock: Lock) -> Any:
    if lock._lock.locked():
        lock.release()
