# fails: test_the_texts_are_in_the_order_of_the_titles
"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio


async def read_recipe(title, read):
    return await asyncio.to_thread(read, title)


async def read_all(titles, read, tell):
    texts = []

    async def fetch(title):
        text = await asyncio.to_thread(read, title)
        texts.append(text)
        tell(title, len(texts))

    await asyncio.gather(*[fetch(title) for title in titles])
    return texts


async def read_or_improvise(title, read, patience):
    try:
        return await asyncio.wait_for(asyncio.to_thread(read, title), patience)
    except TimeoutError:
        return f"{title} as grandmother made it"
