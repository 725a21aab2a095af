"""What you can try before handing in. The hidden suite asks more, with other dishes and other times."""

import asyncio

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


async def test_an_egg_is_fried():
    stove = Stove()
    assert await cook_on(stove, "egg", cook) == "fried egg"
    assert stove.diary == ["egg on", "egg off"]


async def test_the_guest_does_not_wait_for_the_goose():
    stove = Stove()
    assert await serve(stove, "egg", cook, 1) == "fried egg"
    assert await serve(stove, "goose", cook, 0.02) is None
    assert stove.diary == ["egg on", "egg off", "goose on", "goose off"]


async def test_the_egg_is_ready_before_the_goose():
    stove = Stove()
    assert await first_ready(stove, ["goose", "egg"], cook) == "fried egg"
    assert sorted(stove.diary) == ["egg off", "egg on", "goose off", "goose on"]
