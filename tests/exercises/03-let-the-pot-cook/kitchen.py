"""The same pots, watched by their deadlines on the loop's clock instead of by sleeping part after part."""

import asyncio


async def until(deadline):
    loop = asyncio.get_running_loop()
    rung = loop.create_future()
    loop.call_at(deadline, rung.set_result, None)
    await rung


async def simmer(dish, seconds):
    await until(asyncio.get_running_loop().time() + seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    begin = asyncio.get_running_loop().time()
    for turn in range(stirs):
        await until(begin + seconds * (turn + 1) / (stirs + 1))
        stir(dish, turn + 1)
    await until(begin + seconds)
    return f"{dish} is ready, stirred {stirs} times"
