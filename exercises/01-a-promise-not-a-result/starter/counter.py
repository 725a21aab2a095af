"""At the counter: what you get for an order is a promise; the soup comes when it is kept."""


async def order(dish: str, minutes: float = 0) -> str:
    """Promise a bowl of that dish; keeping the promise takes a while."""
    # TODO: wait with asyncio.sleep, then return "a bowl of <dish>".
    raise NotImplementedError("TODO: order")


async def show(dish: str) -> None:
    """Print what an order gives you, and then what it gives you when you wait for it."""
    # TODO: call order(dish) and look at the type of what you get. Then wait for it.
    raise NotImplementedError("TODO: show")


async def collect(tray: list[object]) -> list[object]:
    """Keep the promises on a tray one after another; what is no promise stays as it is."""
    # TODO: how can you tell a promise from a bowl? The module `inspect` knows.
    raise NotImplementedError("TODO: collect")


def tear_up(tray: list[object]) -> int:
    """Call off the promises on a tray, so that nobody waits for them; the result is how many there were."""
    # TODO: a coroutine object has a method for this.
    raise NotImplementedError("TODO: tear_up")
