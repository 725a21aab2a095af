# fails: test_the_kitchen_does_not_wait_too_long, test_patience_is_kept_to_the_second
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
    loop = asyncio.get_running_loop()
    begin = loop.time()
    text = await asyncio.to_thread(read, title)
    if loop.time() - begin > patience:
        return f"{title} as grandmother made it"
    return text
