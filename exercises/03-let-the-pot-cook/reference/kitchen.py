"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

import asyncio
from collections.abc import Callable


async def simmer(dish: str, seconds: float) -> str:
    """Let the dish cook for that long; the rest of the kitchen goes on."""
    await asyncio.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish: str, seconds: float, stirs: int, stir: Callable[[str, int], None]) -> str:
    """Cook for that long in all, with `stirs` stirs that divide the time into equal parts."""
    part = seconds / (stirs + 1)
    for turn in range(1, stirs + 1):
        await asyncio.sleep(part)
        stir(dish, turn)
    await asyncio.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
