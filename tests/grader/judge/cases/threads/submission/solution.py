import asyncio
import concurrent.futures
import functools
import queue
import threading
import time

LOG = []


async def in_thread(callback, *args):
    return await asyncio.to_thread(callback, *args)


async def several(callback, n):
    return await asyncio.gather(*[asyncio.to_thread(callback, i) for i in range(n)])


async def in_executor(callback, *args):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return await loop.run_in_executor(pool, functools.partial(callback, *args))


def pool_map(callback, items, workers=2):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(callback, items))


def start(callback, *args, name=None):
    thread = threading.Thread(target=callback, args=args, name=name)
    thread.start()
    return thread


def collect(callback, n):
    found, lock = [], threading.Lock()

    def work(i):
        value = callback(i)
        with lock:
            found.append(value)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def produce(items, out, delay=0.0):
    for item in items:
        time.sleep(delay)
        out.put(item)
    out.put(None)


def drain(source):
    found = []
    while (item := source.get(timeout=5)) is not None:
        found.append(item)
    return found


class Cook(threading.Thread):
    def __init__(self, dish):
        super().__init__(name=f"cook {dish}")
        self.dish = dish
        self.done = threading.Event()
        self.result = None

    def run(self):
        time.sleep(0.001)
        self.result = self.dish.upper()
        self.done.set()


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = threading.Lock()

    def add(self, n=1):
        with self._lock:
            self.value += n


def wait_for(event, timeout=None):
    return event.wait(timeout)


def locked(lock, log, name):
    with lock:
        log.append(name)


def block(seconds):
    time.sleep(seconds)


def elapsed(callback):
    began = time.monotonic()
    callback()
    return time.monotonic() - began


async def thread_safe(loop, future, value):
    def work():
        loop.call_soon_threadsafe(future.set_result, value)

    await asyncio.to_thread(work)


def run_threadsafe(coroutine, loop):
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result(5)


async def submit_from_thread(callback):
    loop = asyncio.get_running_loop()
    return await asyncio.to_thread(lambda: run_threadsafe(callback(), loop))


async def ident():
    return threading.current_thread() is threading.main_thread()


def names():
    return threading.current_thread().name


def submit(callback, *args):
    pool = concurrent.futures.ThreadPoolExecutor(1)
    future = pool.submit(callback, *args)
    pool.shutdown(wait=False)
    return future


def after(seconds, callback):
    timer = threading.Timer(seconds, callback)
    timer.start()
    return timer


def local_value():
    data = threading.local()
    data.x = 1
    return data


async def heartbeat_while(callback):
    beats = 0

    async def beat():
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.01)

    task = asyncio.create_task(beat())
    await asyncio.sleep(0)
    await callback()
    task.cancel()
    return beats


class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.inside = 0
        self.visits = 0

    def enter(self):
        with self._lock:
            self.inside += 1
            self.visits += 1

    def leave(self):
        with self._lock:
            self.inside -= 1


_memory = threading.local()


def remember(what):
    _memory.what = what


def remembered():
    return _memory.what
