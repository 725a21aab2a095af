# fails: test_a_missing_book_is_an_error
"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio


async def read_recipe(title, read):
    return await asyncio.to_thread(read, title)


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
    except Exception:
        return f"{title} as grandmother made it"
