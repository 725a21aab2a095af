import time


def wait(seconds):
    time.sleep(seconds)


async def simmer(dish, seconds):
    wait(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        wait(part)
        stir(dish, number)
    wait(part)
    return f"{dish} is ready, stirred {stirs} times"
