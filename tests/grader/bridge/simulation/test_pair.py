"""Two processes under one kernel each behave as one: the same order, the same times, the same ends."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time

import pytest

from grader.bridge.simulation.clock import Budget
from grader.bridge.simulation.errors import Bound, Deadlock, Endless, PeerGone


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


class Diary(list):
    def note(self, *what):
        self.append([now(), *what])


async def sleeper(i):
    await asyncio.sleep(0.5)
    return i


def test_awaiting_and_calling_back(session):
    async def main(s):
        return [
            [await s.work(i) for i in range(5)],
            await s.together(sleeper, 50),
            await s.group(sleeper),
            now(),
        ]

    with session("scenarios") as s:
        assert asyncio.run(main(s)) == [[0, 2, 4, 6, 8], 1225, [0, 1, 2], 6.0]


def test_cancellation_both_ways(session):
    diary = Diary()

    async def never(finish=None):
        try:
            await asyncio.sleep(50)
        except asyncio.CancelledError:
            diary.note("callback cancelled")
            if finish is None:
                raise
            await asyncio.sleep(finish)
        return "result"

    async def main(s):
        task = asyncio.create_task(s.forever())
        await asyncio.sleep(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        task = asyncio.create_task(s.swallow())
        await asyncio.sleep(3)
        task.cancel()
        diary.note(await task, task.cancelled())
        for stubborn in (s.slow_cleanup, s.swallow):
            try:
                diary.note(await asyncio.wait_for(stubborn(), 2))
            except TimeoutError:
                diary.note("timeout")
        diary.note(await s.limit(never, 5))

        async def stubborn_callback():
            return await never(1)

        diary.note(await s.limit(stubborn_callback, 5))
        task = asyncio.create_task(s.forever())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        task = asyncio.create_task(s.forever())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        diary.note(await asyncio.to_thread(s.take_log))

    with session("scenarios") as s:
        asyncio.run(main(s))
    assert diary == [
        [8.0, "stubborn", False],
        [11.0, "timeout"],
        [15.0, "stubborn"],
        [20.0, "callback cancelled"],
        [20.0, ["timeout", 20.0]],
        [25.0, "callback cancelled"],
        [26.0, "result"],
        [
            26.0,
            [
                ["forever ends", 3.0],
                ["swallowed", 6.0],
                ["cleaned", 11.0],
                ["swallowed", 13.0],
                ["forever ends", 26.0],
            ],
        ],
    ]


def test_blocking_the_loop_there_stops_the_loop_here(session):
    beats = []

    async def beat():
        while True:
            beats.append(now())
            await asyncio.sleep(0.1)

    async def main(s):
        task = asyncio.create_task(beat())
        blocked = await s.block(1)
        plain = s.plain_block(0.5)
        await asyncio.sleep(0.05)
        task.cancel()
        return blocked, plain, [when for _, when in s.take_log()]

    with session("scenarios") as s:
        blocked, plain, theirs = asyncio.run(main(s))
    assert (blocked, plain) == ([0.25, 1.25], 2.0)
    assert theirs == [0.0, 0.1, 0.2, 1.25, 1.35, 1.45]
    assert beats == [0.0, 0.1, 0.2, 1.25, 1.35, 1.45, 2.0]


def test_threads_there_and_here(session):
    diary = Diary()

    def cook(i):
        diary.note(i, threading.current_thread() is threading.main_thread())
        time.sleep(1 + i * 0.25)
        return i

    async def main(s):
        diary.note(await s.in_threads(cook, 3))
        diary.note(await s.on_the_loop(cook))
        diary.note(
            await asyncio.gather(asyncio.to_thread(s.plain_block, 1), asyncio.to_thread(s.plain_block, 2))
        )

    with session("scenarios") as s:
        asyncio.run(main(s))
        diary.note(s.pool(cook))
        diary.note(s.hand_over())
    assert [entry for entry in diary if isinstance(entry[1], list)] == [
        [1.5, [[0, 1, 2], 1.5]],
        [4.75, [3.75, 4.75]],
        [8.5, [[0, 1, 2, 3, 4, 5], 3.75]],
        [10.5, ["x", 10.5]],
    ]
    assert [entry for entry in diary if entry[1] in (0, 1) and len(entry) == 3][:5] == [
        [0.0, 0, False],
        [0.0, 1, False],
        [1.5, 1, True],
        [4.75, 0, False],
        [4.75, 1, False],
    ]


def test_loops_of_its_own(session):
    async def inside(s):
        with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
            s.main(sleeper)

    with session("scenarios") as s:
        assert s.main(sleeper) == [1, [2, 3], 1.0]
        assert s.own_loops(sleeper) == [[0, 1, 2, 8, 9, 10, 11], 3.5]
        asyncio.run(inside(s))


def test_a_loop_in_a_thread_that_outlives_the_call(session):
    with session("scenarios") as s:
        s.start_loop_in_a_thread()
        assert s.use_loop_in_a_thread(sleeper) == [1, 4]
        assert s.end_loop_in_a_thread() == 1.5


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_heartbeat_on_sleep_zero_does_not_starve_the_other_side(session):
    async def main(s):
        turns = 0

        async def beat():
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(beat())
        await s.chunks(100)
        task.cancel()
        return turns

    with session("scenarios") as s:
        assert 100 <= asyncio.run(main(s)) <= 103
        assert round(s.spin(2), 6) == 2.001


def test_tasks_left_over_there_are_cancelled_with_the_loop(session):
    async def main(s):
        s.leave_tasks()
        await asyncio.sleep(1)

    with session("scenarios") as s:
        asyncio.run(main(s))
        assert s.take_log() == [0, 1, 2, "0 done", "1 done", "2 done"]
        assert now() == 2.0


def waits(ended):
    return [
        (w.side, w.kind, w.function.rpartition(".")[2], w.awaits) for w in ended.value.waiting if w.function
    ]


def test_a_deadlock_there_is_explained(session):
    with session("scenarios") as s, pytest.raises(Deadlock) as ended:
        asyncio.run(s.dead())
    assert ("S", "task", "dead", "asyncio.Lock.acquire") in waits(ended)
    assert [w.awaits for w in ended.value.waiting if w.side == "J"] == ["the other side's dead"]


def test_a_deadlock_of_threads_there_is_explained(session):
    with session("scenarios") as s, pytest.raises(Deadlock) as ended:
        s.dead_threads()
    assert [entry for entry in waits(ended) if entry[0] == "S"] == [
        ("S", "thread", "dead_threads", "threading.Thread.join"),
        ("S", "thread", "take", "Lock.acquire"),
        ("S", "thread", "take", "Lock.acquire"),
    ]


def test_a_deadlock_by_a_callback_is_explained_on_both_sides(session):
    async def never():
        await asyncio.Event().wait()

    with session("scenarios") as s, pytest.raises(Deadlock) as ended:
        asyncio.run(s.wait_for(never))
    assert {("J", "task", "never", "asyncio.Event.wait")} < set(waits(ended))


def test_a_heartbeat_of_the_suite_does_not_hide_a_deadlock(session):
    async def main(s):
        async def beat():
            while True:
                await asyncio.sleep(1)

        task = asyncio.create_task(beat())
        await s.dead()
        task.cancel()

    with session("scenarios", Budget(stalled_steps=100)) as s, pytest.raises(Deadlock) as ended:
        asyncio.run(main(s))
    assert ended.value.stalled
    assert 100 <= ended.value.now / 1e9 <= 103


def test_a_long_sleep_there_is_not_stalled_by_a_heartbeat_here(session):
    async def main(s):
        async def beat():
            while True:
                await asyncio.sleep(0.001)

        task = asyncio.create_task(beat())
        result = await s.work(21)
        task.cancel()
        return result

    with session("scenarios", Budget(stalled_steps=100)) as s:
        assert asyncio.run(main(s)) == 42


def test_a_suite_that_works_alone_is_not_stalled(session):
    async def main(s):
        for _ in range(300):
            await asyncio.sleep(1)
        return await s.work(21)

    with session("scenarios", Budget(stalled_steps=100)) as s:
        s.kernel.owed = lambda: bool(s.bridge.futures)
        assert asyncio.run(main(s)) == 42


@pytest.mark.parametrize(
    ("name", "budget", "bound"),
    [
        ("endless", {"virtual_time": 50 * 10**9}, Bound.virtual_time),
        ("endless", {"clock_steps": 50}, Bound.clock_steps),
        ("busy", {}, Bound.turns),
    ],
)
def test_endless_programs_there(session, name, budget, bound):
    with session("scenarios", Budget(**budget)) as s, pytest.raises(Endless) as ended:
        asyncio.run(getattr(s, name)())
    assert ended.value.bound is bound
    assert name in {w.function for w in ended.value.waiting}


def test_a_process_that_dies_ends_the_call(session):
    with session("scenarios") as s:
        with pytest.raises(PeerGone):
            s.die()
        assert s.kernel.peer is None


def test_the_same_scenario_has_the_same_history(session):
    digests = set()
    for _ in range(3):
        diary = Diary()
        with session("scenarios") as s:

            async def main(s=s, diary=diary):
                async def beat(name):
                    while True:
                        diary.note(name)
                        await asyncio.sleep(0.125)

                tasks = [asyncio.create_task(beat(i)) for i in range(3)]
                diary.note(await s.in_threads(lambda i: (time.sleep(i / 8), diary.note(i))[1], 4))
                diary.note(await asyncio.gather(s.group(sleeper), s.block(1)), s.take_log())
                for task in tasks:
                    task.cancel()

            asyncio.run(main())
        digests.add(hashlib.sha256(json.dumps(diary).encode()).hexdigest())
    assert len(digests) == 1
