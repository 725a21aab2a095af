"""The other side of the scenarios: what a submission does."""

import asyncio
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


LOG = []


def take_log():
    taken = list(LOG)
    LOG.clear()
    return taken


async def work(x):
    await asyncio.sleep(1)
    return x * 2


async def together(callback, count):
    return sum(await asyncio.gather(*[callback(i) for i in range(count)]))


async def group(callback):
    async with asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(callback(i)) for i in range(3)]
    return [task.result() for task in made]


async def forever():
    try:
        await asyncio.sleep(10**6)
    finally:
        LOG.append(["forever ends", now()])


async def swallow():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        LOG.append(["swallowed", now()])
    await asyncio.sleep(2)
    return "stubborn"


async def slow_cleanup():
    try:
        await asyncio.sleep(100)
    finally:
        await asyncio.sleep(1)
        LOG.append(["cleaned", now()])


async def limit(callback, seconds):
    try:
        return await asyncio.wait_for(callback(), seconds)
    except TimeoutError:
        return ["timeout", now()]


async def beat():
    while True:
        LOG.append(["beat", now()])
        await asyncio.sleep(0.1)


async def block(seconds):
    task = asyncio.create_task(beat())
    await asyncio.sleep(0.25)
    before = now()
    time.sleep(seconds)
    after = now()
    await asyncio.sleep(0.25)
    task.cancel()
    return [before, after]


def plain_block(seconds):
    time.sleep(seconds)
    return now()


async def in_threads(callback, count):
    began = now()
    results = await asyncio.gather(*[asyncio.to_thread(callback, i) for i in range(count)])
    return [results, now() - began]


async def on_the_loop(callback):
    return callback(1)


def pool(callback):
    began = now()
    with ThreadPoolExecutor(3) as executor:
        jobs = [executor.submit(callback, i) for i in range(6)]
        results = [job.result() for job in jobs]
    return [results, now() - began]


def hand_over():
    q = queue.Queue()
    threading.Timer(2, q.put, ["x"]).start()
    return [q.get(), now()]


def main(callback):
    async def inner():
        return [await callback(1), await asyncio.gather(callback(2), callback(3)), now()]

    return asyncio.run(inner())


def own_loops(callback):
    async def wrap(i):
        return await callback(i)

    began, results = now(), [asyncio.run(wrap(i)) for i in range(3)]
    with asyncio.Runner() as runner:
        results += [runner.run(wrap(8)), runner.run(wrap(9))]
    loop = asyncio.new_event_loop()
    results.append(loop.run_until_complete(wrap(10)))
    loop.close()
    thread = threading.Thread(target=lambda: results.append(asyncio.run(wrap(11))))
    thread.start()
    thread.join()
    return [results, now() - began]


def spin(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return time.perf_counter()


async def chunks(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def dead():
    lock = asyncio.Lock()
    async with lock, lock:
        pass


def dead_threads():
    one, other = threading.Lock(), threading.Lock()

    def take(first, second):
        with first:
            time.sleep(1)
            with second:
                pass

    threads = [threading.Thread(target=take, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def wait_for(callback):
    await callback()


async def endless():
    while True:
        await asyncio.sleep(1)


async def busy():
    while True:
        await asyncio.sleep(0)


def leave_tasks():
    async def left(name):
        try:
            await asyncio.sleep(100)
        finally:
            LOG.append(name)
            await asyncio.sleep(1)
            LOG.append(f"{name} done")

    KEPT.extend(asyncio.get_running_loop().create_task(left(i)) for i in range(3))


KEPT = []


def die():
    import os

    os._exit(3)


def start_loop_in_a_thread():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    KEPT[:] = [loop, thread]


def use_loop_in_a_thread(callback):
    loop, _ = KEPT

    async def wrap():
        return await callback(1)

    coroutines = (wrap(), work(2))
    return [asyncio.run_coroutine_threadsafe(coroutine, loop).result(5) for coroutine in coroutines]


def end_loop_in_a_thread():
    loop, thread = KEPT
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    KEPT.clear()
    return now()
