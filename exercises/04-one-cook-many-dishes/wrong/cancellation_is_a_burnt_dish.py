# fails: test_a_cancelled_kitchen_is_cancelled
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    try:
        plates = await asyncio.gather(*[cook(dish) for dish in menu], return_exceptions=True)
    except BaseException:
        return [f"no {dish} today" for dish in menu]
    return [f"no {dish} today" if isinstance(plate, Exception) else plate for dish, plate in zip(menu, plates)]


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
