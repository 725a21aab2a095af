import time


async def simmer(dish, seconds):
    time.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        time.sleep(part)
        stir(dish, number)
    time.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
