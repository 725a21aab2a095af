# -*- coding: gbk -*-
# 用老编辑器写的作业
import asyncio


async def simmer(dish, seconds):
    await asyncio.sleep(seconds)
    return f"{dish} is ready"


async def stew(dish, seconds, stirs, stir):
    part = seconds / (stirs + 1)
    for number in range(1, stirs + 1):
        await asyncio.sleep(part)
        stir(dish, number)
    await asyncio.sleep(part)
    return f"{dish} is ready, stirred {stirs} times"
