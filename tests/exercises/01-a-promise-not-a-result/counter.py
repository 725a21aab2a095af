"""The same counter, told in other words: types instead of `inspect`, comprehensions instead of loops."""

import asyncio
from types import CoroutineType


def order(dish, minutes=0):
    async def promise():
        if minutes:
            await asyncio.sleep(60 * minutes)
        return "a bowl of " + dish

    return promise()


async def show(dish):
    promise = order(dish)
    print("ordering", dish, "gives a", type(promise).__name__)
    bowl = await promise
    print("waiting for it gives", bowl)


async def collect(tray):
    return [await thing if isinstance(thing, CoroutineType) else thing for thing in tray]


def tear_up(tray):
    promises = [thing for thing in tray if isinstance(thing, CoroutineType)]
    for promise in promises:
        promise.close()
    return len(promises)
