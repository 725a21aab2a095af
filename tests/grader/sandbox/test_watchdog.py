"""The arithmetic of limits, on clocks that stand still."""

from __future__ import annotations

from grader.sandbox.watchdog import CPU, WALL, Watch


def test_nothing_is_watched_before_it_is_armed() -> None:
    """No limit, no look."""
    watch = Watch()
    assert (watch.armed, watch.exceeded(1e9, 1e9), watch.next_look(0, 0)) == (False, None, None)


def test_limits_count_from_arming() -> None:
    """Processor time and wall clock start anew each time."""
    watch = Watch()
    watch.arm(now=100, used=5, cpu=2, wall=10)
    assert watch.armed
    assert watch.exceeded(109.9, 6.9) is None
    assert watch.exceeded(109.9, 7.0) == CPU
    assert watch.exceeded(110.0, 6.9) == WALL
    watch.arm(now=110, used=7, cpu=2, wall=10)
    assert watch.exceeded(110.0, 7.0) is None


def test_processor_time_is_named_before_the_wall_clock() -> None:
    """Who has used up both is told the one that is his doing."""
    watch = Watch()
    watch.arm(now=0, used=0, cpu=1, wall=1)
    assert watch.exceeded(1, 1) == CPU


def test_none_lifts_a_limit() -> None:
    """One limit without the other, and neither."""
    watch = Watch()
    watch.arm(0, 0, cpu=None, wall=1)
    assert (watch.exceeded(0.5, 99), watch.exceeded(1, 0)) == (None, WALL)
    watch.arm(0, 0, cpu=1, wall=None)
    assert (watch.exceeded(99, 0.5), watch.exceeded(0, 1)) == (None, CPU)
    watch.arm(0, 0, cpu=None, wall=None)
    assert (watch.armed, watch.exceeded(99, 99)) == (False, None)


def test_when_to_look_next() -> None:
    """When a limit can be reached, after 5 ms at the least (processor), 250 ms at the most."""
    watch = Watch()
    watch.arm(0, 0, cpu=0.1, wall=None)
    assert watch.next_look(0, 0) == 0.1
    assert watch.next_look(0, 0.0999) == 0.005
    watch.cores = 2
    assert watch.next_look(0, 0) == 0.05
    watch.arm(0, 0, cpu=60, wall=60)
    assert watch.next_look(0, 0) == 0.25
    assert watch.next_look(59.9, 0) == 60 - 59.9
    assert watch.next_look(61, 0) == 0.0
