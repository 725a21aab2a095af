# tries: claims that its half of the thread is busy for ever, and deadlines without an end
# proof: bridge
# prints: claimed
# target: test_async.py
# verdicts: protocol endless cpu_limit wall_limit deadlocked failed error crashed
import gc
import sys


async def slow(seconds):
    if seconds > 1:
        bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
        made = bridge.kernel._handover
        bridge.kernel._handover = lambda peer: lie(made(peer))
    return "undone"


def lie(told):
    print("claimed")
    never = sys.modules["grader.bridge.simulation.handover"].Deadline(None, told.now + 1, 0)
    return sys.modules["msgspec"].structs.replace(told, busy=["M"], deadlines=[never], direct=None)


async def cook(stir, dishes):
    return []


async def serve(count):
    yield None
