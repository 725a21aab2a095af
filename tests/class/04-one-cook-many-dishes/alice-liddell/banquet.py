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
    pot = asyncio.create_task(boil(meat))
    plates = []
    for vegetable in vegetables:
        plates.append(await fry(vegetable))
    return [await pot] + plates
