from __future__ import annotations

import math

import pytest

from grader.bridge.simulation.clock import FOREVER, SECOND, Budget, Clock, nanoseconds
from grader.bridge.simulation.errors import Bound, Endless


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1.1 + 0.2, 1_300_000_000),
        (0, 0),
        (-1, -SECOND),
        (True, SECOND),
        (math.inf, FOREVER),
        (1e300, FOREVER),
        (-math.inf, -FOREVER),
        (10**400, FOREVER),
    ],
)
def test_seconds_become_nanoseconds(seconds, expected):
    assert nanoseconds(seconds) == expected


def test_nan_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        nanoseconds(math.nan)


def test_a_clock_steps_as_far_as_its_budget():
    clock = Clock(Budget(virtual_time=10, clock_steps=3))
    clock.step(4)
    clock.step(10)
    with pytest.raises(Endless) as ended:
        clock.step(11)
    assert (ended.value.bound, ended.value.now, clock.now, clock.steps) == (Bound.virtual_time, 10, 10, 2)
    clock.step(10)
    with pytest.raises(Endless) as ended:
        clock.step(10)
    assert (ended.value.bound, ended.value.amount) == (Bound.clock_steps, 3)


def test_turns_count_from_the_last_step():
    clock = Clock(Budget(turns=2))
    for now in (1, 2):
        clock.turn()
        clock.turn()
        clock.step(now)
    clock.follow(2)
    clock.turn()
    clock.turn()
    clock.follow(3)
    clock.turn()
    clock.turn()
    with pytest.raises(Endless) as ended:
        clock.turn()
    assert (ended.value.bound, ended.value.amount, clock.now) == (Bound.turns, 3, 3)


def test_a_new_test_has_a_new_budget_and_the_clock_goes_on():
    clock = Clock(Budget(virtual_time=10))
    clock.step(10)
    clock.begin(Budget(virtual_time=5))
    clock.step(15)
    assert (clock.now, clock.steps) == (15, 1)


def test_after_a_failure_there_is_a_little_grace():
    clock = Clock(Budget(virtual_time=10, turns=1, clock_steps=1))
    clock.step(10)
    clock.grant_grace()
    for _ in range(200):
        clock.step(clock.now + SECOND)
    with pytest.raises(Endless):
        clock.step(clock.now)
