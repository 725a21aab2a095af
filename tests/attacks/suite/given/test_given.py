"""What a suite hands over: functions, objects, futures, tasks, lists, exceptions. None of it leads back to the suite."""

import asyncio
import unittest

import pytest
from solution import use


class Oven:
    """CANARY-of-the-oven-is-a-docstring"""

    def __init__(self):
        self.dishes = []
        self._expected = "CANARY-in-a-private-attribute-71c9e4"

    def bake(self, dish):
        self.dishes.append(dish)
        return f"baked {dish}"

    def verify(self):
        assert self.dishes == ["bread", "cake"], "CANARY-in-verify-71c9e4"


def test_object():
    oven = Oven()
    use("object", oven)
    oven.verify()


def test_callback():
    secret = "CANARY-in-a-closure-71c9e4"
    called = []

    def check(value):
        called.append(value)
        assert value == 42, secret

    use("callback", check)
    assert called == [42]


def test_error():
    def fail():
        raise ValueError("burnt")

    with pytest.raises(ValueError, match="burnt"):
        use("error", fail)


def test_list():
    shared = [3, 1, 2]
    use("list", shared)
    assert shared == [1, 2, 3]


def test_generator():
    def dishes():
        answer = yield "CANARY" and 1
        assert answer == 2, "CANARY-in-a-generator-71c9e4"
        yield 3

    assert use("generator", dishes()) == [1, 3]


async def test_future():
    future = asyncio.get_running_loop().create_future()
    use("future", future)
    async with asyncio.timeout(0.05):
        assert await future == 42


async def test_task():
    async def wait_for_long():
        await asyncio.sleep(100)  # CANARY-beside-a-sleep-71c9e4

    task = asyncio.create_task(wait_for_long())
    await asyncio.sleep(0)
    use("task", task)
    await asyncio.sleep(0)
    assert task.cancelled()


class TestCase(unittest.TestCase):
    def setUp(self):
        self.seen = []

    def on_event(self, value):
        self.seen.append(value)

    def test_method(self):
        use("method", self.on_event)
        self.assertEqual(self.seen, [1, 2])
