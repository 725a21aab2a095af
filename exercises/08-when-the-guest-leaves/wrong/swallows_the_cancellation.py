# fails: test_an_order_that_is_called_off_turns_the_stove_off
# lint: TASK304
"""Serving guests who may leave: patience ends, orders are called off, and the stove is always turned off."""

import asyncio


async def cook_on(stove, dish, cook):
    stove.on(dish)
    try:
        return await cook(dish)
    except asyncio.CancelledError:
        print("called off")
    finally:
        stove.off(dish)


async def serve(stove, dish, cook, patience):
    try:
        return await asyncio.wait_for(cook_on(stove, dish, cook), patience)
    except TimeoutError:
        return None


async def first_ready(stove, dishes, cook):
    pots = [asyncio.create_task(cook_on(stove, dish, cook)) for dish in dishes]
    try:
        done, _ = await asyncio.wait(pots, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for pot in pots:
            pot.cancel()
        await asyncio.gather(*pots, return_exceptions=True)
