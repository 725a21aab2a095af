"""Coroutines, callbacks of the suite awaited by the submission, and time."""

import asyncio

from solution import cook, serve, slow


async def test_slow():
    assert await slow(0.02) == "done"


async def test_time():
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(slow(0.02), slow(0.03))
    assert 0.029 < loop.time() - began < 0.045


async def test_heartbeat():
    beats = 0

    async def heart():
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    pulse = asyncio.create_task(heart())
    await slow(0.055)
    pulse.cancel()
    assert beats == 5


async def test_callback():
    seen = []

    async def stir(dish):
        await asyncio.sleep(0.001)
        seen.append(dish)
        return len(seen)

    assert await cook(stir, ["soup", "rice"]) == [1, 2]
    assert seen == ["soup", "rice"]


async def test_cancel():
    task = asyncio.create_task(slow(10))
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
    raise AssertionError("it went on")


async def test_stream():
    assert [dish async for dish in serve(3)] == [0, 1, 2]
