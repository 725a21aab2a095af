"""The ends of a simulation, each at once and explained; and what is left after them."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.clock import Budget
from grader.bridge.simulation.errors import Bound, Deadlock, Endless
from grader.bridge.simulation.kernel import Kernel


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


HERE = Path(__file__).name
real_clock = time.perf_counter


def facts(waiting):
    return [(w.kind, w.function.rpartition(".")[2], w.awaits) for w in waiting]


async def take_twice(lock):
    async with lock, lock:
        pass


async def take_from(queue):
    await queue.get()


async def two_deadlocks():
    await asyncio.gather(take_twice(asyncio.Lock()), take_from(asyncio.Queue()))


def test_a_deadlock_of_tasks_is_explained(kernel):
    began = real_clock()
    with pytest.raises(Deadlock) as ended:
        asyncio.run(two_deadlocks())
    assert real_clock() - began < 5
    assert facts(ended.value.waiting) == [
        ("task", "two_deadlocks", "asyncio.gather"),
        ("task", "take_twice", "asyncio.Lock.acquire"),
        ("task", "take_from", "asyncio.Queue.get"),
    ]
    assert {Path(w.file).name for w in ended.value.waiting} == {HERE}
    lines = Path(__file__).read_text("utf-8").splitlines()
    assert [lines[w.line - 1].strip() for w in ended.value.waiting] == [
        "await asyncio.gather(take_twice(asyncio.Lock()), take_from(asyncio.Queue()))",
        "async with lock, lock:",
        "await queue.get()",
    ]
    assert (ended.value.stalled, ended.value.now) == (False, 0)
    assert "test_kernel.py" in str(ended.value)


def test_what_a_task_waits_for_is_named(kernel):
    async def forever():
        await asyncio.get_running_loop().create_future()

    async def waits_for(task):
        await task

    async def numbers():
        await asyncio.Event().wait()
        yield 1

    async def iterates():
        async for _ in numbers():
            pass

    async def main():
        task = asyncio.create_task(forever(), name="lonely")
        async with asyncio.TaskGroup() as group:
            group.create_task(waits_for(task), name="a")
            group.create_task(iterates(), name="b")
            group.create_task(asyncio.wait_for(asyncio.Event().wait(), None), name="c")
            group.create_task(asyncio.Condition().wait_for(bool), name="d").cancel()

    with pytest.raises(Deadlock) as ended:
        asyncio.run(main())
    waits = {w.name: (w.function.rpartition(".")[2], w.awaits) for w in ended.value.waiting}
    main_task = next(name for name in waits if name.startswith("Task-"))
    assert waits == {
        "lonely": ("forever", "Future"),
        main_task: ("main", "asyncio.TaskGroup.__aexit__"),
        "a": ("waits_for", "lonely"),
        "b": ("numbers", "asyncio.Event.wait"),
        "c": ("", "asyncio.wait_for"),
    }


def test_a_deadlock_of_threads_is_explained(kernel):
    one, other = threading.Lock(), threading.Lock()

    def take(first, second):
        with first:
            time.sleep(1)
            with second:
                pass

    threads = [threading.Thread(target=take, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    with pytest.raises(Deadlock) as ended:  # noqa: PT012
        for thread in threads:
            thread.join()
    assert facts(ended.value.waiting) == [
        ("thread", "test_a_deadlock_of_threads_is_explained", "threading.Thread.join"),
        ("thread", "take", "Lock.acquire"),
        ("thread", "take", "Lock.acquire"),
    ]
    assert ended.value.now == 1_000_000_000


def test_the_threads_that_are_left_end_with_their_kernel(installed):
    ended = []

    def wait_for_ever(waits):
        try:
            waits()
        finally:
            ended.append(threading.current_thread().name)

    with virtual.activated(Kernel()):
        for name, waits in {
            "a": threading.Event().wait,
            "b": lambda: time.sleep(10**6),
            "c": lambda: asyncio.run(asyncio.Event().wait()),
        }.items():
            threading.Thread(target=wait_for_ever, args=[waits], name=name).start()
        time.sleep(1)
    assert sorted(ended) == ["a", "b", "c"]
    assert [t.name for t in threading.enumerate() if t.name in ended] == []


def test_a_closed_kernel_starts_no_thread(installed):
    kernel = Kernel()
    virtual.activate(kernel)
    virtual.close(kernel)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        threading.Thread(target=print).start()
    with pytest.raises(SystemExit):
        time.sleep(1)
    time.sleep(0)


def test_an_endless_program_runs_out_of_virtual_time_or_of_steps(installed):
    async def tick():
        while True:
            await asyncio.sleep(1)

    with virtual.activated(Kernel(budget=Budget(virtual_time=10**12))) as kernel:
        with pytest.raises(Endless) as ended:
            asyncio.run(tick())
        assert (ended.value.bound, kernel.now) == (Bound.virtual_time, 10**12)
    with virtual.activated(Kernel(budget=Budget(clock_steps=500))) as kernel:
        with pytest.raises(Endless) as ended:
            asyncio.run(tick())
        assert (ended.value.bound, ended.value.amount, kernel.now) == (Bound.clock_steps, 500, 500 * 10**9)
    assert facts(ended.value.waiting) == [("task", "tick", "asyncio.sleep")]


def test_a_livelock_runs_out_of_turns(installed):
    async def spin():
        while True:
            await asyncio.sleep(0)

    with virtual.activated(Kernel(budget=Budget(turns=1000))) as kernel, pytest.raises(Endless) as ended:
        asyncio.run(spin())
    assert (ended.value.bound, ended.value.amount, kernel.now) == (Bound.turns, 1001, 0)


def test_a_livelock_of_the_main_process_runs_out_of_turns(installed):
    def spin():
        while True:
            time.sleep(0)

    with virtual.activated(Kernel(budget=Budget(turns=1000))), pytest.raises(Endless):
        spin()


def test_a_livelock_in_a_thread_ends_the_main_process(installed):
    def spin():
        while True:
            time.sleep(0)

    thread = threading.Thread(target=spin)
    with virtual.activated(Kernel(budget=Budget(turns=1000))):
        thread.start()
        with pytest.raises(Endless):
            thread.join()


def test_finally_blocks_may_still_take_time_after_an_end(installed):
    cleaned = []

    async def main():
        try:
            while True:
                await asyncio.sleep(1)
        finally:
            await asyncio.sleep(5)
            cleaned.append(now())

    with virtual.activated(Kernel(budget=Budget(clock_steps=10))), pytest.raises(Endless):
        asyncio.run(main())
    assert cleaned == [15.0]


def test_except_exception_does_not_swallow_an_end(kernel):
    def swallow():
        try:
            threading.Event().wait()
        except Exception:
            pytest.fail("swallowed")

    with pytest.raises(Deadlock):
        swallow()


def test_a_thread_outside_the_simulation_has_no_process(kernel):
    seen = []

    def outsider():
        seen.append(kernel.current())
        try:
            kernel.wait()
        except RuntimeError as error:
            seen.append(str(error))
        done.release()

    import _thread

    from grader.bridge.simulation.process import allocate_real_lock, start_real_thread

    done = allocate_real_lock()
    done.acquire()
    start_real_thread(outsider, ())
    done.acquire()
    assert seen == [None, "this thread is no process of the simulation"]
    assert _thread.get_ident() == kernel.main.ident
    assert repr(kernel.main) == "<process M 'main'>"


def test_explanations_are_capped(installed):
    class Long(asyncio.Event):
        pass

    async def main():
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(Long().wait(), name="n" * 1000)

    with virtual.activated(Kernel()), pytest.raises(Deadlock) as ended:
        asyncio.run(main())
    assert len(ended.value.waiting) == 64
    assert max(len(w.name) for w in ended.value.waiting) == 240
    assert ended.value.waiting[-1].name.endswith("n…")
