import asyncio
import contextvars
import contextlib
import threading


async def work(x):
    await asyncio.sleep(0.001)
    return x * 2


def run(callback=None, x=1):
    async def main():
        value = await work(x)
        return value if callback is None else await callback(value)

    return asyncio.run(main())


def run_it(coroutine):
    return asyncio.run(coroutine)


def run_many(callback):
    found = [asyncio.run(callback(i)) for i in range(3)]
    with asyncio.Runner() as runner:
        found.append(runner.run(callback(3)))
        found.append(runner.run(callback(4)))
    loop = asyncio.new_event_loop()
    try:
        found.append(loop.run_until_complete(callback(5)))
    finally:
        loop.close()
    return found


def run_in_thread(callback):
    found = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(callback(5))))
    thread.start()
    thread.join()
    return found[0]


class Worker:
    """A loop in a thread of its own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def submit(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(5)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def is_running():
    with contextlib.suppress(RuntimeError):
        return asyncio.get_running_loop() is not None
    return False


def leftovers(log):
    async def stays():
        try:
            await asyncio.sleep(100)
        finally:
            log.append("stays ends")

    async def main():
        tasks.append(asyncio.create_task(stays()))
        await asyncio.sleep(0)

    tasks = []
    asyncio.run(main())
    return tasks[0].cancelled()


async def endless(log):
    try:
        for i in range(100):
            yield i
    finally:
        log.append("generator closed")


def fails(kind):
    async def main():
        await asyncio.sleep(0)
        raise kind("inside")

    return asyncio.run(main())


def debug_flag():
    async def main():
        return asyncio.get_running_loop().get_debug()

    return asyncio.run(main(), debug=True)


def handler(log):
    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: log.append(context["message"]))
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.001)

    asyncio.run(main())


def eager():
    async def quick():
        return 1

    async def main():
        loop = asyncio.get_running_loop()
        made = []

        def factory(loop, coroutine, **options):
            made.append(coroutine.__name__)
            return asyncio.Task(coroutine, loop=loop, **options)

        loop.set_task_factory(factory)
        await asyncio.create_task(quick())
        return made

    return asyncio.run(main())


def generator_runs(n):
    """A coroutine driven without a loop."""

    async def counted():
        return n

    coroutine = counted()
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value


class Service:
    """Synchronous face of an asynchronous thing."""

    def __init__(self):
        self._runner = asyncio.Runner()

    def ask(self, x):
        return self._runner.run(work(x))

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._runner.close()


VARIABLE = contextvars.ContextVar("VARIABLE", default="nobody")


def read_variable():
    return VARIABLE.get()


def make_eager():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)


async def two_tasks(tell, callback):
    async def own():
        tell("own")
        await asyncio.sleep(0)
        tell("own end")

    async def call(name):
        await callback(name)

    first = asyncio.create_task(call("there"))
    tell("made there")
    second = asyncio.create_task(own())
    tell("made own")
    await first
    await second
