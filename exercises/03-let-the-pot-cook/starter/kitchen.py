"""A pot that cooks by itself, and a cook whose hands are free meanwhile."""

from collections.abc import Callable


async def simmer(dish: str, seconds: float) -> str:
    """Let the dish cook for that long; the rest of the kitchen goes on."""
    # TODO: wait without stopping the kitchen, then return "<dish> is ready".
    raise NotImplementedError("TODO: simmer")


async def stew(dish: str, seconds: float, stirs: int, stir: Callable[[str, int], None]) -> str:
    """Cook for that long in all, with `stirs` stirs that divide the time into equal parts."""
    # TODO: wait a part, call stir(dish, 1), wait a part, call stir(dish, 2), ... and wait the last part.
    raise NotImplementedError("TODO: stew")
