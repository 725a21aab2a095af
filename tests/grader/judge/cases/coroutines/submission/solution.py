import asyncio
import contextlib
import contextvars
import inspect

LOG = []
USER = contextvars.ContextVar("user", default="nobody")


async def double(x):
    return x * 2


async def slow_double(x, delay=0.01):
    await asyncio.sleep(delay)
    return x * 2


async def call(callback, *args):
    return await callback(*args)


async def call_plain(callback, *args):
    return callback(*args)


def call_maybe(callback, *args):
    """Calls; what is awaitable is handed back as it is."""
    return callback(*args)


async def await_it(awaitable):
    return await awaitable


async def fail(text="broken"):
    await asyncio.sleep(0)
    raise ValueError(text)


async def rescue(callback):
    try:
        return await callback()
    except ValueError as error:
        return ("rescued", str(error), error)
    finally:
        LOG.append("finally")


async def many(callback, n):
    return [await callback(i) for i in range(n)]


async def forgets():
    double(1)
    return "done"


def makes(x):
    return double(x)


async def numbers(n):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            got = yield i
            if got is not None:
                LOG.append(got)
    except KeyError as error:
        LOG.append("key")
        yield f"caught {error}"
    finally:
        LOG.append("closed")


async def consume(source):
    return [item async for item in source]


async def first(source):
    async for item in source:
        return item


async def double_all(source):
    async for item in source:
        yield item * 2


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if self.n <= 0:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


class Oven:
    def __init__(self):
        self.log = []

    async def __aenter__(self):
        await asyncio.sleep(0)
        self.log.append("on")
        return self

    async def __aexit__(self, kind, error, trace):
        await asyncio.sleep(0)
        self.log.append(("off", kind, error))
        return kind is KeyError


@contextlib.asynccontextmanager
async def stove(log):
    log.append("lit")
    try:
        yield "flame"
    except LookupError:
        log.append("swallowed")
    finally:
        await asyncio.sleep(0)
        log.append("out")


async def use(manager):
    async with manager as value:
        return value


async def stacked(managers):
    async with contextlib.AsyncExitStack() as stack:
        return [await stack.enter_async_context(manager) for manager in managers]


class Later:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield from asyncio.sleep(0.01).__await__()
        return self.value


class Cook:
    def __init__(self, name):
        self.name = name

    async def cook(self, dish, *, pans=1):
        await asyncio.sleep(0)
        return f"{self.name} cooks {dish} in {pans}"

    @staticmethod
    async def rest():
        return "resting"

    @classmethod
    async def hire(cls, name):
        await asyncio.sleep(0)
        return cls(name)

    async def __call__(self, x):
        return x + 1

    async def all_dishes(self, dishes):
        for dish in dishes:
            yield await self.cook(dish)


async def apply(cook, dish):
    return await cook.cook(dish)


async def set_user(name):
    USER.set(name)
    await asyncio.sleep(0)
    return USER.get()


async def get_user():
    return USER.get()


def plain_user(name=None):
    if name is not None:
        USER.set(name)
    return USER.get()


async def users_of(names):
    async def one(name):
        USER.set(name)
        await asyncio.sleep(0)
        return USER.get()

    return await asyncio.gather(*[one(name) for name in names]), USER.get()


def kinds(value):
    return inspect.iscoroutine(value), inspect.isawaitable(value), inspect.iscoroutinefunction(value)


async def recurse(callback, n):
    return 0 if n == 0 else 1 + await callback(n - 1)


async def group():
    raise ExceptionGroup("two", [ValueError("a"), KeyError("b")])


async def stop():
    raise StopIteration(3)


async def leave():
    raise SystemExit(4)


async def returns_coroutine():
    return double(4)


async def deep(n):
    return n if n == 0 else await deep(n - 1) + 1


async def timed(callback):
    loop = asyncio.get_running_loop()
    began = loop.time()
    await callback()
    return loop.time() - began


async def same_loop(loop):
    return loop is asyncio.get_running_loop()


async def trampoline(callback, x):
    while callable(callback):
        callback, x = await callback(x)
    return x


class Burnt(Exception):
    def __init__(self, degrees):
        super().__init__(f"burnt at {degrees}")
        self.degrees = degrees


async def burn(degrees):
    try:
        await fail("too hot")
    except ValueError as error:
        raise Burnt(degrees) from error


class Counter:
    def __init__(self):
        self._queues = []

    @property
    def listeners(self):
        return len(self._queues)

    @contextlib.asynccontextmanager
    async def orders(self):
        queue = asyncio.Queue()
        self._queues.append(queue)

        async def endless():
            while True:
                yield await queue.get()

        try:
            yield endless()
        finally:
            self._queues.remove(queue)

    async def call(self, order):
        for queue in self._queues:
            await queue.put(order)
        await asyncio.sleep(0)


def counted(log):
    try:
        yield from range(9)
    finally:
        log.append("closed")


async def counted_slowly(log):
    try:
        for i in range(9):
            await asyncio.sleep(0)
            yield i
    finally:
        await asyncio.sleep(0)
        log.append("closed")


def pass_on(callback):
    return callback()


async def pass_on_later(callback):
    async with asyncio.TaskGroup() as group:
        group.create_task(callback())


def first_of(items):
    for item in items:
        return item


def both(first, *, key):
    assert first is key
    return first


async def both_later(first, *, key):
    return both(first, key=key)
