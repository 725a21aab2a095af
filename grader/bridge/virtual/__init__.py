"""What makes Python's own waiting visible to a simulation kernel: locks, threads, clocks, event loops,
descriptors.

`install` puts the patches on, `activate` chooses the kernel that they ask, `uninstall` takes everything off.
With no active kernel, and in threads that are no processes of it, everything patched behaves as the original.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.bridge.virtual.patches import Patches
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.bridge.simulation.kernel import Kernel

__all__ = ["activate", "activated", "active", "close", "deactivate", "install", "installed", "uninstall"]

_patches: Patches | None = None


def install(outside: bool = False) -> None:
    """Put the virtual world on this process. `outside`: also real blocking calls (sockets, selectors,
    children).

    Install before the program is imported: locks made earlier wait for real. Installing twice is an error.
    """
    global _patches  # noqa: PLW0603 - the patches of a process are one thing
    if _patches is not None:
        raise RuntimeError("the virtual world is installed already")
    from grader.bridge.virtual import clocks, loops, order, threads

    patches = Patches()
    try:
        threads.install(patches)
        clocks.install(patches)
        loops.install(patches)
        order.install(patches)
        if outside:
            from grader.bridge.virtual import descriptors

            descriptors.install(patches)
    except BaseException:
        patches.undo()
        raise
    _patches = patches


def uninstall() -> None:
    """Take everything off again, in reverse order. The active kernel is deactivated."""
    global _patches  # noqa: PLW0603
    WORLD.kernel = None
    if _patches is not None:
        _patches.undo()
        _patches = None


def installed() -> bool:
    return _patches is not None


def activate(kernel: Kernel) -> Kernel | None:
    """From now on the patched functions ask `kernel`. Returns the kernel that they asked before."""
    if _patches is None:
        raise RuntimeError("install the virtual world first")
    before, WORLD.kernel = WORLD.kernel, kernel
    return before


def deactivate() -> None:
    """Everything is real again until the next `activate`."""
    WORLD.kernel = None


def active() -> Kernel | None:
    return WORLD.kernel


@contextmanager
def activated(kernel: Kernel) -> Iterator[Kernel]:
    """Run the body in `kernel`'s time; afterwards end the threads that are left in it."""
    before = activate(kernel)
    try:
        yield kernel
    finally:
        try:
            close(kernel)
        finally:
            WORLD.kernel = before


def close(kernel: Kernel) -> None:
    """End the threads that are left in `kernel`, and keep quiet about the exceptions that end them."""
    logger = logging.getLogger("concurrent.futures")
    disabled, logger.disabled = logger.disabled, True
    excepthook, threading.excepthook = threading.excepthook, lambda _: None
    try:
        kernel.close()
    finally:
        logger.disabled = disabled
        threading.excepthook = excepthook
