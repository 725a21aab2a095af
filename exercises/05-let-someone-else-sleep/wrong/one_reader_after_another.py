# fails: test_all_recipes_are_read_at_the_same_time, test_each_recipe_is_told_as_it_arrives, test_readers_of_an_hour_take_an_hour_together
"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio


async def read_recipe(title, read):
    return await asyncio.to_thread(read, title)


async def read_all(titles, read, tell):
    texts = []
    for number, title in enumerate(titles, start=1):
        texts.append(await asyncio.to_thread(read, title))
        tell(title, number)
    return texts


async def read_or_improvise(title, read, patience):
    try:
        return await asyncio.wait_for(asyncio.to_thread(read, title), patience)
    except TimeoutError:
        return f"{title} as grandmother made it"
