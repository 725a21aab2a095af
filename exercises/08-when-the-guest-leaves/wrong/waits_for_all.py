# fails: test_the_first_dish_that_is_ready_is_served, test_the_other_dishes_are_called_off, test_the_kitchen_is_empty_at_closing_time
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
    plates = await asyncio.gather(*[cook_on(stove, dish, cook) for dish in dishes])
    return plates[0]
