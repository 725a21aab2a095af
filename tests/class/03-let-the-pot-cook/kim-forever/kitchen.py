import asyncio


async def simmer(dish, seconds):
    ready = False
    while not ready:
        await asyncio.sleep(seconds + 60)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        await asyncio.sleep(part)
        stir(dish, number)
    await asyncio.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
