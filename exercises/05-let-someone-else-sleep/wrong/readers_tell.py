# fails: test_the_kitchen_itself_tells
"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio


async def read_recipe(title, read):
    return await asyncio.to_thread(read, title)


async def read_all(titles, read, tell):
    arrived = []

    def fetch(title):
        text = read(title)
        arrived.append(title)
        tell(title, len(arrived))
        return text

    return await asyncio.gather(*[asyncio.to_thread(fetch, title) for title in titles])


async def read_or_improvise(title, read, patience):
    try:
        return await asyncio.wait_for(asyncio.to_thread(read, title), patience)
    except TimeoutError:
        return f"{title} as grandmother made it"
