"""What asyncio keeps in sets is iterated in the order in which it was made."""

from __future__ import annotations

import asyncio
import time

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.kernel import Kernel
from grader.bridge.virtual.order import OrderedSet


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


def test_coroutines_given_to_as_completed_start_in_their_order(kernel):
    started = []

    async def job(i):
        started.append(i)
        await asyncio.sleep(1)
        return i

    async def main():
        return [await done for done in asyncio.as_completed([job(i) for i in range(30)])]

    assert asyncio.run(main()) == list(range(30)) == started


def test_wait_returns_tasks_in_their_order(kernel):
    async def main():
        tasks = {asyncio.create_task(asyncio.sleep(i % 2 * 10), name=str(i)) for i in range(20)}
        done, pending = await asyncio.wait(tasks, timeout=5)
        assert type(done).__mro__[1] is set
        return [int(t.get_name()) for t in done], [int(t.get_name()) for t in pending]

    assert asyncio.run(main()) == (list(range(0, 20, 2)), list(range(1, 20, 2)))


def test_a_task_group_cancels_in_the_order_of_births(kernel):
    cancelled = []

    async def job(i):
        try:
            await asyncio.sleep(10)
        finally:
            cancelled.append(i)

    async def main():
        async with asyncio.TaskGroup() as group:
            for i in range(20):
                group.create_task(job(i))
            await asyncio.sleep(1)
            raise ValueError("stop")

    with pytest.raises(ExceptionGroup):
        asyncio.run(main())
    assert cancelled == list(range(20))
    assert now() == 1.0


def test_all_tasks_are_listed_in_the_order_of_births(kernel):
    async def main():
        made = [asyncio.create_task(asyncio.sleep(1)) for _ in range(20)]
        assert list(asyncio.all_tasks())[1:] == made
        assert asyncio.all_tasks() == {asyncio.current_task(), *made}
        await made[-1]

    asyncio.run(main())


def test_an_ordered_set_is_a_set():
    ordered = OrderedSet([3, 1, 2])
    ordered.add(0)
    ordered.add(3)
    assert (list(ordered), ordered == {0, 1, 2, 3}, len(ordered)) == ([3, 1, 2, 0], True, 4)
    ordered.remove(1)
    ordered.discard(9)
    ordered.discard(2)
    assert (repr(ordered), ordered | {7}, type(ordered | {7})) == (
        "{3, 0}",
        {0, 3, 7},
        OrderedSet | set and set,
    )
    ordered |= {5}
    assert list(ordered) == [3, 0, 5]
    assert [ordered.pop(), ordered.pop(), ordered.pop(), repr(ordered)] == [3, 0, 5, "set()"]
    with pytest.raises(KeyError):
        ordered.pop()
    with pytest.raises(KeyError):
        ordered.remove(1)
    ordered.add(1)
    ordered.clear()
    assert (list(ordered), OrderedSet({1, 2})) == ([], {1, 2})


def test_births_are_those_of_a_virtual_loop():
    virtual.install()
    try:
        with virtual.activated(Kernel()):
            pass
        assert OrderedSet({"a"}) == {"a"}
    finally:
        virtual.uninstall()
