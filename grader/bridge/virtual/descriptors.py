"""Really blocking calls of a thread (recv, select, waitpid) wait in the kernel; children of this process pace
the clock.

For the judge's side and for single-process runs. The sandbox has neither sockets nor children.
"""

from __future__ import annotations

import os
import select
import selectors
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from grader.bridge.simulation.clock import nanoseconds
from grader.bridge.virtual.loops import VirtualSelector
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.virtual.patches import Patches

_forked: list[bool] = []


def _children() -> set[int]:
    kernel = WORLD.kernel
    return kernel.outside.children if kernel is not None else set()


def _deadline(kernel: Kernel, timeout: float | None) -> int | None:
    return None if timeout is None else kernel.now + nanoseconds(timeout)


def _install_children(patches: Patches) -> None:
    real_waitpid, real_fork = os.waitpid, os.fork

    def waitpid(pid: int, options: int, /) -> tuple[int, int]:
        kernel = WORLD.kernel_here()
        if kernel is not None and not options & os.WNOHANG and pid > 0 and hasattr(os, "pidfd_open"):
            descriptor = os.pidfd_open(pid)
            try:
                kernel.outside.wait_for([(descriptor, select.POLLIN)], where="waitpid")
            finally:
                os.close(descriptor)
        result = real_waitpid(pid, options)
        _children().discard(result[0])
        return result

    def fork() -> int:
        pid = real_fork()
        if pid:
            _children().add(pid)
        return pid

    patches.replace(os, "waitpid", waitpid)
    patches.replace(os, "fork", fork)
    name = "_fork_exec"
    real_fork_exec: Callable[..., int] = getattr(subprocess, name)

    def fork_exec(*args: Any) -> int:
        pid = real_fork_exec(*args)
        _children().add(pid)
        return pid

    patches.replace(subprocess, name, fork_exec)
    if hasattr(subprocess, "_waitpid"):
        patches.replace(subprocess, "_waitpid", waitpid)
    poll = subprocess.Popen._internal_poll  # type: ignore[attr-defined]
    defaults = poll.__defaults__
    poll.__defaults__ = tuple(waitpid if default is real_waitpid else default for default in defaults)
    patches.on_undo(lambda: setattr(poll, "__defaults__", defaults))


def _install_sockets(patches: Patches) -> None:
    def patient(name: str, events: int) -> None:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args: Any) -> Any:
            kernel, timeout = WORLD.kernel_here(), self.gettimeout()
            if (
                kernel is not None
                and timeout != 0
                and not kernel.outside.wait_for(
                    [(self.fileno(), events)], _deadline(kernel, timeout), f"socket.{name}"
                )
            ):
                raise TimeoutError("timed out")
            return real(self, *args)

        call.__name__ = call.__qualname__ = name
        patches.replace(socket.socket, name, call)

    for name in ("recv", "recv_into", "recvfrom", "recvfrom_into", "_accept"):
        patient(name, select.POLLIN)
    real_send = socket.socket.send
    patient("send", select.POLLOUT)

    def sendall(self: socket.socket, data: Any, flags: int = 0) -> None:
        left = memoryview(data).cast("B")
        while left:
            kernel = WORLD.kernel_here()
            if kernel is not None and self.gettimeout() != 0:
                kernel.outside.wait_for([(self.fileno(), select.POLLOUT)], where="socket.sendall")
            left = left[real_send(self, left, flags | (socket.MSG_DONTWAIT if kernel else 0)) :]

    patches.replace(socket.socket, "sendall", sendall)


def _install_selectors(patches: Patches) -> None:
    def patient(cls: Any) -> None:
        real = cls.select

        def call(self: Any, timeout: float | None = None) -> Any:
            kernel = WORLD.kernel_here()
            if kernel is None or isinstance(self, VirtualSelector) or (timeout is not None and timeout <= 0):
                return real(self, timeout)
            watched = [
                (
                    key.fd,
                    (select.POLLIN if key.events & selectors.EVENT_READ else 0)
                    | (select.POLLOUT if key.events & selectors.EVENT_WRITE else 0),
                )
                for key in self.get_map().values()
            ]
            kernel.outside.wait_for(watched, _deadline(kernel, timeout), "select")
            return real(self, 0)

        patches.replace(cls, "select", call)

    for name in ("SelectSelector", "_PollLikeSelector", "EpollSelector", "KqueueSelector"):
        if hasattr(selectors, name):
            patient(getattr(selectors, name))


def _leave_in_child() -> None:
    """A forked child is no part of the simulation."""
    WORLD.kernel = None


def install(patches: Patches) -> None:
    _install_children(patches)
    _install_sockets(patches)
    _install_selectors(patches)
    if not _forked:  # can be registered, never taken back; without a kernel it does nothing
        os.register_at_fork(after_in_child=_leave_in_child)
        _forked.append(True)
    assert sys.platform != "win32"
