"""What you can try before handing in. The hidden suite asks more, with other recipes and other times."""

import asyncio
import threading
import time

import pytest
from library import read_all, read_or_improvise, read_recipe


def read(title):
    time.sleep(0.02)
    return f"how to make {title}"


@pytest.mark.title(zh="读到一份菜谱")
@pytest.mark.hint(
    en="What the reader brings back is the result of your function.",
    zh="读的人带回来的东西，就是你的函数该给出的结果。",
)
async def test_a_recipe_is_read():
    assert await read_recipe("noodles", read) == "how to make noodles"


@pytest.mark.title(zh="读书的是别人")
@pytest.mark.hint(
    en="read() stands and waits. On whose thread may it do that without stopping the kitchen?",
    zh="read() 会站在那里干等。让它在哪个线程上等，厨房才不会停？",
)
async def test_somebody_else_reads():
    readers = []

    def read_and_sign(title):
        readers.append(threading.current_thread())
        return title

    await read_recipe("noodles", read_and_sign)
    assert readers[0] is not threading.current_thread()


@pytest.mark.title(zh="所有菜谱都到了")
@pytest.mark.hint(
    en="The texts come in the order of the titles; tell() is called once for each that arrives.",
    zh="文本按书名的顺序排列；每到一份，就调用一次 tell()。",
)
async def test_all_recipes_arrive():
    told = []
    texts = await read_all(["noodles", "rice"], read, lambda title, count: told.append(count))
    assert texts == ["how to make noodles", "how to make rice"]
    assert told == [1, 2]


@pytest.mark.title(zh="厨房不会永远等下去")
@pytest.mark.hint(
    en="Patience is a number of seconds. What do you serve when it is over?",
    zh="耐心有限，单位是秒。时间到了，端上去的是什么？",
)
async def test_the_kitchen_does_not_wait_for_ever():
    assert await read_or_improvise("noodles", read, 1) == "how to make noodles"
    assert await read_or_improvise("noodles", read, 0.001) == "noodles as grandmother made it"
    await asyncio.sleep(0)
