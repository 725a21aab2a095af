import asyncio
import contextlib


async def produce(queue, items, delay=0.0):
    for item in items:
        await asyncio.sleep(delay)
        await queue.put(item)


async def consume(queue, count):
    found = []
    for _ in range(count):
        found.append(await queue.get())
        queue.task_done()
    return found


def make(name, *args, **options):
    return getattr(asyncio, name)(*args, **options)


def is_a(value, name):
    return isinstance(value, getattr(asyncio, name))


async def wait_then(event, log, text):
    await event.wait()
    log.append(text)


async def set_later(event, delay):
    await asyncio.sleep(delay)
    event.set()


async def locked(lock, log, name, delay=0.0):
    async with lock:
        log.append(f"{name} in")
        await asyncio.sleep(delay)
        log.append(f"{name} out")


async def wait_condition(condition, log, name):
    async with condition:
        await condition.wait()
        log.append(name)


async def notify(condition, n=1):
    async with condition:
        condition.notify(n)


async def meet(barrier, log, name):
    log.append(f"{name} arrives")
    await barrier.wait()
    log.append(f"{name} goes")


class Buffer:
    """A bounded buffer over a queue of its own."""

    def __init__(self, size):
        self.queue = asyncio.Queue(size)
        self.lock = asyncio.Lock()
        self.full = asyncio.Event()
        self.size = size

    async def put(self, item):
        async with self.lock:
            await self.queue.put(item)
            if self.queue.qsize() >= self.size:
                self.full.set()

    async def drain(self):
        found = []
        while not self.queue.empty():
            found.append(self.queue.get_nowait())
        self.full.clear()
        return found


class Priority(asyncio.PriorityQueue):
    """A subclass of a library class."""

    def __init__(self):
        super().__init__()
        self.puts = 0

    async def put(self, item):
        self.puts += 1
        await super().put(item)

    def peek(self):
        return self._queue[0]


class RateLimit:
    def __init__(self, period):
        self._lock = asyncio.Lock()
        self._period = period
        self._next = 0.0

    async def __aenter__(self):
        async with self._lock:
            loop = asyncio.get_running_loop()
            wait = self._next - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next = loop.time() + self._period

    async def __aexit__(self, *details):
        return None


@contextlib.asynccontextmanager
async def workers(queue, handler, count):
    async def work():
        while True:
            item = await queue.get()
            try:
                await handler(item)
            finally:
                queue.task_done()

    tasks = [asyncio.create_task(work()) for _ in range(count)]
    try:
        yield tasks
        await queue.join()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def pipeline(source, *stages):
    queues = [asyncio.Queue(1) for _ in stages] + [asyncio.Queue()]

    async def feed():
        async for item in source:
            await queues[0].put(item)
        await queues[0].put(None)

    async def run(stage, into, out):
        while (item := await into.get()) is not None:
            await out.put(await stage(item))
        await out.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(feed())
        for stage, into, out in zip(stages, queues, queues[1:]):
            group.create_task(run(stage, into, out))
    found = []
    while (item := queues[-1].get_nowait()) is not None:
        found.append(item)
    return found


class Cache:
    """Computes each key once, whoever asks at the same time."""

    def __init__(self, compute):
        self._compute = compute
        self._found = {}

    async def get(self, key):
        if key not in self._found:
            self._found[key] = asyncio.ensure_future(self._compute(key))
        return await self._found[key]


class Bus:
    def __init__(self):
        self.subscribers = []

    def subscribe(self):
        queue = asyncio.Queue()
        self.subscribers.append(queue)
        return queue

    async def publish(self, message):
        for queue in self.subscribers:
            await queue.put(message)
