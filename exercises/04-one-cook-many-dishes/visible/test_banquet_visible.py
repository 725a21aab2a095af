"""What you can try before handing in. The hidden suite asks more, with other dishes and other times."""

import asyncio

import pytest
from banquet import cook_all, dinner, meat_and_vegetables

SECONDS = {"soup": 0.03, "duck": 0.05, "rice": 0.01}


async def cook(dish):
    await asyncio.sleep(SECONDS[dish])
    return f"plate of {dish}"


@pytest.mark.title(zh="上菜的顺序就是菜单的顺序")
@pytest.mark.hint(
    en="The rice is done first, but it is second on the menu. Whose order do the plates follow?",
    zh="米饭最先做好，在菜单上却排第二。盘子应当按谁的顺序？",
)
async def test_the_plates_come_in_the_order_of_the_menu():
    plates = await cook_all(["duck", "rice", "soup"], cook)
    assert plates == ["plate of duck", "plate of rice", "plate of soup"]


@pytest.mark.title(zh="第二道等第一道上完")
@pytest.mark.hint(
    en="A course is cooked together and served, and only then the next one begins.",
    zh="同一道里的菜一起做，上完这一道，才轮到下一道。",
)
async def test_the_second_course_waits_for_the_first():
    served = []

    async def serve(number, plates):
        served.append((number, plates))

    assert await dinner([["soup"], ["duck", "rice"]], cook, serve) == 3
    assert served == [(1, ["plate of soup"]), (2, ["plate of duck", "plate of rice"])]


@pytest.mark.title(zh="炒菜的时候，肉在锅里煮")
@pytest.mark.hint(
    en="The pot needs nobody to watch it. When does the meat go in, and when do you wait for it?",
    zh="锅不用人看着。肉什么时候下锅？又该什么时候去等它？",
)
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
