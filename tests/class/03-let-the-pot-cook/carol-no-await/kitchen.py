import asyncio


async def simmer(dish, seconds):
    asyncio.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        asyncio.sleep(part)
        stir(dish, number)
    asyncio.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
