# tries: moves the judge's clock, back and forth, and claims stamps that nobody gave
# proof: bridge
# target: test_async.py
# verdicts: protocol failed error
# refused: the time is
# refused: stamp 576460752303423
# refused: not a frame: Expected `int` >= 0
import gc


def bridge():
    return next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")


async def slow(seconds):
    kernel = bridge().kernel
    kernel.clock.now += 10**9
    return "done"


async def cook(stir, dishes):
    kernel = bridge().kernel
    kernel.stamp = 1 << 59
    return [1, 2]


async def serve(count):
    kernel = bridge().kernel
    kernel.clock.now -= 10**6
    yield 0
