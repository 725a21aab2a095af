"""A banquet by one cook: what can cook by itself cooks at the same time."""

from collections.abc import Awaitable, Callable

Cook = Callable[[str], Awaitable[str]]
Serve = Callable[[int, list[str]], Awaitable[None]]


async def cook_all(menu: list[str], cook: Cook) -> list[str]:
    """Cook all dishes at once; the plates come in the order of the menu."""
    # TODO: `await cook(dish)` gives one plate. How do all of them cook at the same time?
    raise NotImplementedError("TODO: cook_all")


async def dinner(courses: list[list[str]], cook: Cook, serve: Serve) -> int:
    """Cook and serve one course after another; the result is how many plates went out."""
    # TODO: cook_all for each course, then `await serve(number, plates)`, and only then the next course.
    raise NotImplementedError("TODO: dinner")


async def meat_and_vegetables(meat: str, vegetables: list[str], boil: Cook, fry: Cook) -> list[str]:
    """Fry the vegetables one by one, for there is one wok, while the pot has the meat."""
    # TODO: the meat must be in the pot before the frying begins, and nobody waits for it until the end.
    raise NotImplementedError("TODO: meat_and_vegetables")
