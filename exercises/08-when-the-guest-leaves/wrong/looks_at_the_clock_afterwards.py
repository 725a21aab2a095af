# fails: test_an_impatient_guest_gets_none, test_nothing_cooks_for_a_guest_who_has_left, test_patience_is_kept_to_the_second
"""Serving guests who may leave: patience ends, orders are called off, and the stove is always turned off."""

import asyncio


async def cook_on(stove, dish, cook):
    stove.on(dish)
    try:
        return await cook(dish)
    finally:
        stove.off(dish)


async def serve(stove, dish, cook, patience):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    plate = await cook_on(stove, dish, cook)
    return plate if loop.time() - begin <= patience else None


async def first_ready(stove, dishes, cook):
    pots = [asyncio.create_task(cook_on(stove, dish, cook)) for dish in dishes]
    try:
        done, _ = await asyncio.wait(pots, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for pot in pots:
            pot.cancel()
        await asyncio.gather(*pots, return_exceptions=True)
