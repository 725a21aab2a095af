"""What you can try before handing in. The hidden suite asks more, with other recipes and other times."""

import asyncio
import threading
import time

from library import read_all, read_or_improvise, read_recipe


def read(title):
    time.sleep(0.02)
    return f"how to make {title}"


async def test_a_recipe_is_read():
    assert await read_recipe("noodles", read) == "how to make noodles"


async def test_somebody_else_reads():
    readers = []

    def read_and_sign(title):
        readers.append(threading.current_thread())
        return title

    await read_recipe("noodles", read_and_sign)
    assert readers[0] is not threading.current_thread()


async def test_all_recipes_arrive():
    told = []
    texts = await read_all(["noodles", "rice"], read, lambda title, count: told.append(count))
    assert texts == ["how to make noodles", "how to make rice"]
    assert told == [1, 2]


async def test_the_kitchen_does_not_wait_for_ever():
    assert await read_or_improvise("noodles", read, 1) == "how to make noodles"
    assert await read_or_improvise("noodles", read, 0.001) == "noodles as grandmother made it"
    await asyncio.sleep(0)
