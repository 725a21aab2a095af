"""Threads that are processes of the simulation.

A thread started by a process becomes a process; one started anywhere else stays real. Python 3.13 joins
threads by a handle, older ones by a sentinel lock; both are replaced by what waits in the simulation.
"""

from __future__ import annotations

import _thread
import queue
import sys
import threading
from typing import TYPE_CHECKING, Any

from grader.bridge.simulation.process import start_real_thread
from grader.bridge.virtual.locks import Lock, release_if_held
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.virtual.patches import Patches

_real_set_sentinel: Callable[[], Any] | None = getattr(_thread, "_set_sentinel", None)


class ThreadHandle:
    """As `_thread._ThreadHandle` of Python 3.13."""

    def __init__(self) -> None:
        self.ident: int | None = None
        self._ended = Lock()
        self._done = False

    def is_done(self) -> bool:
        return self._done

    def _set_done(self) -> None:
        self._done = True
        release_if_held(self._ended)

    def join(self, timeout: float | None = None) -> None:
        if self._done:
            return
        if self._ended.acquire(True, -1 if timeout is None or timeout < 0 else timeout):  # noqa: FBT003
            self._ended.release()


def start_new_thread(
    function: Callable[..., object], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
) -> int:
    kernel = WORLD.kernel_here()
    keywords = kwargs or {}
    if kernel is None:
        return start_real_thread(function, args, keywords)
    return kernel.spawn(lambda: function(*args, **keywords)).ident


def start_joinable_thread(
    function: Callable[[], object],
    handle: ThreadHandle | None = None,
    daemon: bool = True,  # noqa: ARG001
) -> ThreadHandle:
    handle = handle or ThreadHandle()
    handle._ended.acquire()
    kernel = WORLD.kernel_here()
    if kernel is None:

        def run() -> None:
            try:
                function()
            finally:
                handle._set_done()

        handle.ident = start_real_thread(run, ())
        return handle
    try:
        process = kernel.spawn(function)
    except RuntimeError:
        handle._set_done()
        raise
    process.on_exit.append(handle._set_done)
    handle.ident = process.ident
    return handle


def set_sentinel() -> Any:
    """A lock that is released when the calling thread has ended (Python 3.11 and 3.12)."""
    kernel = WORLD.kernel
    process = kernel.current() if kernel is not None else None
    if process is None:
        assert _real_set_sentinel is not None
        return _real_set_sentinel()
    lock = Lock()
    process.on_exit.append(lambda: release_if_held(lock))
    return lock


def install(patches: Patches) -> None:
    patches.replace(_thread, "allocate_lock", Lock)
    patches.replace(_thread, "allocate", Lock)
    patches.replace(_thread, "start_new_thread", start_new_thread)
    patches.replace(_thread, "start_new", start_new_thread)
    patches.replace(threading, "_allocate_lock", Lock)
    patches.replace(threading, "Lock", Lock)
    patches.replace(threading, "_CRLock", None)  # RLock() now makes the one in Python, which uses our Lock
    if hasattr(_thread, "start_joinable_thread"):
        patches.replace(_thread, "start_joinable_thread", start_joinable_thread)
        patches.replace(threading, "_start_joinable_thread", start_joinable_thread)
        patches.replace(threading, "_ThreadHandle", ThreadHandle)
    else:
        patches.replace(threading, "_start_new_thread", start_new_thread)
        patches.replace(threading, "_set_sentinel", set_sentinel)
    # The one written in C waits where nobody sees it.
    patches.replace(queue, "SimpleQueue", queue._PySimpleQueue)  # type: ignore[attr-defined]
    executors = sys.modules.get("concurrent.futures.thread")
    if executors is not None:  # it made its lock before us
        patches.replace(executors, "_global_shutdown_lock", Lock())
