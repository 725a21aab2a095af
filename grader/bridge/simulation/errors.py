"""How a simulation ends before the program does.

All are BaseException: `except Exception` in a suite cannot swallow them. What they carry is data
(`Waiting` structs, a `Bound`); words are made where a report is written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.bridge.simulation.handover import Waiting


class SimulationError(BaseException):
    """The simulation cannot, or must not, go on."""


class Deadlock(SimulationError):  # noqa: N818 - an outcome, not a mistake of the caller
    """Nothing can ever run again (or only the clock-owning side's own timers still tick, when `stalled`)."""

    def __init__(self, waiting: Sequence[Waiting], *, now: int, stalled: bool = False) -> None:
        self.waiting = tuple(waiting)
        self.now = now
        self.stalled = stalled
        places = "; ".join(f"{w.name} at {w.file}:{w.line} awaits {w.awaits}" for w in self.waiting)
        super().__init__(f"deadlock at {now / 1e9} s: {places or 'nothing waits for anything that can come'}")


class Bound(StrEnum):
    """Which budget ran out."""

    virtual_time = "virtual_time"
    clock_steps = "clock_steps"
    turns = "turns"
    handovers = "handovers"


class Endless(SimulationError):  # noqa: N818
    """A budget ran out: the program would go on for ever, as far as can be told."""

    def __init__(self, bound: Bound, amount: int, *, now: int, waiting: Sequence[Waiting] = ()) -> None:
        self.bound = bound
        self.amount = amount
        self.now = now
        self.waiting = tuple(waiting)
        super().__init__(f"the budget of {bound} ran out: {amount}, at {now / 1e9} s")


class PeerGone(SimulationError):  # noqa: N818
    """The other side's process has ended, or its connection has."""


class ProtocolError(SimulationError):
    """The other side sent what no honest side sends."""


def dismissal() -> SystemExit:
    """Ends a thread: a twin whose other half has ended, or whatever is left when a kernel closes.

    The exact type, for only that one ends a `threading.Thread` without a word.
    """
    return SystemExit("dismissed")
