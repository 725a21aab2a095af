"""The resource limits of the process that a submission runs in.

They are the kernel's own backstop. Per-test limits of processor time and wall clock are the watchdog's.
"""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.sandbox.limits import Limits

THREAD_STACK: Final = 4 * 1024 * 1024
"""Bytes of stack of a thread that a submission starts.

With less, recursion without end crashes CPython 3.12 and 3.13 in a thread where it should be a RecursionError
(measured: 2 MB do, 3 MB do not). It is address space, and counts as such.
"""
_FREE_STACKS: Final = 32
"""Stacks that are not taken from the submission's memory: as many threads as a default pool has at most."""
DESCRIPTORS: Final = 256
"""Open descriptors at once: each event loop takes three."""
_MAIN_THREADS: Final = 1


def address_space(processes: int) -> int:
    """Bytes of address space that this process has mapped; `processes` is a descriptor of /proc."""
    with os.fdopen(os.open("self/statm", os.O_RDONLY, dir_fd=processes), "rb") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def plan(limits: Limits, base: int, *, counted_beside: int | None) -> dict[int, tuple[int, int]]:
    """The limits to set: resource -> (soft, hard).

    Args:
        limits: What the exercise grants.
        base: Address space of the zygote, which is not the submission's doing.
        counted_beside: How many processes RLIMIT_NPROC counts besides the sandbox's threads; None when it
            would count all processes of the user.
    """
    memory = base + limits.memory + min(limits.threads, _FREE_STACKS) * THREAD_STACK
    cpu = max(1, int(limits.total_cpu))
    planned = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_NOFILE: (DESCRIPTORS, DESCRIPTORS),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
        resource.RLIMIT_SIGPENDING: (DESCRIPTORS, DESCRIPTORS),
        resource.RLIMIT_NICE: (0, 0),
        resource.RLIMIT_RTPRIO: (0, 0),
    }
    if counted_beside is not None:
        count = limits.threads + _MAIN_THREADS + counted_beside
        planned[resource.RLIMIT_NPROC] = (count, count)
    return planned


def confine(planned: dict[int, tuple[int, int]]) -> None:
    """Set them; never above what the process was given itself."""
    for name, (soft, hard) in planned.items():
        _, ceiling = resource.getrlimit(name)
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(name, (soft, hard))
