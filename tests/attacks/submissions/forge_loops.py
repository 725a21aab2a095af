# tries: event loops without an end: started, never stopped, closed twice, loops that do not exist
# proof: bridge
# target: test_async.py
# verdicts: protocol failed error crashed wall_limit cpu_limit
# prints: told
import gc
import sys


def tell(*what):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    Loop = sys.modules["grader.bridge.protocol"].Loop
    print("told")
    for key, word in what:
        bridge.kernel.send(Loop("M", key, word))


async def slow(seconds):
    tell(*[(key, "start") for key in range(1000, 3000)])
    return "done"


async def cook(stir, dishes):
    tell(*[(key, word) for key in range(1000, 3000) for word in ("start", "stop")])
    return [1, 2]


async def serve(count):
    tell((77, "close"), (1, "close"), (1, "stop"), (1, "explode"))
    for number in range(count):
        yield number
