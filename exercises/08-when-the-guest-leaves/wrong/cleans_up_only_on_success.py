# fails: test_an_order_that_is_called_off_turns_the_stove_off[first_ready], test_a_choice_that_is_called_off_clears_the_stove
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
    done, pending = await asyncio.wait(pots, return_when=asyncio.FIRST_COMPLETED)
    for pot in pending:
        pot.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return done.pop().result()
