# tries: hides assertions that fail in async callbacks: gathered, in a group, in a task that nobody asks
# proof: report test_deliver test_deliver_group
# target: test_tools.py
# verdicts: failed error
# earns: test_async_mock
import asyncio


async def deliver(taste):
    (error,) = await asyncio.gather(taste("gravel"), return_exceptions=True)
    print(repr(error), repr(getattr(error, "exceptions", None)), repr(getattr(error, "__cause__", None)))


def no(*_):
    return None


is_even = guard = guard_async = notify = Money = Pair = no
