"""When an event loop was blocked: its own thread waited in the middle of a step while virtual time passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.simulation.kernel import Kernel

MOST = 1_000
"""Intervals that are kept."""


class Record(Protocol):
    """Whoever keeps the intervals."""

    blocked: list[tuple[int, int]]
    """[(from, to)] in virtual nanoseconds."""


def record(kernel: Kernel, keeper: Record, counts: Callable[[], bool] = lambda: True) -> None:
    """From now on append to `keeper.blocked`, where `counts()` holds at the end of the wait."""
    wait = kernel.wait

    def watched(deadline: int | None = None, *, resting: bool = False, **options: Any) -> bool:
        began = kernel.now
        try:
            return wait(deadline, resting=resting, **options)
        finally:
            if not resting and kernel.now > began and len(keeper.blocked) < MOST:
                process = kernel.current()
                if process is not None and process.loops and counts():
                    _add(keeper.blocked, began, kernel.now)

    kernel.wait = watched  # type: ignore[method-assign]


def _add(intervals: list[tuple[int, int]], began: int, ended: int) -> None:
    if intervals and intervals[-1][1] == began:
        intervals[-1] = (intervals[-1][0], ended)
    else:
        intervals.append((began, ended))


def merged(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time, without overlaps, in order."""
    found: list[tuple[int, int]] = []
    for began, ended in sorted(intervals):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(ended, found[-1][1]))
        else:
            found.append((began, ended))
    return found
