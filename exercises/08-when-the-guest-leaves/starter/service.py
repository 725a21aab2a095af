"""Serving guests who may leave: patience ends, orders are called off, and the stove is always turned off."""

from collections.abc import Awaitable, Callable
from typing import Protocol

Cook = Callable[[str], Awaitable[str]]


class Stove(Protocol):
    """What a dish cooks on."""

    def on(self, dish: str) -> None: ...
    def off(self, dish: str) -> None: ...


async def cook_on(stove: Stove, dish: str, cook: Cook) -> str:
    """Cook a dish with the stove on, and turn it off whatever happens."""
    # TODO: stove.on(dish), then `await cook(dish)`, then stove.off(dish): also when it is called off.
    raise NotImplementedError("TODO: cook_on")


async def serve(stove: Stove, dish: str, cook: Cook, patience: float) -> str | None:
    """The dish, or None when the guest has left because it took longer than his patience."""
    # TODO: what ends a wait after some time? And what must not be mistaken for it?
    raise NotImplementedError("TODO: serve")


async def first_ready(stove: Stove, dishes: list[str], cook: Cook) -> str:
    """Cook all dishes, serve the one that is ready first, and call off the others."""
    # TODO: nothing may be left on the stove when this function ends, however it ends.
    raise NotImplementedError("TODO: first_ready")
