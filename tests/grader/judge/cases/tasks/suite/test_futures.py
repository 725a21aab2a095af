import asyncio

import pytest

import solution


@pytest.fixture(autouse=True)
def log():
    solution.LOG.clear()
    return solution.LOG


async def test_a_task_of_the_submission(log):
    task = solution.spawn("a", 0.01)
    assert isinstance(task, asyncio.Task) and isinstance(task, asyncio.Future) and asyncio.isfuture(task)
    assert not task.done() and task.get_name() == "cook a"
    assert await task == "a"
    assert task.done() and not task.cancelled() and task.result() == "a" and task.exception() is None
    assert await task == "a" and log == ["a starts", "a ends"]


async def test_cancelling_it(log):
    task = solution.spawn("a", 10)
    await asyncio.sleep(0)
    assert task.cancel() is True
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled() and task.cancel() is False and log == ["a starts", "a cancelled"]
    with pytest.raises(asyncio.CancelledError):
        task.result()


async def test_its_exception():
    task = solution.spawn_failing()
    with pytest.raises(asyncio.InvalidStateError):
        task.result()
    with pytest.raises(ValueError, match="failed"):
        await task
    assert isinstance(task.exception(), ValueError)
    with pytest.raises(ValueError):
        task.result()


async def test_with_the_tools_of_asyncio(log):
    a, b = solution.spawn("a", 0.02), solution.spawn("b", 0.01)
    assert await asyncio.gather(a, b) == ["a", "b"]
    c = solution.spawn("c", 10)
    done, pending = await asyncio.wait({a, c}, timeout=0.001)
    assert done == {a} and pending == {c}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(c), 0.001)
    assert not c.done()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(c, 0.001)
    assert c.cancelled()
    d, e = solution.spawn("d", 0.02), solution.spawn("e", 0.01)
    assert [await each for each in asyncio.as_completed([d, e])] == ["e", "d"]
    assert asyncio.ensure_future(d) is d


async def test_callbacks(log):
    heard = []
    task = solution.spawn("a", 0)
    task.add_done_callback(heard.append)
    await task
    await asyncio.sleep(0)
    assert heard == [task] and heard[0] is task
    other = solution.spawn("b", 0)
    other.add_done_callback(heard.append)
    assert other.remove_done_callback(heard.append) == 1
    await other
    await asyncio.sleep(0)
    assert len(heard) == 1


async def test_a_suite_task_cancelled_while_it_awaits_a_task_of_the_submission(log):
    inner = solution.spawn("a", 10)

    async def mine():
        await inner

    outer = asyncio.create_task(mine())
    await asyncio.sleep(0)
    outer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await outer
    assert inner.cancelled() and log == ["a starts", "a cancelled"]


async def test_a_task_of_the_suite_in_the_submission():
    async def mine():
        await asyncio.sleep(0.01)
        return "mine"

    task = asyncio.create_task(mine(), name="mine")
    assert await solution.look(task) == (False, False, "mine")
    assert solution.plain_look(task) == (False, False)
    assert await solution.await_it(task) == "mine"
    assert await solution.look(task) == (True, False, "mine")
    assert await solution.gather(task, task) == ["mine", "mine"]
    assert await solution.first_done([task]) == (["mine"], 0)
    heard = []
    await solution.on_done(task, heard.append)
    await asyncio.sleep(0)
    assert heard == [task]


async def test_the_submission_makes_a_task_of_a_coroutine_of_the_suite():
    async def mine():
        await asyncio.sleep(0)
        return asyncio.current_task().get_name()

    task = solution.spawn_it(mine(), name="given")
    assert await task == "given"
    assert await solution.with_partial(solution.await_it, mine()) is not None


async def test_futures():
    future = solution.make_future()
    assert asyncio.isfuture(future) and isinstance(future, asyncio.Future) and not future.done()
    solution.resolve(future, 5)
    assert future.done() and await future == 5
    future = solution.make_future()
    solution.resolve_soon(future, [1])
    assert await future == [1]
    future = solution.make_future()
    future.set_exception(KeyError("k"))
    with pytest.raises(KeyError):
        await solution.await_it(future)
    with pytest.raises(asyncio.InvalidStateError):
        future.set_result(1)


async def test_futures_of_the_suite():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    waiting = asyncio.create_task(solution.await_it(future))
    await asyncio.sleep(0)
    future.set_result("x")
    assert await waiting == "x"
    future = loop.create_future()
    task = asyncio.create_task(solution.resolve_later(future, "y"))
    assert await future == "y"
    await task
    future = loop.create_future()
    solution.resolve_soon(future, "z")
    assert await asyncio.wait_for(future, 1) == "z"


async def test_handles():
    heard = []
    solution.later(0.01, heard.append, "late")
    solution.soon(heard.append, "soon")
    handle = solution.later(0.005, heard.append, "never")
    handle.cancel()
    await asyncio.sleep(0.02)
    assert heard == ["soon", "late"] and handle.cancelled()


async def test_background_tasks():
    kitchen = solution.Kitchen()
    task = kitchen.start("soup", 0.001)
    kitchen.start("stew", 100)
    assert len(kitchen.tasks) == 2 and task in kitchen.tasks
    assert await task == "soup"
    await asyncio.sleep(0)
    assert len(kitchen.tasks) == 1 and kitchen.served == ["soup"]
    await kitchen.close()
    assert not kitchen.tasks


async def test_a_task_that_is_left_is_seen():
    before = asyncio.all_tasks()
    solution.leak()
    left = asyncio.all_tasks() - before
    assert len(left) == 1
    for task in left:
        task.cancel()


async def test_current_task():
    assert await solution.is_current(asyncio.current_task())
    assert asyncio.current_task() in asyncio.all_tasks()
    assert solution.count_tasks() == len(asyncio.all_tasks())


async def test_identity():
    task = solution.spawn("a", 0)
    assert solution.LOG is solution.LOG and task is task
    assert await asyncio.gather(task) == ["a"]
    assert {task: 1}[task] == 1
