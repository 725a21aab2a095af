"""What a call makes is there before anybody asks the other side for it."""

import asyncio
import gc
import inspect
import warnings
import weakref

import pytest

import solution


class Dish(list):
    pass


async def test_many_before_the_first_is_awaited():
    coroutines = [solution.double(n) for n in range(100)]
    assert await asyncio.gather(*reversed(coroutines)) == [2 * n for n in reversed(range(100))]


async def test_arguments_are_those_of_the_call_and_live():
    dishes = ["soup"]
    coroutine = solution.Cook("ada").all_dishes(dishes)
    dishes.append("rice")
    assert await coroutine == await solution.Cook("ada").all_dishes(["soup", "rice"])


async def test_temporary_arguments():
    async def back(x):
        return x

    coroutine = solution.call(lambda *given: back(sum(given)), *[1, 2, 3])
    gc.collect()
    assert await coroutine == 6
    assert await solution.call(solution.double, 4) == 8


async def test_wrong_calls_are_refused_at_once():
    with pytest.raises(TypeError, match="unexpected keyword argument 'pan'"):
        solution.slow_double(1, pan=2)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        solution.double()
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        solution.Cook("ada").cook("soup", 2)


async def test_states():
    coroutine = solution.double(1)
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
    assert await coroutine == 2
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        await coroutine
    assert coroutine.__name__ == "double"
    assert "coroutine object" in repr(coroutine)


async def test_given_back_unstarted():
    assert await solution.await_it(solution.double(4)) == 8
    held = {"first": [solution.double(5)]}
    assert await solution.call_plain(lambda: held["first"][0]) in (10, held["first"][0])


async def test_closed_unstarted():
    coroutine = solution.double(1)
    coroutine.close()
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        await coroutine
    assert await solution.double(2) == 4


async def test_dropped_unstarted():
    dish = Dish()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        coroutine = solution.call_maybe(lambda: None)
        unheld = [solution.call(lambda: dish) for _ in range(40)]
        del unheld
        gc.collect()
    del coroutine
    assert [str(each.message) for each in caught] == ["coroutine 'call' was never awaited"] * 40
    assert await solution.double(2) == 4
    seen = weakref.ref(dish)
    del dish
    gc.collect()
    await solution.double(2)
    assert seen() is None


async def test_generators_unstarted():
    first, second = solution.numbers(3), solution.numbers(2)
    assert [n async for n in second] == [n async for n in solution.numbers(2)]
    await first.aclose()
    assert [n async for n in first] == []


async def test_callbacks_of_the_suite():
    made = []

    async def back(x):
        made.append(x)
        await asyncio.sleep(1)
        return x

    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await solution.call(back, 1) == 1
    assert await solution.many(lambda: back(2), 50) is not None or made
    assert made[0] == 1
    assert loop.time() - began < 100


async def test_cancelled_before_its_first_step():
    task = asyncio.ensure_future(solution.double(1))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await solution.double(2) == 4


def test_a_generator_of_the_suite_that_is_dropped_half_way():
    closed = []

    def dishes():
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    assert solution.first_of(dishes()) == 1
    assert closed == [True]


async def test_one_object_by_place_and_by_name():
    plain, later = object(), object()
    assert solution.both(plain, key=plain) is plain
    assert await solution.both_later(later, key=later) is later
