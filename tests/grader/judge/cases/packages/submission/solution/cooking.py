import asyncio

import helper

from .errors import Burnt
from .parts.pan import fry


async def cook(dish, minutes):
    await asyncio.sleep(0)
    if minutes > 60:
        raise Burnt(dish)
    return f"{dish} {fry(minutes)} {helper.garnish()}"


def serve(*dishes):
    return helper.join(dishes)
