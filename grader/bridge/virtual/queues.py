"""The two queues of a loop: callbacks that are ready, each with its place, and timers in the order of their
making.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from grader.bridge.simulation.clock import nanoseconds
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from grader.bridge.simulation.process import Place


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
    """A loop's ready queue; each callback is stamped from the counter that both sides share, and its place in
    the order of both is (stamp, 0, 0)."""

    def __init__(self) -> None:
        super().__init__()
        self.places: deque[Place] = deque()

    def append(self, handle: Any, /) -> None:
        kernel = WORLD.kernel
        if kernel is None:
            self.places.append((0, 0, 0))
        else:
            kernel.stamp += 1
            self.places.append((kernel.stamp, 0, 0))
        super().append(handle)

    def append_due(self, timer: Any, floor: int) -> None:
        """A timer of an iteration that begins: behind every callback stamped so far (`floor` is the last
        stamp), before all later ones, and among the timers of both sides by time and making.
        """
        self.places.append((floor, nanoseconds(timer._when), getattr(timer, "order", 0)))
        super().append(timer)

    def popleft(self) -> Any:
        self.places.popleft()
        return super().popleft()

    def pop(self) -> Any:  # type: ignore[override]
        self.places.pop()
        return super().pop()

    def clear(self) -> None:
        self.places.clear()
        super().clear()
