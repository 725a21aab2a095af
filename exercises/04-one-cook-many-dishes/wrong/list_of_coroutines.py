# fails: test_the_plates_come_in_the_order_of_the_menu, test_all_dishes_of_the_menu_are_on_the_stove_together, test_the_menu_takes_as_long_as_its_slowest_dish, test_a_dish_that_is_ordered_twice_is_cooked_twice, test_a_burnt_dish_does_not_spoil_the_others, test_a_cancelled_kitchen_is_cancelled, test_one_course_is_served_before_the_next_is_begun, test_a_dinner_that_is_called_off_ends, test_every_course_is_served_with_its_number_and_its_plates, test_the_dishes_of_a_course_cook_together, test_a_long_menu_takes_exactly_its_longest_dish, test_a_long_dinner_takes_the_slowest_of_every_course
"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio


async def cook_all(menu, cook):
    plates = [cook(dish) for dish in menu]
    return plates


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
