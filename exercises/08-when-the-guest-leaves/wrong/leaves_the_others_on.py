# fails: test_an_order_that_is_called_off_turns_the_stove_off[first_ready], test_the_other_dishes_are_called_off, test_a_choice_that_is_called_off_clears_the_stove, test_being_called_off_while_clearing_away_counts, test_no_task_is_left_behind, test_the_kitchen_is_empty_at_closing_time
"""Serving guests who may leave: patience ends, orders are called off, and the stove is always turned off."""

import asyncio


async def cook_on(stove, dish, cook):
    stove.on(dish)
    try:
        return await cook(dish)
    finally:
        stove.off(dish)


async def serve(stove, dish, cook, patience):
    try:
        return await asyncio.wait_for(cook_on(stove, dish, cook), patience)
    except TimeoutError:
        return None


async def first_ready(stove, dishes, cook):
    pots = [asyncio.create_task(cook_on(stove, dish, cook)) for dish in dishes]
    done, _ = await asyncio.wait(pots, return_when=asyncio.FIRST_COMPLETED)
    return done.pop().result()
