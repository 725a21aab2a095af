"""The two queues of a loop: callbacks that are ready, each with a stamp, and timers in the order of their
making.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from grader.bridge.virtual.world import WORLD


class TimerHandle(asyncio.TimerHandle):
    """Of two timers for one instant, the one made first fires first."""

    __slots__ = ("order",)

    order: int
    _when: float

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, TimerHandle):
            return NotImplemented
        return (self._when, self.order) < (other._when, other.order)


class ReadyQueue(deque[Any]):
    """A loop's ready queue; each callback is stamped from the counter that both sides share."""

    def __init__(self) -> None:
        super().__init__()
        self.stamps: deque[int] = deque()

    def append(self, handle: Any, /) -> None:
        kernel = WORLD.kernel
        if kernel is None:
            self.stamps.append(0)
        else:
            kernel.stamp += 1
            self.stamps.append(kernel.stamp)
        super().append(handle)

    def append_due(self, timer: Any, floor: int) -> None:
        """A timer whose time has come keeps the stamp of its making, but does not overtake what is queued."""
        order = max(getattr(timer, "order", 0), floor)
        self.stamps.append(max(order, self.stamps[-1]) if self.stamps else order)
        super().append(timer)

    def popleft(self) -> Any:
        self.stamps.popleft()
        return super().popleft()

    def pop(self) -> Any:  # type: ignore[override]
        self.stamps.pop()
        return super().pop()

    def clear(self) -> None:
        self.stamps.clear()
        super().clear()
