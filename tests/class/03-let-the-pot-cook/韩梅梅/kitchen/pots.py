from asyncio import sleep


async def simmer(dish, seconds):
    await sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        await sleep(part)
        stir(dish, number)
    await sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
