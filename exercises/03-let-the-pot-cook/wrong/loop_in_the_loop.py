# fails: test_simmer_says_that_the_dish_is_ready, test_simmer_lasts_as_long_as_it_should, test_guests_are_answered_while_the_pot_simmers, test_the_pot_with_less_time_is_ready_first, test_stew_stirs_as_often_as_asked, test_stew_says_how_often_it_stirred, test_the_stirs_divide_the_time_into_equal_parts, test_the_stew_does_not_take_longer_than_a_slow_pot, test_guests_are_answered_between_the_stirs, test_a_pot_that_is_called_off_stops, test_a_stew_that_is_called_off_is_not_stirred_any_more, test_the_bell_rings_every_minute_of_an_hour, test_the_stew_is_stirred_to_the_second
# lint: LOOP109
"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio


async def simmer(dish, seconds):
    asyncio.run(asyncio.sleep(seconds))
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for turn in range(1, stirs + 1):
        asyncio.run(asyncio.sleep(part))
        stir(dish, turn)
    asyncio.run(asyncio.sleep(part))
    return f"{dish} is ready, stirred {stirs} times"
