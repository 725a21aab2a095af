"""At the counter: what you get for an order is a promise; the soup comes when it is kept."""

import asyncio
import inspect


async def order(dish: str, minutes: float = 0) -> str:
    """Promise a bowl of that dish; keeping the promise takes a while."""
    await asyncio.sleep(minutes * 60)
    return f"a bowl of {dish}"


async def show(dish: str) -> None:
    """Print what an order gives you, and then what it gives you when you wait for it."""
    promise = order(dish)
    print(f"ordering {dish} gives a {type(promise).__name__}")
    print(f"waiting for it gives {await promise}")


async def collect(tray: list[object]) -> list[object]:
    """Keep the promises on a tray one after another; what is no promise stays as it is."""
    bowls: list[object] = []
    for thing in tray:
        if inspect.iscoroutine(thing):
            bowls.append(await thing)
        else:
            bowls.append(thing)
    return bowls


def tear_up(tray: list[object]) -> int:
    """Call off the promises on a tray, so that nobody waits for them; the result is how many there were."""
    torn = 0
    for thing in tray:
        if inspect.iscoroutine(thing):
            thing.close()
            torn += 1
    return torn
