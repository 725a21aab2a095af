"""Virtual time in integer nanoseconds, and the budgets that bound a run.

Floats would make ties depend on the starting time (1.1 + 0.2 is not 1.3), so seconds become nanoseconds at
the border.
"""

from __future__ import annotations

import msgspec

from grader.bridge.simulation.errors import Bound, Endless

SECOND = 1_000_000_000
FOREVER = 1 << 62
"""146 years: a deadline that far away never comes, and waiting for it alone is a deadlock."""


def nanoseconds(seconds: float) -> int:
    """Seconds to nanoseconds, capped at plus or minus `FOREVER`. Raises ValueError for NaN."""
    if -4e9 < seconds < 4e9:
        return round(seconds * 1e9)
    if seconds != seconds:  # NaN; math.isnan refuses an int that is too large
        raise ValueError("Invalid value NaN (not a number)")
    return FOREVER if seconds > 0 else -FOREVER


STEADY_DRIFT, WALL_DRIFT = 1 + 1e-12, 1 + 1e-5


def seconds(now: int) -> float:
    """Nanoseconds as a steady clock shows them: `time.monotonic()`, `loop.time()`.

    Programs subtract readings, and "at least a second later" must hold although 3.3 - 2.3 is less than 1.
    Real clocks are always a little late; this one runs fast by a trillionth, which outweighs the rounding.
    """
    return now / SECOND * STEADY_DRIFT


def wall_seconds(now: int, epoch: int) -> float:
    """The same for `time.time()`, whose floats are a quarter of a microsecond apart."""
    return epoch / SECOND + now / SECOND * WALL_DRIFT


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What one test (one run) may use. Every number is a limit, not a reservation."""

    virtual_time: int = 86_400 * SECOND
    """Nanoseconds that the clock may move."""
    clock_steps: int = 50_000
    """How often the clock may move."""
    turns: int = 50_000
    """Turns of loops and `sleep(0)` without a clock step (hardware simulators call it the delta-cycle limit).
    """
    stalled_steps: int = 5_000
    """Clock steps in which nothing of the other side ran and none of its timers was pending: then it is
    deadlocked.
    """
    handovers: int = 100_000
    """Handovers in a row between which nothing ran on this side."""
    threads: int = 256
    """Threads of this side's program at once."""
    twins: int = 256
    """Halves here of threads of the other side."""
    timers: int = 100_000
    """Timers that one event loop may have pending."""
    clock_reads: int = 10_000
    """Readings of the clock by one thread without waiting; after that each costs `reading_cost`, so spinning
    on the clock ends.
    """
    reading_cost: int = SECOND // 1000


GRACE_STEPS, GRACE_TURNS = 200, 2_000


class Clock:
    """The time, and what has been used of the budget since `begin`.

    The side that owns the clock moves it (`step`); the other side is told (`follow`).
    """

    __slots__ = ("_end", "_steps_left", "_turns_limit", "budget", "now", "steps", "turns")

    def __init__(self, budget: Budget, now: int = 0) -> None:
        self.now = now
        self.begin(budget)

    def begin(self, budget: Budget) -> None:
        """A new test begins: nothing of its budget is used."""
        self.budget = budget
        self.steps = self.turns = 0
        self._end = self.now + budget.virtual_time
        self._steps_left = budget.clock_steps
        self._turns_limit = budget.turns

    def step(self, when: int) -> None:
        """Move to `when` (not before now). Raises Endless, and stays, when the budget has run out."""
        if when > self._end:
            raise Endless(Bound.virtual_time, when - self._end + self.budget.virtual_time, now=self.now)
        if self._steps_left <= 0:
            raise Endless(Bound.clock_steps, self.steps, now=self.now)
        self._steps_left -= 1
        self.steps += 1
        self.turns = 0
        self.now = when

    def may_move(self) -> tuple[int, int]:
        """How far, and in how many steps, before the budget runs out."""
        return self._end, self._steps_left

    def moved(self, now: int, steps: int) -> None:
        """The other side has moved the clock, by this side's leave."""
        self._steps_left -= steps
        self.steps += steps
        self.follow(now)

    def follow(self, now: int) -> None:
        """The other side says what time it is."""
        if now > self.now:
            self.turns = 0
        self.now = now

    def turn(self) -> None:
        """Somebody lets the others run while the clock stands still. Raises Endless."""
        self.turns += 1
        if self.turns > self._turns_limit:
            raise Endless(Bound.turns, self.turns, now=self.now)

    def grant_grace(self) -> None:
        """After a failure: enough for `finally` blocks and cancelled tasks to end, not enough to go on."""
        self.turns = 0
        self._turns_limit = GRACE_TURNS
        self._steps_left = GRACE_STEPS
        self._end = max(self._end, self.now) + 3_600 * SECOND
