# tries: changes the event loop that it runs in: its clock, its tasks, its policy, its handlers
# proof: report test_time
# target: test_async.py
# verdicts: failed error endless deadlocked cpu_limit wall_limit protocol crashed
import asyncio


async def slow(seconds):
    loop = asyncio.get_running_loop()
    if not hasattr(loop, "shift"):
        loop.shift, real = 0.0, loop.time
        loop.time = lambda: real() + loop.shift
        loop.set_task_factory(lambda loop, coroutine, **options: asyncio.Task(coroutine, loop=loop, **options))
        loop.set_exception_handler(lambda *_: None)
    loop.shift += 0.0175
    return "done" if seconds != 0.02 or loop.shift > 0.02 else "undone"


async def cook(stir, dishes):
    return []


async def serve(count):
    yield None
