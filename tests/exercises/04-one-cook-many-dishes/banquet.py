"""The same banquet with task groups; whoever burns a dish says so himself."""

import asyncio


async def cook_all(menu, cook):
    async def plate(dish):
        try:
            return await cook(dish)
        except Exception:
            return "no " + dish + " today"

    async with asyncio.TaskGroup() as stove:
        pots = [stove.create_task(plate(dish)) for dish in menu]
    return [pot.result() for pot in pots]


async def dinner(courses, cook, serve):
    plates_served = []
    while len(plates_served) < len(courses):
        plates = await cook_all(courses[len(plates_served)], cook)
        plates_served.append(len(plates))
        await serve(len(plates_served), plates)
    return sum(plates_served)


async def meat_and_vegetables(meat, vegetables, boil, fry):
    async def wok():
        plates = []
        for vegetable in vegetables:
            plates.append(await fry(vegetable))  # noqa: PERF401 - one wok, one after another
        return plates

    boiled, fried = await asyncio.gather(boil(meat), wok())
    return [boiled] + fried  # noqa: RUF005
