"""Names that a drawing must survive, loops in threads, callbacks, a lock on the loop."""

import asyncio
import sys
import threading
import time

KEPT = []


async def nap(seconds):
    await asyncio.sleep(seconds)


async def main():
    loop = asyncio.get_running_loop()
    KEPT.append(asyncio.create_task(nap(2), name="<b>&\x1b[31m\u202e厨师"))
    loop.call_later(1, time.sleep, 0.5)
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(3, lock.release).start()
    await asyncio.sleep(2)
    with lock:
        pass
    KEPT.append(asyncio.create_task(nap(50), name="late"))


def loops_in_threads():
    threads = [threading.Thread(target=asyncio.run, args=[nap(i)], name=f"loop {i}") for i in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def many():
    async def all_of_them():
        await asyncio.gather(*[nap(i / 100) for i in range(500)])

    asyncio.run(all_of_them())


def leave():
    sys.exit(3)


def leave_well():
    sys.exit()


def die():
    import os

    os._exit(7)


def spin():
    while True:
        pass


def livelock():
    async def spinning():
        while True:
            await asyncio.sleep(0)

    asyncio.run(spinning())


def arguments():
    print(sys.argv[1:])


NOT_A_FUNCTION = 5
