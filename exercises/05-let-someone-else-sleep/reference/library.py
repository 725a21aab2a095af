"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

import asyncio
from collections.abc import Callable

Read = Callable[[str], str]
Tell = Callable[[str, int], None]


async def read_recipe(title: str, read: Read) -> str:
    """Let somebody else sit in the library; the kitchen goes on."""
    return await asyncio.to_thread(read, title)


async def read_all(titles: list[str], read: Read, tell: Tell) -> list[str]:
    """Send for all recipes at once, tell of each as it arrives; the texts come in the order of the titles."""
    arrived = 0

    async def fetch(title: str) -> str:
        nonlocal arrived
        text = await read_recipe(title, read)
        arrived += 1
        tell(title, arrived)
        return text

    return await asyncio.gather(*(fetch(title) for title in titles))


async def read_or_improvise(title: str, read: Read, patience: float) -> str:
    """Wait for a recipe, but no longer than that; then cook without it."""
    try:
        async with asyncio.timeout(patience):
            return await read_recipe(title, read)
    except TimeoutError:
        return f"{title} as grandmother made it"
