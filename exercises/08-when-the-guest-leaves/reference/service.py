"""Serving guests who may leave: patience ends, orders are called off, and the stove is always turned off."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

Cook = Callable[[str], Awaitable[str]]


class Stove(Protocol):
    """What a dish cooks on."""

    def on(self, dish: str) -> None: ...
    def off(self, dish: str) -> None: ...


async def cook_on(stove: Stove, dish: str, cook: Cook) -> str:
    """Cook a dish with the stove on, and turn it off whatever happens."""
    stove.on(dish)
    try:
        return await cook(dish)
    finally:
        stove.off(dish)


async def serve(stove: Stove, dish: str, cook: Cook, patience: float) -> str | None:
    """The dish, or None when the guest has left because it took longer than his patience."""
    try:
        async with asyncio.timeout(patience):
            return await cook_on(stove, dish, cook)
    except TimeoutError:
        return None


async def first_ready(stove: Stove, dishes: list[str], cook: Cook) -> str:
    """Cook all dishes, serve the one that is ready first, and call off the others."""
    pots = [asyncio.create_task(cook_on(stove, dish, cook)) for dish in dishes]
    try:
        done, _ = await asyncio.wait(pots, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for pot in pots:
            pot.cancel()
        await asyncio.gather(*pots, return_exceptions=True)
