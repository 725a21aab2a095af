# fails: test_show_prints_the_type_and_the_bowl
"""At the counter: what you get for an order is a promise; the soup comes when it is kept."""

import asyncio
import inspect


async def order(dish, minutes=0):
    await asyncio.sleep(minutes * 60)
    return f"a bowl of {dish}"


async def show(dish):
    promise = order(dish)
    print(f"ordering {dish} gives a {type(order).__name__}")
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
    torn = 0
    for thing in tray:
        if inspect.iscoroutine(thing):
            thing.close()
            torn += 1
    return torn
