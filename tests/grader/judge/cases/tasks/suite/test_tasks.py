import asyncio
import inspect

import pytest

import solution


@pytest.fixture(autouse=True)
def log():
    solution.LOG.clear()
    return solution.LOG


async def test_task_over_a_coroutine_of_the_submission(log):
    task = asyncio.create_task(solution.work("a", 0.01))
    assert log == [] and not task.done()
    await asyncio.sleep(0)
    assert log == ["a starts"]
    assert await task == "a" and log == ["a starts", "a ends"]
    assert task.done() and task.result() == "a" and task.exception() is None


async def test_gather(log):
    assert await asyncio.gather(solution.work("a", 0.02), solution.work("b", 0.01)) == ["a", "b"]
    assert log == ["a starts", "b starts", "b ends", "a ends"]


async def test_gather_in_the_submission():
    log = []

    async def mine(name, delay):
        log.append(name)
        await asyncio.sleep(delay)
        log.append(name)
        return name

    assert await solution.gather(mine("a", 0.02), mine("b", 0.01)) == ["a", "b"]
    assert log == ["a", "b", "b", "a"]


async def test_gather_with_errors():
    results = await asyncio.gather(solution.fail(), solution.work("a", 0), return_exceptions=True)
    assert isinstance(results[0], ValueError) and results[1] == "a"
    with pytest.raises(ValueError, match="failed"):
        await asyncio.gather(solution.fail(), solution.work("a", 0.01))

    async def broken():
        raise KeyError("k")

    results = await solution.gather(broken(), solution.work("b", 0), return_exceptions=True)
    assert isinstance(results[0], KeyError) and results[1] == "b"


async def test_cancel(log):
    task = asyncio.create_task(solution.work("a", 10))
    await asyncio.sleep(0)
    assert task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled() and log == ["a starts", "a cancelled"]


async def test_cancel_before_the_first_step(log):
    task = asyncio.create_task(solution.work("a", 10))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == []


async def test_cancel_is_swallowed(log):
    task = asyncio.create_task(solution.stubborn(2))
    await asyncio.sleep(0)
    task.cancel("first")
    await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    assert await task == "stubborn"
    assert log == ["swallowed ('first',)", "swallowed ()"] and not task.cancelled()


async def test_cancel_is_converted():
    task = asyncio.create_task(solution.converts())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(KeyError, match="converted"):
        await task


async def test_cancel_waits_for_cleanup(log):
    task = asyncio.create_task(solution.slow_cleanup(0.01))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["clean"]


async def test_the_submission_cancels_a_task_of_the_suite():
    log = []

    async def mine():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            log.append(error.args)
            raise

    task = asyncio.create_task(mine())
    assert await solution.cancel_after(task, 0.001, "stop") is True
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == [("stop",)] and task.cancelled()
    assert await solution.cancel_after(task, 0) is False


async def test_cancel_goes_through_both_sides(log):
    async def mine():
        await solution.work("inner", 10)

    task = asyncio.create_task(solution.await_it(mine()))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["inner starts", "inner cancelled"]


async def test_cancel_from_within():
    task = asyncio.create_task(solution.cancel_me())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_wait_for(log):
    assert await asyncio.wait_for(solution.work("a", 0), 1) == "a"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(solution.work("b", 10), 0.01)
    assert log[-1] == "b cancelled"
    with pytest.raises(TimeoutError):
        await solution.wait_for(asyncio.sleep(10), 0.01)
    assert await solution.wait_for(solution.work("c", 0), None) == "c"


async def test_timeout(log):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await solution.work("a", 10)
    assert log[-1] == "a cancelled"
    assert await solution.guarded(lambda: asyncio.sleep(10), 0.01) == "too late"
    assert await solution.guarded(lambda: asyncio.sleep(0, "in time"), 1) == "in time"
    assert await solution.guarded(lambda: solution.work("b", 10), 0.01) == "too late"


async def test_nested_timeouts():
    async def mine():
        return await solution.guarded(lambda: asyncio.sleep(10), 0.01)

    assert await solution.guarded(mine, 1) == "too late"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.005):
            await solution.guarded(lambda: asyncio.sleep(10), 1)


