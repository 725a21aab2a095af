# fails: test_the_meat_boils_while_the_vegetables_fry, test_meat_and_vegetables_take_the_longer_of_the_two
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    plates = await asyncio.gather(*[cook(dish) for dish in menu], return_exceptions=True)
    result = []
    for dish, plate in zip(menu, plates):
        if isinstance(plate, Exception):
            result.append(f"no {dish} today")
        else:
            result.append(plate)
    return result


async def dinner(courses, cook, serve):
    count = 0
    for number, menu in enumerate(courses, start=1):
        plates = await cook_all(menu, cook)
        await serve(number, plates)
        count += len(plates)
    return count


async def meat_and_vegetables(meat, vegetables, boil, fry):
    plates = [await boil(meat)]
    for vegetable in vegetables:
        plates.append(await fry(vegetable))
    return plates
