# fails: test_the_plates_come_in_the_order_of_the_menu, test_a_dish_that_is_ordered_twice_is_cooked_twice, test_a_burnt_dish_does_not_spoil_the_others, test_every_course_is_served_with_its_number_and_its_plates
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    result = []
    pots = [asyncio.create_task(cook(dish)) for dish in menu]
    for pot in asyncio.as_completed(pots):
        try:
            result.append(await pot)
        except Exception:
            result.append("no dish today")
    return result


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
