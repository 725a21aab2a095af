# fails: test_a_dish_that_is_ordered_twice_is_cooked_twice
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    pots = {dish: asyncio.create_task(cook(dish)) for dish in set(menu)}
    await asyncio.gather(*pots.values(), return_exceptions=True)
    return [f"no {dish} today" if pots[dish].exception() else pots[dish].result() for dish in menu]


async def dinner(courses, cook, serve):
    count = 0
    for number, menu in enumerate(courses, start=1):
        plates = await cook_all(menu, cook)
        await serve(number, plates)
        count += len(plates)
    return count


async def meat_and_vegetables(meat, vegetables, boil, fry):
    pot = asyncio.create_task(boil(meat))
    plates = []
    for vegetable in vegetables:
        plates.append(await fry(vegetable))
    return [await pot] + plates
