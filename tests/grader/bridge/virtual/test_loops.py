"""Event loops in virtual time: the same order as asyncio's own, and hours cost nothing."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import selectors
import signal
import threading
import time
import unittest

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.clock import Budget
from grader.bridge.simulation.kernel import Kernel
from grader.bridge.virtual.loops import VirtualEventLoop


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


real_clock = time.perf_counter


def run(main, **budget):
    """Run in a new kernel: the result, and the virtual seconds that it took."""
    with virtual.activated(Kernel(budget=Budget(**budget))) as kernel:
        result = asyncio.run(main)
        return result, kernel.now / 1e9


@pytest.fixture(autouse=True)
def _installed(installed):
    pass


def test_an_hour_costs_nothing():
    async def main():
        await asyncio.sleep(3600)
        return round(asyncio.get_running_loop().time(), 6)

    began = real_clock()
    assert run(main()) == (3600.0, 3600.0)
    assert real_clock() - began < 5


def test_timers_for_one_instant_fire_in_the_order_of_their_making():
    async def main():
        loop, fired = asyncio.get_running_loop(), []
        loop.call_at(1.3, fired.append, "a")
        await asyncio.sleep(1.1)
        loop.call_later(0.2, fired.append, "b")  # 1.1 + 0.2 is not 1.3 in floats
        loop.call_at(1.3, fired.append, "c")
        loop.call_at(1.3, fired.append, "never").cancel()
        await asyncio.sleep(1)
        return fired

    assert run(main()) == (["a", "b", "c"], 2.1)


def test_gather_wait_for_timeout_and_task_groups():
    async def job(seconds):
        await asyncio.sleep(seconds)
        return seconds

    async def main():
        out = [await asyncio.gather(*[job(i) for i in (3, 1, 2)])]
        try:
            await asyncio.wait_for(job(10), 5)
        except TimeoutError:
            out.append(now())
        try:
            async with asyncio.timeout(5) as scope:
                scope.reschedule(asyncio.get_running_loop().time() + 1)
                await job(100)
        except TimeoutError:
            out.append(now())
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job(i)) for i in (1, 2)]
        out.append([task.result() for task in tasks])
        done, pending = await asyncio.wait([asyncio.create_task(job(i)) for i in (1, 50)], timeout=10)
        out.append((len(done), len(pending), now()))
        out.append([await next_ for next_ in asyncio.as_completed([job(2), job(1)])])
        return out

    assert run(main()) == ([[3, 1, 2], 8.0, 9.0, [1, 2], (1, 1, 21.0), [1, 2]], 23.0)


def test_time_sleep_on_the_loop_stops_the_loop():
    async def main():
        beats = []

        async def beat():
            while True:
                beats.append(now())
                await asyncio.sleep(0.1)

        task = asyncio.create_task(beat())
        await asyncio.sleep(0.25)
        time.sleep(1)
        await asyncio.sleep(0.15)
        task.cancel()
        return beats

    assert run(main()) == ([0.0, 0.1, 0.2, 1.25, 1.35], 1.4)


def test_threads_of_the_loop_sleep_at_the_same_time_and_the_loop_goes_on():
    async def main():
        beats = 0

        async def beat():
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0.5)

        task = asyncio.create_task(beat())
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            asyncio.to_thread(time.sleep, 2),
            loop.run_in_executor(None, time.sleep, 3),
            asyncio.to_thread(time.sleep, 1),
        )
        task.cancel()
        return beats

    assert run(main()) == (7, 3.0)


@pytest.mark.parametrize("seconds", [math.inf, 1e300])
def test_an_endless_timer_is_no_timer(seconds):
    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(seconds), 10)

    assert run(main()) == (None, 10.0)


def test_arguments_are_checked_as_asyncio_checks_them():
    async def main():
        loop = asyncio.get_running_loop()
        with pytest.raises(TypeError, match="when cannot be None"):
            loop.call_at(None, print)
        with pytest.raises(TypeError, match="delay must not be None"):
            loop.call_later(None, print)
        with pytest.raises(ValueError, match="NaN"):
            loop.call_at(math.nan, print)
        loop.set_debug(True)
        with pytest.raises(TypeError, match="callable"):
            loop.call_later(1, 5)
        loop.call_later(0, int).cancel()

    assert run(main()) == (None, 0.0)


def test_too_many_timers_are_refused():
    async def main():
        loop = asyncio.get_running_loop()
        for _ in range(5):
            loop.call_later(1, int)
        with pytest.raises(RuntimeError, match="too many timers: this loop has 5 already"):
            loop.call_later(1, int)

    assert run(main(), timers=5) == (None, 0.0)


def test_cancelled_timers_are_removed_before_their_time():
    async def main():
        loop = asyncio.get_running_loop()
        for _ in range(500):
            loop.call_later(1000, int).cancel()
        loop.call_later(500, int)
        await asyncio.sleep(1)
        return len(loop._scheduled)

    assert run(main()) == (1, 1.0)


def test_debug_mode_reports_a_callback_that_blocks(caplog):
    async def main():
        asyncio.get_running_loop().set_debug(True)
        await asyncio.sleep(0)
        time.sleep(1)

    with caplog.at_level(logging.WARNING, "asyncio"):
        run(main())
    (record,) = [r for r in caplog.records if "Executing" in r.message]
    assert record.message.endswith("took 1.000 seconds")


def test_all_ways_to_a_loop():
    async def seconds():
        await asyncio.sleep(2)
        return now()

    with virtual.activated(Kernel()):
        out = [asyncio.run(seconds())]
        with asyncio.Runner() as runner:
            out += [runner.run(seconds()), runner.run(seconds())]
        loop = asyncio.new_event_loop()
        assert type(loop) is VirtualEventLoop
        out.append(loop.run_until_complete(seconds()))
        loop.close()
        loop = asyncio.SelectorEventLoop()
        out.append(loop.run_until_complete(seconds()))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        loop.close()
        thread = threading.Thread(target=lambda: out.append(asyncio.run(seconds())))
        thread.start()
        thread.join()

        class Case(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                await asyncio.sleep(1)

            async def test_it(self):
                out.append(await seconds())

        result = unittest.TestResult()
        Case("test_it").run(result)
        assert (result.errors, result.failures) == ([], [])
    assert out == [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0]


def test_asyncio_run_inside_a_loop_is_refused():
    async def main():
        coroutine = asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
            asyncio.run(coroutine)
        coroutine.close()

    run(main())


def test_tasks_that_are_left_are_cancelled_in_the_order_of_their_births():
    cancelled = []

    async def left(name):
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            cancelled.append(name)
            if name == 5:
                raise ValueError(name) from None
            raise

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: cancelled.append(repr(context["exception"])))
        kept.extend(asyncio.create_task(left(i)) for i in range(20))
        await asyncio.sleep(1)

    kept = []
    run(main())
    assert cancelled == [*range(20), "ValueError(5)"]


def test_tasks_made_past_the_loop_are_cancelled_too():
    ended = []

    async def left(name):
        try:
            await asyncio.sleep(100)
        finally:
            ended.append(name)

    async def main():
        kept.extend(asyncio.Task(left(i)) for i in range(5))
        await asyncio.sleep(1)

    kept = []
    run(main())
    assert ended == list(range(5))


def test_asynchronous_generators_are_closed_at_the_end():
    closed = []

    async def numbers():
        try:
            while True:
                yield 1
        finally:
            closed.append(now())

    async def main():
        kept.append(numbers())
        await anext(kept[0])
        await asyncio.sleep(1)

    kept = []
    run(main())
    assert closed == [1.0]


def test_a_signal_wakes_a_loop():
    async def main():
        loop, came = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, came.set)
        signal.raise_signal(signal.SIGUSR1)
        await came.wait()
        loop.remove_signal_handler(signal.SIGUSR1)
        return "came"

    assert run(main()) == ("came", 0.0)


def test_late_in_time_the_resolution_grows():
    async def main():
        await asyncio.sleep(2**24)
        await asyncio.sleep(1e-9)
        return asyncio.get_running_loop()._clock_resolution

    resolution, _ = run(main(), virtual_time=10**17)
    assert resolution == math.ulp(2.0**24)


class StockLoop(asyncio.SelectorEventLoop):
    """asyncio's own iteration over a clock that jumps: what ours is compared with."""

    def __init__(self):
        self.now = 0.0
        selector = selectors.SelectSelector()
        real_select = selector.select

        def select(timeout=None):
            found = real_select(0)
            if not found and timeout:
                self.now = self._scheduled[0]._when
            return found

        selector.select = select
        super().__init__(selector)

    def time(self):
        return self.now


