import asyncio
import time


async def soup():
    await asyncio.sleep(1000)


async def leaves():
    asyncio.create_task(soup(), name="pot")
    await asyncio.sleep(0)


async def forgets():
    soup()


async def fails():
    raise ValueError("burnt")


async def drops():
    task = asyncio.create_task(fails())
    await asyncio.sleep(0.001)
    del task


async def blocks(cook):
    await asyncio.sleep(0.01)
    cook()
    time.sleep(0.25)
    await asyncio.sleep(0.01)


async def in_thread(cook):
    await asyncio.to_thread(cook)


def talks():
    print("hello")
