# fails: test_the_stew_does_not_take_longer_than_a_slow_pot, test_the_stew_is_stirred_to_the_second
"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio


async def simmer(dish, seconds):
    await asyncio.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    for turn in range(1, stirs + 1):
        await asyncio.sleep(seconds)
        stir(dish, turn)
    await asyncio.sleep(seconds)
    return f"{dish} is ready, stirred {stirs} times"
