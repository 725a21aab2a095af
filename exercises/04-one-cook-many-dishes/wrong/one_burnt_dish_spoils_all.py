# fails: test_a_burnt_dish_does_not_spoil_the_others
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    return list(await asyncio.gather(*[cook(dish) for dish in menu]))


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
