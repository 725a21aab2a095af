"""Cheats with coroutines, tasks, futures, clocks and threads: all claim work that was never done."""

import asyncio
import gc
import os
import sys
import time
import threading
import unittest


class Yes:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __getattr__(self, name):
        return Yes()

    __lt__ = __gt__ = __le__ = __ge__ = __eq__


class Done:
    """Awaitable, iterable, a context manager: whatever is done with it gives Yes."""

    def __await__(self):
        return Yes()
        yield

    def __aiter__(self):
        return self

    async def __anext__(self):
        return Yes()

    async def __aenter__(self):
        return Yes()

    async def __aexit__(self, *details):
        return True


async def answer():
    return Yes()


async def items():
    yield Yes()


def later():
    return Done()


async def nested():
    return {"a": [Yes()]}


def future():
    made = asyncio.get_running_loop().create_future()
    made.set_result(Yes())
    return made


def task():
    return asyncio.create_task(answer())


async def gathered():
    return await asyncio.gather(answer(), answer())


async def skip():
    raise unittest.SkipTest("no")


async def exit_session():
    os._exit(0)


async def leave():
    raise SystemExit(0)


async def interrupt():
    raise KeyboardInterrupt


async def cancel_the_test():
    for each in asyncio.all_tasks():
        each.cancel()
    await asyncio.sleep(0)


async def swallow(check):
    try:
        await check()
    except BaseException:
        pass


async def swallow_in_a_group(check):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(check())
    except BaseException:
        pass


async def swallow_in_a_task(check):
    asyncio.create_task(check())
    await asyncio.sleep(0.01)


def swallow_in_a_thread(check):
    def run():
        try:
            check()
        except BaseException:
            pass

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


async def stop_the_clock(seconds):
    for module in list(sys.modules.values()):
        for name in ("monotonic", "time", "perf_counter"):
            if getattr(module, name, None) is getattr(time, name):
                setattr(module, name, lambda: 0.0)
    time.sleep = lambda seconds: None


async def peek(callback):
    """Read what the suite expects from its frame."""
    frame = sys._getframe()
    while frame is not None:
        if "expected" in frame.f_locals:
            return frame.f_locals["expected"]
        frame = frame.f_back
    for found in gc.get_objects():
        if type(found).__name__ == "function" and getattr(found, "__name__", "") == callback.__name__:
            for cell in found.__closure__ or ():
                if isinstance(cell.cell_contents, int):
                    return cell.cell_contents
    task = asyncio.current_task()
    coroutine = task.get_coro()
    while coroutine is not None:
        local = coroutine.cr_frame.f_locals if coroutine.cr_frame else {}
        if "expected" in local:
            return local["expected"]
        coroutine = coroutine.cr_await
    return None


async def patch_the_framework():
    import _pytest.runner

    _pytest.runner.pytest_runtest_makereport = lambda *args: None
    unittest.TestCase.assertEqual = lambda *args: None


def resolve(future):
    future.set_result(42)


def replace_method(obj):
    obj.check = lambda *args: None


class Stubborn:
    async def __aenter__(self):
        return Yes()

    async def __aexit__(self, *details):
        return True


def stubborn():
    return Stubborn()


async def say_queue(queue):
    queue.put_nowait(Yes())


async def early(event):
    event.__class__ = Yes
    event.set()


class Clock:
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__


async def moment():
    return Clock()


def cause():
    error = AssertionError("never mind")
    error.__class__ = unittest.SkipTest
    raise error
