"""What you can try before handing in. The hidden suite asks more, with other dishes and other times."""

import asyncio

from banquet import cook_all, dinner, meat_and_vegetables

SECONDS = {"soup": 0.03, "duck": 0.05, "rice": 0.01}


async def cook(dish):
    await asyncio.sleep(SECONDS[dish])
    return f"plate of {dish}"


async def test_the_plates_come_in_the_order_of_the_menu():
    plates = await cook_all(["duck", "rice", "soup"], cook)
    assert plates == ["plate of duck", "plate of rice", "plate of soup"]


async def test_the_second_course_waits_for_the_first():
    served = []

    async def serve(number, plates):
        served.append((number, plates))

    assert await dinner([["soup"], ["duck", "rice"]], cook, serve) == 3
    assert served == [(1, ["plate of soup"]), (2, ["plate of duck", "plate of rice"])]


async def test_the_meat_boils_while_the_vegetables_fry():
    done = []

    async def boil(meat):
        await asyncio.sleep(0.08)
        done.append(meat)
        return meat

    async def fry(vegetable):
        await asyncio.sleep(0.01)
        done.append(vegetable)
        return vegetable

    plates = await meat_and_vegetables("pork", ["leek", "celery"], boil, fry)
    assert plates == ["pork", "leek", "celery"]
    assert done == ["leek", "celery", "pork"]
