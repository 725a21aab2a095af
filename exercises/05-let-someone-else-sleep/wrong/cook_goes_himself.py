# fails: test_somebody_else_reads, test_the_kitchen_goes_on_while_somebody_reads, test_all_recipes_are_read_at_the_same_time, test_each_recipe_is_told_as_it_arrives, test_the_kitchen_does_not_wait_too_long, test_a_cancelled_kitchen_is_cancelled, test_readers_of_an_hour_take_an_hour_together, test_patience_is_kept_to_the_second
"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio


async def read_recipe(title, read):
    return read(title)


async def read_all(titles, read, tell):
    arrived = 0

    async def fetch(title):
        nonlocal arrived
        text = read(title)
        arrived += 1
        tell(title, arrived)
        return text

    return await asyncio.gather(*[fetch(title) for title in titles])


async def read_or_improvise(title, read, patience):
    try:
        return await asyncio.wait_for(read_recipe(title, read), patience)
    except TimeoutError:
        return f"{title} as grandmother made it"
