"""The same library with an executor of its own and wait(), telling through callbacks on the loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

READERS = ThreadPoolExecutor(max_workers=16)


def send(title, read):
    return asyncio.get_running_loop().run_in_executor(READERS, read, title)


async def read_recipe(title, read):
    return await send(title, read)


async def read_all(titles, read, tell):
    counter = iter(range(1, len(titles) + 1))
    futures = []
    for title in titles:
        future = send(title, read)
        future.add_done_callback(lambda _future, title=title: tell(title, next(counter)))
        futures.append(future)
    return [await future for future in futures]


async def read_or_improvise(title, read, patience):
    done, _ = await asyncio.wait([asyncio.ensure_future(send(title, read))], timeout=patience)
    for future in done:
        return future.result()
    return title + " as grandmother made it"
