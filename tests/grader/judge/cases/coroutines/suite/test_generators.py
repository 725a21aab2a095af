import asyncio
import contextlib
import inspect
import types

import pytest

import solution


@pytest.fixture(autouse=True)
def log():
    solution.LOG.clear()
    return solution.LOG


async def test_async_for(log):
    assert [i async for i in solution.numbers(3)] == [0, 1, 2]
    assert log == ["closed"]
    assert {i: i async for i in solution.numbers(2)} == {0: 0, 1: 1}


async def test_protocol(log):
    generator = solution.numbers(5)
    assert inspect.isasyncgen(generator) and isinstance(generator, types.AsyncGeneratorType)
    assert aiter(generator) is generator and generator.__name__ == "numbers"
    assert await anext(generator) == 0
    assert await generator.asend("hello") == 1 and log == ["hello"]
    assert await generator.__anext__() == 2
    assert await generator.athrow(KeyError("k")) == "caught 'k'"
    assert log == ["hello", "key"]
    with pytest.raises(StopAsyncIteration):
        await anext(generator)
    assert log == ["hello", "key", "closed"]
    assert await anext(generator, "default") == "default"


async def test_aclose(log):
    generator = solution.numbers(5)
    await anext(generator)
    await generator.aclose()
    assert log == ["closed"]
    with pytest.raises(StopAsyncIteration):
        await anext(generator)


async def test_aclose_before_start(log):
    generator = solution.numbers(5)
    await generator.aclose()
    assert log == []


async def test_aclosing(log):
    async with contextlib.aclosing(solution.numbers(9)) as generator:
        async for i in generator:
            if i == 2:
                break
    assert log == ["closed"]


async def test_throw_out(log):
    generator = solution.numbers(5)
    await anext(generator)
    error = ValueError("x")
    with pytest.raises(ValueError) as info:
        await generator.athrow(error)
    assert info.value is error and log == ["closed"]


async def mine(n, log):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        log.append("mine closed")


async def test_the_submission_consumes(log):
    assert await solution.consume(mine(3, log)) == [0, 1, 2]
    assert log == ["mine closed"]


async def test_the_submission_leaves_early(log):
    source = mine(3, log)
    assert await solution.first(source) == 0
    await source.aclose()
    assert log == ["mine closed"]


async def test_pipeline(log):
    doubled = solution.double_all(solution.double_all(mine(3, log)))
    assert [i async for i in doubled] == [0, 4, 8]
    assert await solution.consume(solution.double_all(solution.numbers(2))) == [0, 2]


async def test_iterator_class():
    assert [i async for i in solution.Countdown(3)] == [2, 1, 0]
    assert await solution.consume(solution.Countdown(2)) == [1, 0]
    assert await anext(solution.Countdown(1)) == 0
    with pytest.raises(StopAsyncIteration):
        await anext(solution.Countdown(0))


async def test_iterator_class_of_the_suite():
    class Letters:
        def __init__(self):
            self.left = list("abc")

        def __aiter__(self):
            return self

        async def __anext__(self):
            if not self.left:
                raise StopAsyncIteration
            await asyncio.sleep(0)
            return self.left.pop(0)

    assert await solution.consume(Letters()) == ["a", "b", "c"]


async def test_context_manager_class():
    async with solution.Oven() as oven:
        assert oven.log == ["on"]
    assert oven.log == ["on", ("off", None, None)]
    error = KeyError("k")
    async with oven:
        raise error
    assert oven.log[-1] == ("off", KeyError, error) and oven.log[-1][2] is error
    with pytest.raises(ValueError):
        async with oven:
            raise ValueError


async def test_context_manager_function():
    log = []
    async with solution.stove(log) as heat:
        assert heat == "flame" and log == ["lit"]
    assert log == ["lit", "out"]
    async with solution.stove(log):
        raise LookupError
    assert log[-2:] == ["swallowed", "out"]
    with pytest.raises(ZeroDivisionError):
        async with solution.stove(log):
            1 / 0


async def test_context_manager_of_the_suite():
    log = []

    @contextlib.asynccontextmanager
    async def mine():
        log.append("in")
        try:
            yield "value"
        finally:
            await asyncio.sleep(0)
            log.append("out")

    class Mine:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *details):
            log.append(details[0])

    assert await solution.use(mine()) == "value"
    manager = Mine()
    assert await solution.use(manager) is manager
    assert log == ["in", "out", None]


async def test_exit_stack():
    log = []
    async with contextlib.AsyncExitStack() as stack:
        assert await stack.enter_async_context(solution.stove(log)) == "flame"
        oven = await stack.enter_async_context(solution.Oven())
        stack.push_async_callback(solution.double, 1)
    assert log == ["lit", "out"] and len(oven.log) == 2
    assert await solution.stacked([solution.stove(log), solution.stove(log)]) == ["flame", "flame"]


async def test_decorator_of_the_submission():
    log = []

    @solution.stove(log)
    async def cook():
        log.append("cook")
        return 1

    assert await cook() == 1 and log == ["lit", "cook", "out"]


async def test_listeners_that_leave_their_generators_behind():
    counter, heard = solution.Counter(), []

    async def listen(name, count):
        async with counter.orders() as orders:
            async for order in orders:
                heard.append((name, order))
                count -= 1
                if not count:
                    return

    first, second = asyncio.create_task(listen("first", 1)), asyncio.create_task(listen("second", 2))
    await asyncio.sleep(0)
    await counter.call("soup")
    await first
    assert counter.listeners == 1
    await counter.call("pie")
    await second
    assert heard == [("first", "soup"), ("second", "soup"), ("second", "pie")]
    assert counter.listeners == 0


def test_a_generator_that_nobody_holds_ends_at_once():
    log = []
    running = solution.counted(log)
    next(running)
    del running
    assert log == ["closed"]
    for i in solution.counted(log):
        if i == 2:
            break
    assert log == ["closed"] * 2


async def test_an_async_generator_that_nobody_holds_is_closed_by_the_loop():
    log = []
    running = solution.counted_slowly(log)
    await anext(running)
    del running
    await asyncio.sleep(1)
    assert log == ["closed"]
    async for _ in solution.counted_slowly(log):
        break
    turns = 0
    while len(log) < 2:
        await asyncio.sleep(0)
        turns += 1
    assert turns == 3


async def test_assertions_that_the_submission_passes_on():
    def fails():
        assert solution is None

    async def fails_later():
        fails()

    with pytest.raises(AssertionError):
        solution.pass_on(fails)
    with pytest.raises(ExceptionGroup) as caught:
        await solution.pass_on_later(fails_later)
    assert isinstance(caught.value.exceptions[0], AssertionError)
