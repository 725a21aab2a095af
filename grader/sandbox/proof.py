"""The last step before a submission runs: try in its own process what each layer should stop.

A few system calls, in every sandbox, so that the level that a Grade names is one that held for that very
process. A layer that is on but does not work (a kernel that pretends, a bug of ours) ends the sandbox instead
of lowering its level silently. `probes.py` has the full list of attempts, for `grader doctor` and the tests.
"""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from grader.sandbox import descriptors, kernel
from grader.sandbox.levels import FILES, Layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.identity import Identity

SOMEBODY_ELSES: Final = "/etc/passwd"
"""A file that every process on a machine can read, and no submission."""


class UnprovenError(Exception):
    """A layer is on, and lets through what it should stop."""


def prove(on: frozenset[Layer], identity: Identity | None) -> None:
    """Try what the layers in `on` should stop.

    Raises:
        UnprovenError: One of them did not.
    """
    checks: dict[Layer, Callable[[], bool]] = {
        Layer.IDENTITY: lambda: _is_nobody(identity),
        Layer.NO_NEW_PRIVS: lambda: kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS) == 1,
        Layer.UNDUMPABLE: lambda: kernel.prctl(kernel.PR_GET_DUMPABLE) == 0,
        Layer.SECCOMP: lambda: _no_socket() and _no_fork(),
        Layer.RLIMITS: lambda: resource.getrlimit(resource.RLIMIT_FSIZE) == (0, 0),
        Layer.ENVIRONMENT: lambda: not os.environ,
        Layer.DESCRIPTORS: _no_descriptors,
        **dict.fromkeys(FILES, _no_files),
    }
    for layer in on:
        if not checks[layer]():
            raise UnprovenError(f"the layer {layer} does not hold")


def _is_nobody(identity: Identity | None) -> bool:
    allowed = 0
    if identity is not None and identity.read_search:
        allowed = 1 << kernel.CAP_DAC_READ_SEARCH
    return 0 not in {*os.getresuid(), *os.getresgid()} and not kernel.capabilities() & ~allowed


def _no_socket() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except PermissionError:
        return True
    return False


def _no_fork() -> bool:
    try:
        child = os.fork()
    except PermissionError:
        return True
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False


def _no_descriptors() -> bool:
    for number in range(descriptors.STATUS + 1, 64):
        with suppress(OSError):
            fcntl.fcntl(number, fcntl.F_GETFD)
            return False
    return True


def _no_files() -> bool:
    try:
        os.close(os.open(SOMEBODY_ELSES, os.O_RDONLY))
    except OSError as error:
        return error.errno in {errno.EACCES, errno.ENOENT}
    return False