def program(seed):  # noqa: C901 - one branch a kind of step
    """Random tasks, timers, events, cancellations and callbacks; no two timers for one instant."""
    dice = random.Random(seed)
    instants = iter(range(1, 10_000))
    log = []

    async def worker(name, depth):
        try:
            for step in range(dice.randint(1, 5)):
                log.append((name, step))
                match dice.choice(["sleep", "yield", "spawn", "gather", "cancel", "timeout", "call", "end"]):
                    case "sleep":
                        await asyncio.sleep(dice.randint(1, 3) + next(instants) / 100_000)
                    case "yield":
                        await asyncio.sleep(0)
                    case "call":
                        asyncio.get_running_loop().call_soon(log.append, (name, step, "called"))
                    case "end":
                        return
                    case kind if depth < 3:
                        children = [worker(f"{name}.{step}.{i}", depth + 1) for i in range(2)]
                        tasks = [asyncio.ensure_future(child) for child in children]
                        if kind == "gather":
                            await asyncio.gather(*tasks)
                        elif kind == "cancel":
                            await asyncio.sleep(0)
                            tasks[0].cancel()
                            await asyncio.wait(tasks)
                        elif kind == "timeout":
                            try:
                                async with asyncio.timeout(1 + next(instants) / 100_000):
                                    await asyncio.gather(*tasks)
                            except TimeoutError:
                                log.append((name, step, "timeout"))
        except asyncio.CancelledError:
            log.append((name, "cancelled"))
            raise

    async def main():
        await worker("0", 0)
        await asyncio.sleep(0)

    return main(), log


def run_program(seed, loop):
    main, log = program(seed)
    loop.run_until_complete(main)
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    count = len(log)

    async def end():
        await asyncio.gather(*left, return_exceptions=True)

    loop.run_until_complete(end())
    loop.close()
    return log[:count]


@pytest.mark.parametrize("seed", range(60))
def test_the_order_is_that_of_asyncio(seed):
    virtual.uninstall()
    stock = run_program(seed, StockLoop())
    virtual.install()
    with virtual.activated(Kernel()):
        assert run_program(seed, VirtualEventLoop()) == stock
