# fails: test_a_torn_promise_cannot_be_kept
"""At the counter: what you get for an order is a promise; the soup comes when it is kept."""

import asyncio
import inspect


async def order(dish, minutes=0):
    await asyncio.sleep(minutes * 60)
    return f"a bowl of {dish}"


async def show(dish):
    promise = order(dish)
    print(f"ordering {dish} gives a {type(promise).__name__}")
    print(f"waiting for it gives {await promise}")


async def collect(tray):
    bowls = []
    for thing in tray:
        if inspect.iscoroutine(thing):
            bowls.append(await thing)
        else:
            bowls.append(thing)
    return bowls


def tear_up(tray):
    return len([thing for thing in tray if inspect.iscoroutine(thing)])
