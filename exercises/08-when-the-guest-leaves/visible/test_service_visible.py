"""What you can try before handing in. The hidden suite asks more, with other dishes and other times."""

import asyncio

import pytest
from service import cook_on, first_ready, serve


class Stove:
    def __init__(self):
        self.diary = []

    def on(self, dish):
        self.diary.append(f"{dish} on")

    def off(self, dish):
        self.diary.append(f"{dish} off")


async def cook(dish):
    await asyncio.sleep({"egg": 0.01, "goose": 0.1}[dish])
    return f"fried {dish}"


@pytest.mark.title(zh="煎好一个鸡蛋")
@pytest.mark.hint(
    en="On before cooking, off afterwards, whatever happens between.",
    zh="做之前开火，做完关火，中间出什么事都一样。",
)
async def test_an_egg_is_fried():
    stove = Stove()
    assert await cook_on(stove, "egg", cook) == "fried egg"
    assert stove.diary == ["egg on", "egg off"]


@pytest.mark.title(zh="客人不等那只鹅")
@pytest.mark.hint(
    en="The guest has left: nobody eats this goose. Is its stove off, and does anybody go on cooking it?",
    zh="客人走了，这只鹅没人吃了。火关了吗？还有人在接着烤吗？",
)
async def test_the_guest_does_not_wait_for_the_goose():
    stove = Stove()
    assert await serve(stove, "egg", cook, 1) == "fried egg"
    assert await serve(stove, "goose", cook, 0.02) is None
    assert stove.diary == ["egg on", "egg off", "goose on", "goose off"]


@pytest.mark.title(zh="鸡蛋比鹅先好")
@pytest.mark.hint(
    en="One dish is ready. What happens to the others, and to their fires?",
    zh="有一道好了。其余的怎么办？它们的火呢？",
)
async def test_the_egg_is_ready_before_the_goose():
    stove = Stove()
    assert await first_ready(stove, ["goose", "egg"], cook) == "fried egg"
    assert sorted(stove.diary) == ["egg off", "egg on", "goose off", "goose on"]
