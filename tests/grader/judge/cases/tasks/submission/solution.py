import asyncio
import functools

LOG = []


async def work(name, delay, log=None):
    log = LOG if log is None else log
    log.append(f"{name} starts")
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise
    log.append(f"{name} ends")
    return name


def spawn(name, delay):
    return asyncio.create_task(work(name, delay), name=f"cook {name}")


def spawn_it(coroutine, **options):
    return asyncio.create_task(coroutine, **options)


async def fail(delay=0.0):
    await asyncio.sleep(delay)
    raise ValueError("failed")


def spawn_failing():
    return asyncio.create_task(fail())


async def gather(*awaitables, **options):
    return await asyncio.gather(*awaitables, **options)


async def stubborn(times):
    for _ in range(times):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            LOG.append(f"swallowed {error.args}")
    return "stubborn"


async def slow_cleanup(delay):
    try:
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(delay)
        LOG.append("clean")


async def converts():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        raise KeyError("converted") from None


async def guarded(callback, seconds):
    try:
        async with asyncio.timeout(seconds):
            return await callback()
    except TimeoutError:
        return "too late"


async def wait_for(awaitable, seconds):
    return await asyncio.wait_for(awaitable, seconds)


async def group(callbacks):
    async with asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(callback()) for callback in callbacks]
    return [task.result() for task in made]


async def first_done(awaitables):
    tasks = [asyncio.ensure_future(each) for each in awaitables]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return [task.result() for task in tasks if task in done], len(pending)


async def in_order_of_completion(awaitables):
    return [await each for each in asyncio.as_completed(awaitables)]


async def shielded(awaitable):
    return await asyncio.shield(awaitable)


async def cancel_after(task, delay, message=None):
    await asyncio.sleep(delay)
    return task.cancel(message) if message else task.cancel()


async def look(task):
    return task.done(), task.cancelled(), task.get_name()


def plain_look(task):
    return task.done(), task.cancelled()


async def on_done(task, callback):
    task.add_done_callback(callback)


async def current_name():
    return asyncio.current_task().get_name()


async def is_current(task):
    return asyncio.current_task() is task


def make_future():
    return asyncio.get_running_loop().create_future()


async def resolve_later(future, value, delay=0.01):
    await asyncio.sleep(delay)
    future.set_result(value)


def resolve(future, value):
    future.set_result(value)


def resolve_soon(future, value):
    asyncio.get_running_loop().call_later(0.01, future.set_result, value)


async def await_it(awaitable):
    return await awaitable


def later(delay, callback, *args):
    return asyncio.get_running_loop().call_later(delay, callback, *args)


def soon(callback, *args):
    return asyncio.get_running_loop().call_soon(callback, *args)


class Kitchen:
    """Owns background tasks."""

    def __init__(self):
        self.tasks = set()
        self.served = []

    def start(self, dish, delay):
        task = asyncio.create_task(self._cook(dish, delay))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _cook(self, dish, delay):
        await asyncio.sleep(delay)
        self.served.append(dish)
        return dish

    async def close(self):
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def leak():
    LOG.append(asyncio.create_task(asyncio.sleep(1000)))


def count_tasks():
    return len(asyncio.all_tasks())


async def retry(action, times):
    for attempt in range(times):
        try:
            return await action()
        except ConnectionError:
            if attempt == times - 1:
                raise
            await asyncio.sleep(0.001 * 2**attempt)


async def limited(callbacks, limit):
    gate = asyncio.Semaphore(limit)

    async def one(callback):
        async with gate:
            return await callback()

    return await asyncio.gather(*[one(callback) for callback in callbacks])


async def race(callbacks):
    tasks = {asyncio.create_task(callback()) for callback in callbacks}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return done.pop().result()


async def cancel_me():
    asyncio.current_task().cancel()
    await asyncio.sleep(0)


def with_partial(callback, x):
    return asyncio.create_task(functools.partial(callback, x)())


async def call_off(tasks, why):
    for task in tasks:
        task.cancel(why)
    return [error.args[0] for error in await asyncio.gather(*tasks, return_exceptions=True)]


async def all_of(tasks):
    return await asyncio.gather(*tasks)
