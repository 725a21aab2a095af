import asyncio
import unittest

import pytest

import solution


async def mine(x):
    await asyncio.sleep(0.001)
    return f"mine {x}"


def test_run_there():
    assert solution.run() == 2 and solution.run(x=4) == 8
    assert solution.run(mine) == "mine 2"
    assert solution.run_it(mine(3)) == "mine 3" and solution.run_it(solution.work(3)) == 6


def test_run_here():
    assert asyncio.run(solution.work(2)) == 4
    with asyncio.Runner() as runner:
        assert [runner.run(solution.work(i)) for i in range(3)] == [0, 2, 4]
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(solution.work(5)) == 10
    assert loop.run_until_complete(mine(1)) == "mine 1"
    loop.close()


def test_many_loops():
    assert solution.run_many(mine) == [f"mine {i}" for i in range(6)]
    assert solution.run_many(solution.work) == [0, 2, 4, 6, 8, 10]


def test_in_a_thread():
    assert solution.run_in_thread(mine) == "mine 5"


def test_worker():
    worker = solution.Worker()
    assert worker.submit(mine(1)) == "mine 1"
    assert worker.submit(solution.work(2)) == 4
    worker.close()
    assert not worker.thread.is_alive() and worker.loop.is_closed()


async def test_run_inside_a_loop():
    assert solution.is_running()
    with pytest.raises(RuntimeError, match=r"asyncio.run\(\) cannot be called from a running event loop"):
        solution.run()


async def test_run_inside_a_loop_from_a_coroutine():
    async def inside():
        return solution.fails(ValueError)

    with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
        await inside()


def test_no_loop():
    assert not solution.is_running()
    assert solution.generator_runs(4) == 4


def test_leftovers():
    log = []
    assert solution.leftovers(log) is True and log == ["stays ends"]


def test_leftovers_here():
    log, tasks = [], []

    async def main():
        tasks.append(asyncio.create_task(solution.work(1)))
        generator = solution.endless(log)
        await anext(generator)
        tasks.append(generator)

    asyncio.run(main())
    assert tasks[0].cancelled() and log == ["generator closed"]


@pytest.mark.parametrize("kind", [ValueError, KeyError, SystemExit])
def test_errors(kind):
    with pytest.raises(kind, match="inside"):
        solution.fails(kind)


def test_settings():
    log = []
    solution.handler(log)
    assert len(log) == 1 and "Exception in callback" in log[0]
    assert solution.debug_flag() is True
    assert solution.eager()[0] == "quick"


def test_service():
    with solution.Service() as service:
        assert service.ask(3) == 6 and service.ask(4) == 8


class Isolated(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.value = await solution.work(1)

    async def asyncTearDown(self):
        await solution.work(1)

    async def test_value(self):
        self.assertEqual(self.value, 2)
        self.assertEqual(await solution.work(3), 6)
        self.addAsyncCleanup(solution.work, 4)

    async def test_context(self):
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.0005):
                await solution.work(1)

    def test_plain(self):
        self.assertEqual(solution.run(), 2)


needs_eager = pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="new in 3.12")


@needs_eager
def test_eager_tasks():
    """The factory is the loop's: tasks of both sides begin at once, in the context of their maker."""
    log = []

    async def child(name):
        log.append((name, solution.VARIABLE.get()))
        solution.VARIABLE.set(name)
        log.append(solution.read_variable())
        await asyncio.sleep(0)
        log.append((name, "end", solution.read_variable()))

    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        solution.VARIABLE.set("main")
        task = asyncio.create_task(child("here"))
        log.append("made")
        await solution.two_tasks(log.append, child)
        await task
        return solution.read_variable()

    assert asyncio.run(main()) == "main"
    assert log == [
        ("here", "main"), "here", "made", ("there", "main"), "there", "made there", "own", "made own",
        ("here", "end", "here"), ("there", "end", "there"), "own end",
    ]  # fmt: skip


@needs_eager
def test_eager_by_the_submission():
    log = []

    async def child():
        log.append("begins")

    async def main():
        solution.make_eager()
        task = asyncio.create_task(child())
        log.append("made")
        await task
        asyncio.get_running_loop().set_task_factory(None)
        task = asyncio.create_task(child())
        log.append("made")
        await task
        await solution.two_tasks(log.append, lambda _: child())

    asyncio.run(main())
    assert log == ["begins", "made", "made", "begins", "made there", "made own", "begins", "own", "own end"]
