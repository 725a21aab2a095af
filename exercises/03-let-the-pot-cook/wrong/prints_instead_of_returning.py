# fails: test_simmer_says_that_the_dish_is_ready, test_guests_are_answered_while_the_pot_simmers, test_the_pot_with_less_time_is_ready_first, test_stew_says_how_often_it_stirred
"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio


async def simmer(dish, seconds):
    await asyncio.sleep(seconds)
    print(f"{dish} is ready")


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for turn in range(1, stirs + 1):
        await asyncio.sleep(part)
        stir(dish, turn)
    await asyncio.sleep(part)
    print(f"{dish} is ready, stirred {stirs} times")
