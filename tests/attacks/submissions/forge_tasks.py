# tries: cancels tasks of the suite, ends the loop's cleanup early, begins coroutines that it was not given
# proof: bridge
# target: test_async.py
# verdicts: protocol failed error crashed deadlocked
# refused: 'eval' is not served
import asyncio
import gc
import sys


def bridge():
    return next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")


async def slow(seconds):
    Cancel = sys.modules["grader.bridge.protocol"].Cancel
    for number in range(50):
        bridge().kernel.send(Cancel("M", number, None))
    for task in asyncio.all_tasks():
        if task is not asyncio.current_task():
            task.cancel()
    await asyncio.sleep(0)
    return "undone"


async def cook(stir, dishes):
    await bridge().calls.finish(None, "clean loop")
    await bridge().calls.finish(None, "finish loop")
    return [1, 2]


async def serve(count):
    await bridge().calls.finish(42, "eval")
    yield 0