async def test_task_group(log):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(solution.work(name, 0.01)) for name in "ab"]
    assert [task.result() for task in tasks] == ["a", "b"]
    assert log == ["a starts", "b starts", "a ends", "b ends"]


async def test_task_group_fails(log):
    with pytest.raises(ExceptionGroup) as info:
        async with asyncio.TaskGroup() as group:
            group.create_task(solution.work("a", 10))
            group.create_task(solution.fail(0.001))
    assert [type(error) for error in info.value.exceptions] == [ValueError]
    assert log == ["a starts", "a cancelled"]


async def test_task_group_of_the_submission():
    async def mine(x):
        await asyncio.sleep(0.001)
        return x

    assert await solution.group([lambda: mine(1), lambda: mine(2)]) == [1, 2]

    async def broken():
        raise LookupError("x")

    with pytest.raises(ExceptionGroup) as info:
        await solution.group([lambda: mine(1), broken])
    assert isinstance(info.value.exceptions[0], LookupError)


async def test_wait():
    tasks = {asyncio.create_task(solution.work(name, delay)) for name, delay in (("a", 0), ("b", 10))}
    done, pending = await asyncio.wait(tasks, timeout=0.01)
    assert [task.result() for task in done] == ["a"] and len(pending) == 1
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def test_first_done():
    assert await solution.first_done([asyncio.sleep(0.01, "x"), asyncio.sleep(10, "y")]) == (["x"], 1)


async def test_as_completed():
    found = [await each for each in asyncio.as_completed([solution.work("a", 0.02), solution.work("b", 0.01)])]
    assert found == ["b", "a"]
    assert await solution.in_order_of_completion([asyncio.sleep(0.02, 1), asyncio.sleep(0.01, 2)]) == [2, 1]


async def test_shield(log):
    task = asyncio.create_task(solution.work("a", 0.01))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), 0.001)
    assert not task.done() and await task == "a"

    inner = asyncio.create_task(asyncio.sleep(0.01, "kept"))
    outer = asyncio.create_task(solution.shielded(inner))
    await asyncio.sleep(0)
    outer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await outer
    assert await inner == "kept"


async def test_patterns():
    attempts = []

    async def flaky():
        attempts.append(1)
        if len(attempts) < 3:
            raise ConnectionError
        return "ok"

    assert await solution.retry(flaky, 5) == "ok" and len(attempts) == 3
    attempts[:] = []
    with pytest.raises(ConnectionError):
        await solution.retry(flaky, 2)

    running = peak = 0

    async def job():
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0.001)
        running -= 1
        return peak

    assert len(await solution.limited([job] * 7, 3)) == 7 and peak == 3
    assert await solution.race([lambda: asyncio.sleep(0.001, "fast"), lambda: asyncio.sleep(1, "slow")]) == "fast"


async def test_order_of_two_sides(log):
    async def mine(name):
        for i in range(3):
            log.append(f"{name}{i}")
            await asyncio.sleep(0)

    await asyncio.gather(mine("a"), solution.work("b", 0), mine("c"), solution.work("d", 0))
    assert log == ["a0", "b starts", "c0", "d starts", "a1", "b ends", "c1", "d ends", "a2", "c2"]


async def test_names():
    task = asyncio.create_task(solution.current_name(), name="pot")
    assert await task == "pot"
    assert inspect.iscoroutine(task.get_coro())


async def test_calling_off_what_the_suite_started(log):
    async def tidy(name):
        try:
            await asyncio.sleep(100)
        finally:
            await asyncio.sleep(0.01)
            log.append(name)

    tasks = [asyncio.create_task(tidy(name)) for name in "ab"]
    await asyncio.sleep(0)
    assert await solution.call_off(tasks, "closing time") == ["closing time", "closing time"]
    assert log == ["a", "b"] and all(task.cancelled() for task in tasks)
    with pytest.raises(asyncio.CancelledError):
        await solution.all_of(tasks)
