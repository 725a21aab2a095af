"""A banquet by one cook: what can cook by itself cooks at the same time."""

import asyncio
from collections.abc import Awaitable, Callable

Cook = Callable[[str], Awaitable[str]]
Serve = Callable[[int, list[str]], Awaitable[None]]


async def cook_all(menu: list[str], cook: Cook) -> list[str]:
    """Cook all dishes at once; the plates come in the order of the menu."""
    plates = await asyncio.gather(*(cook(dish) for dish in menu), return_exceptions=True)
    return [
        f"no {dish} today" if isinstance(plate, Exception) else plate
        for dish, plate in zip(menu, plates, strict=True)
    ]


async def dinner(courses: list[list[str]], cook: Cook, serve: Serve) -> int:
    """Cook and serve one course after another; the result is how many plates went out."""
    plates_served = 0
    for number, menu in enumerate(courses, start=1):
        plates = await cook_all(menu, cook)
        await serve(number, plates)
        plates_served += len(plates)
    return plates_served


async def meat_and_vegetables(meat: str, vegetables: list[str], boil: Cook, fry: Cook) -> list[str]:
    """Fry the vegetables one by one, for there is one wok, while the pot has the meat."""
    pot = asyncio.create_task(boil(meat))
    plates = [await fry(vegetable) for vegetable in vegetables]
    return [await pot, *plates]
