"""How deep a program may recurse: as deep as in one process, and no frame of the bridge counts.

The interpreter's limit counts every frame. A program's frames have the suite's below them in one process, and the
bridge's here: so the limit that the interpreter has differs from the one that the program sees and sets.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FRAMES_PER_LEVEL = 60
"""Room for each request that waits for its answer: about a dozen frames are the bridge's own, on either side of what
is served meanwhile."""
BELOW = 21
"""How many frames of pytest are below a test, less those of the bridge that are below what it calls."""

_get, _set = sys.getrecursionlimit, sys.setrecursionlimit
_unseen = 0
"""The interpreter's limit less the one that the program sees."""


def deepen() -> None:
    """Make room for a request. Raises RecursionError if not even that can be begun."""
    global _unseen  # noqa: PLW0603 - the limit is one for the whole process
    _set(_get() + FRAMES_PER_LEVEL)
    _unseen += FRAMES_PER_LEVEL


def restore() -> None:
    """The request has its answer. The program may have set another limit meanwhile, and other threads have theirs."""
    global _unseen  # noqa: PLW0603
    _unseen -= FRAMES_PER_LEVEL
    _set(_get() - FRAMES_PER_LEVEL)


def install(below: int = 0, tell: Callable[[int], None] | None = None) -> None:
    """Let `sys.setrecursionlimit` be the program's from now on; `tell` hears each limit that it sets.

    `below`: so many frames are missing below the program.
    """
    global _unseen  # noqa: PLW0603
    limit = _seen()
    _unseen -= below
    _set(limit + _unseen)

    def setrecursionlimit(limit: int, /) -> None:
        _set(limit if type(limit) is not int or limit < 1 else max(1, limit + _unseen))
        if tell is not None:
            tell(limit)

    sys.getrecursionlimit, sys.setrecursionlimit = _seen, setrecursionlimit


def _seen() -> int:
    return _get() - _unseen
