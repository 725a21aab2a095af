import asyncio
import inspect
import types

import pytest

import solution
from solution import Burnt, Cook, Later


async def test_value():
    assert await solution.double(3) == 6
    assert await solution.slow_double(x=4) == 8


async def test_nothing_runs_before_the_await():
    solution.LOG.clear()
    coroutine = solution.rescue(lambda: solution.double(1))
    assert solution.LOG == []
    assert await coroutine == 2
    assert solution.LOG == ["finally"]


async def test_kinds():
    coroutine = solution.double(1)
    assert inspect.iscoroutine(coroutine) and inspect.isawaitable(coroutine)
    assert isinstance(coroutine, types.CoroutineType) and asyncio.iscoroutine(coroutine)
    assert inspect.iscoroutinefunction(solution.double) and asyncio.iscoroutinefunction(solution.double)
    assert not inspect.iscoroutinefunction(solution.makes)
    assert inspect.isasyncgenfunction(solution.numbers) and inspect.iscoroutinefunction(Cook("a").cook)
    assert coroutine.__name__ == "double"
    assert await coroutine == 2


async def test_kinds_seen_by_the_submission():
    async def mine():
        return 1

    coroutine = mine()
    assert solution.kinds(coroutine) == (True, True, False)
    assert solution.kinds(mine) == (False, False, True)
    assert solution.kinds(lambda: 1) == (False, False, False)
    assert await coroutine == 1


async def test_awaiting_twice():
    coroutine = solution.double(1)
    await coroutine
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        await coroutine


async def test_a_coroutine_of_the_suite():
    async def mine(x):
        await asyncio.sleep(0)
        return x + 1

    assert await solution.await_it(mine(1)) == 2
    assert await solution.call(mine, 2) == 3
    assert await solution.call_maybe(mine, 3) == 4
    assert await solution.many(mine, 4) == [1, 2, 3, 4]


async def test_a_coroutine_there_and_back():
    assert await solution.await_it(solution.double(2)) == 4
    assert await solution.await_it(solution.await_it(solution.makes(3))) == 6
    assert await (await solution.returns_coroutine()) == 8
    coroutine = solution.makes(1)
    assert solution.call_maybe(lambda x: x, coroutine) is coroutine
    coroutine.close()


async def test_plain_callback_in_a_coroutine():
    assert await solution.call_plain(lambda a, b: a * b, 3, 4) == 12


async def test_callback_that_awaits_the_submission():
    async def mine(x):
        return await solution.slow_double(await solution.double(x))

    assert await solution.call(mine, 1) == 4


async def test_deep_recursion_over_both_sides():
    async def mine(n):
        return await solution.recurse(mine, n)

    assert await mine(20) == 20
    assert await solution.deep(100) == 100


async def test_exception():
    with pytest.raises(ValueError, match="^broken$"):
        await solution.fail()
    with pytest.raises(Burnt) as info:
        await solution.burn(200)
    assert info.value.degrees == 200 and isinstance(info.value.__cause__, ValueError)


async def test_exception_of_the_suite_passes_through():
    error = ValueError("mine")

    async def mine():
        await asyncio.sleep(0)
        raise error

    kind, text, same = await solution.rescue(mine)
    assert (kind, text) == ("rescued", "mine") and same is error
    with pytest.raises(ValueError) as info:
        await solution.call(mine)
    assert info.value is error


async def test_exception_group():
    caught = []
    try:
        await solution.group()
    except* ValueError as some:
        caught += some.exceptions
    except* KeyError as some:
        caught += some.exceptions
    assert [type(each) for each in caught] == [ValueError, KeyError]


async def test_stop_iteration_becomes_a_runtime_error():
    with pytest.raises(RuntimeError, match="coroutine raised StopIteration"):
        await solution.stop()


async def test_wrong_arguments_fail_at_the_call():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        solution.double()
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        solution.double(1, y=2)


async def test_methods():
    cook = Cook("Ada")
    assert await cook.cook("rice", pans=2) == "Ada cooks rice in 2"
    assert await Cook.cook(cook, "tea") == "Ada cooks tea in 1"
    assert await cook.rest() == "resting" == await Cook.rest()
    assert (await Cook.hire("Bob")).name == "Bob"
    assert await cook(1) == 2
    assert [dish async for dish in cook.all_dishes(["a", "b"])] == ["Ada cooks a in 1", "Ada cooks b in 1"]


async def test_awaitable_object():
    assert await Later(5) == 5
    assert await asyncio.wait_for(Later(6), 1) == 6
    assert await solution.await_it(Later(7)) == 7
    assert inspect.isawaitable(Later(1))
    assert await asyncio.gather(Later(1), Later(2)) == [1, 2]


async def test_awaitable_object_of_the_suite():
    class Mine:
        def __await__(self):
            yield from asyncio.sleep(0.01).__await__()
            return "mine"

    assert await solution.await_it(Mine()) == "mine"


async def test_object_of_the_suite_with_async_methods():
    class Robot:
        async def cook(self, dish):
            await asyncio.sleep(0)
            return f"robot {dish}"

    assert await solution.apply(Robot(), "soup") == "robot soup"


async def test_suite_class_derived_from_the_submission():
    class Chef(Cook):
        async def cook(self, dish, *, pans=1):
            return "chef " + await super().cook(dish, pans=pans)

    assert await Chef("Eve").cook("pie") == "chef Eve cooks pie in 1"
    assert await solution.apply(Chef("Eve"), "pie") == "chef Eve cooks pie in 1"
    assert [d async for d in Chef("Eve").all_dishes(["x"])] == ["chef Eve cooks x in 1"]


def test_by_hand():
    coroutine = solution.double(2)
    with pytest.raises(StopIteration) as info:
        coroutine.send(None)
    assert info.value.value == 4


def test_close_without_running():
    coroutine = solution.fail()
    coroutine.close()
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        coroutine.send(None)


async def test_loop_is_the_same_for_both():
    assert await solution.same_loop(asyncio.get_running_loop())


async def test_time_passes_for_both():
    async def mine():
        await asyncio.sleep(0.02)

    assert 0.02 <= await solution.timed(mine) < 0.2


async def test_trampoline():
    async def down(x):
        return (down, x - 1) if x else (None, "end")

    assert await solution.trampoline(down, 5) == "end"


async def test_lambda_that_returns_a_coroutine():
    assert await solution.call(lambda: solution.double(8)) == 16


async def test_traceback_has_the_submission_lines():
    with pytest.raises(Burnt) as info:
        await solution.burn(1)
    entry = info.traceback[-1]
    assert entry.name == "burn" and entry.path.name == "solution.py"
