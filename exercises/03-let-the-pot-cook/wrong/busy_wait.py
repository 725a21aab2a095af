# fails: test_guests_are_answered_while_the_pot_simmers, test_the_pot_with_less_time_is_ready_first, test_guests_are_answered_between_the_stirs, test_a_pot_that_is_called_off_stops, test_a_stew_that_is_called_off_is_not_stirred_any_more, test_the_bell_rings_every_minute_of_an_hour, test_the_stew_is_stirred_to_the_second
"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio
import time


async def wait(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


async def simmer(dish, seconds):
    await wait(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for turn in range(1, stirs + 1):
        await wait(part)
        stir(dish, turn)
    await wait(part)
    return f"{dish} is ready, stirred {stirs} times"
