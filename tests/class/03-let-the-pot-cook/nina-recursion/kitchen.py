import asyncio


async def simmer(dish, seconds):
    return await simmer(dish, seconds)


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        await asyncio.sleep(part)
        stir(dish, number)
    await asyncio.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
