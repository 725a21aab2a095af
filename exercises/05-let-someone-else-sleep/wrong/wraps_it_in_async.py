# fails: test_somebody_else_reads, test_the_kitchen_goes_on_while_somebody_reads
"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio


async def read_recipe(title, read):
    async def reading():
        return read(title)

    return await asyncio.create_task(reading())


async def read_all(titles, read, tell):
    arrived = 0

    async def fetch(title):
        nonlocal arrived
        text = await asyncio.to_thread(read, title)
        arrived += 1
        tell(title, arrived)
        return text

    return await asyncio.gather(*[fetch(title) for title in titles])


async def read_or_improvise(title, read, patience):
    try:
        return await asyncio.wait_for(asyncio.to_thread(read, title), patience)
    except TimeoutError:
        return f"{title} as grandmother made it"
