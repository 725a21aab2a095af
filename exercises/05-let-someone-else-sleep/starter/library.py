"""Reading recipes that only a blocking function can fetch, without stopping the kitchen."""

from collections.abc import Callable

Read = Callable[[str], str]
Tell = Callable[[str, int], None]


async def read_recipe(title: str, read: Read) -> str:
    """Let somebody else sit in the library; the kitchen goes on."""
    # TODO: read(title) gives the text, but it blocks whoever calls it. Who else could call it?
    raise NotImplementedError("TODO: read_recipe")


async def read_all(titles: list[str], read: Read, tell: Tell) -> list[str]:
    """Send for all recipes at once, tell of each as it arrives; the texts come in the order of the titles."""
    # TODO: tell(title, 1) for the first that arrives, tell(title, 2) for the second, ... here in the kitchen.
    raise NotImplementedError("TODO: read_all")


async def read_or_improvise(title: str, read: Read, patience: float) -> str:
    """Wait for a recipe, but no longer than that; then cook without it."""
    # TODO: after `patience` seconds the answer is "<title> as grandmother made it".
    raise NotImplementedError("TODO: read_or_improvise")
