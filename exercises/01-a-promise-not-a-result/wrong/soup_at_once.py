# fails: test_a_call_gives_a_promise, test_waiting_for_the_promise_gives_the_bowl, test_keeping_the_promise_takes_its_time, test_an_order_without_a_time_is_ready_at_once, test_an_order_can_be_called_off, test_show_prints_the_type_and_the_bowl, test_tear_up_counts_the_promises, test_a_torn_promise_cannot_be_kept, test_ten_minutes_are_ten_minutes
"""At the counter: what you get for an order is a promise; the soup comes when it is kept."""

import asyncio
import inspect


def order(dish, minutes=0):
    return f"a bowl of {dish}"


async def show(dish):
    promise = order(dish)
    print(f"ordering {dish} gives a {type(promise).__name__}")
    print(f"waiting for it gives {promise}")


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
