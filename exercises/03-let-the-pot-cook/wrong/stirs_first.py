# fails: test_the_stirs_divide_the_time_into_equal_parts, test_guests_are_answered_between_the_stirs[before-the-first], test_a_stew_that_is_called_off_is_not_stirred_any_more[before-the-first], test_the_stew_is_stirred_to_the_second
"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio


async def simmer(dish, seconds):
    await asyncio.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for turn in range(1, stirs + 1):
        stir(dish, turn)
        await asyncio.sleep(part)
    await asyncio.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
