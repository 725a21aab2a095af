# fails: test_all_dishes_of_the_menu_are_on_the_stove_together, test_the_menu_takes_as_long_as_its_slowest_dish, test_the_dishes_of_a_course_cook_together, test_a_long_menu_takes_exactly_its_longest_dish, test_a_long_dinner_takes_the_slowest_of_every_course
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    result = []
    for dish in menu:
        task = asyncio.create_task(cook(dish))
        try:
            result.append(await task)
        except Exception:
            result.append(f"no {dish} today")
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
