"""The same service with wait() in place of timeout(), and futures that report the first plate."""

import asyncio
from contextlib import contextmanager


@contextmanager
def fire(stove, dish):
    stove.on(dish)
    try:
        yield
    finally:
        stove.off(dish)


async def cook_on(stove, dish, cook):
    with fire(stove, dish):
        return await cook(dish)


async def call_off(pots):
    for pot in pots:
        pot.cancel()
    if pots:
        await asyncio.wait(pots)


async def serve(stove, dish, cook, patience):
    pot = asyncio.create_task(cook_on(stove, dish, cook))
    try:
        ready, _ = await asyncio.wait({pot}, timeout=patience)
        return pot.result() if ready else None
    finally:
        await call_off([pot])


async def first_ready(stove, dishes, cook):
    pots = []
    try:
        for dish in dishes:
            pots.append(asyncio.create_task(cook_on(stove, dish, cook)))  # noqa: PERF401
        for plate in asyncio.as_completed(pots):
            return await plate
    finally:
        await call_off(pots)
