"""A kitchen: tasks that wait, one that blocks, one cancelled, one that fails, a thread."""

import asyncio
import time


async def boil(minutes):
    await asyncio.sleep(minutes)


async def chop():
    await asyncio.sleep(1)
    time.sleep(2)
    await asyncio.sleep(1)


async def guest():
    await asyncio.sleep(1000)


async def burn():
    await asyncio.sleep(3.5)
    raise ValueError("burnt")


async def main():
    tasks = [asyncio.create_task(boil(5)), asyncio.create_task(chop()), asyncio.create_task(burn())]
    waiting = asyncio.create_task(guest(), name="guest")
    await asyncio.to_thread(time.sleep, 4)
    waiting.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def plain():
    time.sleep(2)


async def stuck():
    lock = asyncio.Lock()
    async with lock:
        await lock.acquire()


def forever():
    while True:
        time.sleep(1000)


def crash():
    raise KeyError("no such dish")


if __name__ == "__main__":
    print("cooking")
    asyncio.run(main())
