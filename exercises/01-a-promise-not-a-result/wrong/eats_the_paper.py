# fails: test_promises_on_a_tray_become_bowls, test_what_is_no_promise_stays_as_it_is, test_promises_of_others_are_kept_one_after_another
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
            bowls.append(thing)
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
