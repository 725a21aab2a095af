# tries: claims callbacks that are always earlier than the suite's, so that the suite never runs
# proof: bridge
# prints: claimed
# target: test_async.py
# verdicts: protocol endless cpu_limit wall_limit deadlocked failed error
import gc
import sys


async def slow(seconds):
    if seconds > 1:
        bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
        handover = bridge.kernel._handover

        def made(peer):
            print("claimed")
            first = sys.modules["grader.bridge.simulation.handover"].Head((0, 0, 0), None)
            return sys.modules["msgspec"].structs.replace(handover(peer), heads={"M": first})

        bridge.kernel._handover = made
    return "undone"


async def cook(stir, dishes):
    return []


async def serve(count):
    yield None
