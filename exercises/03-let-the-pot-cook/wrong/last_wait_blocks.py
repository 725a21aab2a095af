# fails: test_guests_are_answered_between_the_stirs[after-the-last], test_a_stew_that_is_called_off_is_not_stirred_any_more[after-the-last]
# lint: LOOP101
"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio
import time


async def simmer(dish, seconds):
    await asyncio.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for turn in range(1, stirs + 1):
        await asyncio.sleep(part)
        stir(dish, turn)
    time.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
