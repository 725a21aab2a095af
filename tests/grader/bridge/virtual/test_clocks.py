"""Every clock of the standard library tells virtual time; CPU clocks stay real."""

from __future__ import annotations

import datetime
import queue
import sched
import threading
import time

import pytest

from grader.bridge.simulation.clock import SECOND
from grader.bridge.virtual.clocks import EPOCH


def test_all_clocks_agree(kernel):
    time.sleep(100.5)
    wall = (kernel.now + EPOCH) / SECOND
    moment = datetime.datetime.fromtimestamp(wall)
    steady = [time.monotonic(), time.perf_counter(), time.clock_gettime(time.CLOCK_MONOTONIC)]
    assert [round(reading, 6) for reading in steady] == [100.5] * 3
    assert [time.monotonic_ns(), time.perf_counter_ns()] == [100_500_000_000] * 2
    assert [round(time.time() - wall, 2), time.time_ns()] == [0, kernel.now + EPOCH]
    assert time.localtime() == time.localtime(None) == time.localtime(wall)
    assert time.gmtime() == time.gmtime(wall)
    assert [time.ctime(), time.asctime()] == [time.ctime(wall)] * 2
    assert time.strftime("%Y-%m-%d %H:%M:%S") == moment.strftime("%Y-%m-%d %H:%M:%S")
    assert time.clock_gettime(time.CLOCK_REALTIME) == wall
    assert time.clock_gettime_ns(time.CLOCK_MONOTONIC) == kernel.now
    assert datetime.datetime.now() == moment
    assert datetime.datetime.now(datetime.UTC) == datetime.datetime.fromtimestamp(wall, datetime.UTC)
    assert datetime.datetime.now(tz=datetime.UTC).tzinfo is datetime.UTC
    assert datetime.datetime.today() == moment
    assert datetime.date.today() == moment.date()


def test_a_second_is_never_too_short(kernel):
    """3.3 - 2.3 is less than 1; programs ask whether a second has passed."""
    for _ in range(200):
        steady, wall = time.monotonic(), time.time()
        time.sleep(0.1)
        assert (time.monotonic() - steady >= 0.1, time.time() - wall >= 0.1) == (True, True)


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
def test_utcnow(kernel):
    time.sleep(3.25)
    assert datetime.datetime.utcnow() == datetime.datetime(2025, 6, 15, 15, 6, 43, 250_000)


def test_a_subclass_of_datetime_gets_its_own_type(kernel):
    class Moment(datetime.datetime):
        pass

    assert type(Moment.now()) is Moment
    assert type(datetime.datetime.now()) is datetime.datetime


def test_given_times_are_left_alone(kernel):
    time.sleep(50)
    assert time.gmtime(0).tm_year == 1970
    assert time.strftime("%Y", time.gmtime(0)) == "1970"
    assert time.ctime(0) == time.asctime(time.localtime(0))
    with pytest.raises(TypeError):
        time.strftime("%Y", None)
    with pytest.raises(TypeError):
        time.localtime(1, 2)


def test_cpu_clocks_stay_real(kernel):
    before = time.process_time()
    time.sleep(5000)
    assert time.process_time() - before < 100
    assert time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) < 5000


@pytest.mark.parametrize(
    ("seconds", "error"), [(-1, ValueError), ("1", TypeError), (float("nan"), ValueError)]
)
def test_sleep_refuses_what_the_real_one_refuses(kernel, seconds, error):
    with pytest.raises(error):
        time.sleep(seconds)
    assert kernel.now == 0


def test_sleep_accepts_whatever_is_an_index(kernel):
    class Two:
        def __index__(self) -> int:
            return 2

    time.sleep(Two())
    assert kernel.now == 2 * SECOND


def test_spinning_on_the_clock_ends(kernel):
    """A thread that only reads the clock would spin for ever: after many readings each takes time."""
    end = time.perf_counter() + 2
    readings = 0
    while time.perf_counter() < end:
        readings += 1
    assert [readings, round(time.perf_counter(), 6)] == [11_998, 2.001]


def test_spinning_on_a_lock_ends_when_another_thread_frees_it(kernel):
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(0.5, lock.release).start()
    while lock.locked():
        pass
    assert 0.5 <= time.monotonic() < 0.6


def test_the_scheduler_and_timed_queues_follow(kernel):
    happened = []
    scheduler = sched.scheduler(time.monotonic, time.sleep)
    scheduler.enter(2, 1, lambda: happened.append("two"))
    scheduler.enter(1, 1, lambda: happened.append("one"))
    scheduler.run()
    with pytest.raises(queue.Empty):
        queue.Queue().get(timeout=3)
    assert [*happened, kernel.now] == ["one", "two", 5 * SECOND]
