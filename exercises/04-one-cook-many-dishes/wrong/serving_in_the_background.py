# fails: test_one_course_is_served_before_the_next_is_begun, test_a_dinner_that_is_called_off_ends, test_every_course_is_served_with_its_number_and_its_plates, test_the_dishes_of_a_course_cook_together, test_a_long_dinner_takes_the_slowest_of_every_course
# lint: TASK301
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
        asyncio.create_task(serve(number, plates))
        count += len(plates)
    return count


async def meat_and_vegetables(meat, vegetables, boil, fry):
    pot = asyncio.create_task(boil(meat))
    plates = []
    for vegetable in vegetables:
        plates.append(await fry(vegetable))
    return [await pot] + plates
