"""What else a suite does: it maps, enters contexts, hands over mocks and async callbacks, adds up what it has made."""

import asyncio
from unittest.mock import AsyncMock, Mock

from solution import Money, Pair, deliver, guard, guard_async, is_even, notify


def test_all():
    assert all(map(is_even, [2, 4, 6]))


def test_sum():
    assert sum(map(is_even, [3, 2])) < 2


def test_guard():
    with guard() as value:
        assert value == 42, "CANARY-in-a-context-71c9e4"


async def test_guard_async():
    async with guard_async() as value:
        assert value == 42, "CANARY-in-an-async-context-71c9e4"


async def test_deliver():
    seen = []

    async def taste(dish):
        seen.append(dish)
        await asyncio.sleep(0)
        assert dish == "soup", "CANARY-in-an-async-callback-71c9e4"

    await deliver(taste)
    assert len(seen) == 1


async def test_deliver_group():
    seen = []

    async def taste(dish):
        seen.append(dish)
        if dish != "soup":
            raise ExceptionGroup("CANARY-of-a-group-71c9e4", [AssertionError("CANARY-in-a-group-71c9e4")])

    await deliver(taste)
    assert len(seen) == 1


async def test_deliver_cause():
    seen = []

    async def taste(dish):
        seen.append(dish)
        try:
            assert dish == "soup", "CANARY-in-a-cause-71c9e4"
        except AssertionError as error:
            raise ValueError("not to my taste") from error

    await deliver(taste)
    assert seen == ["soup"]


def test_mock():
    bell = Mock(side_effect=["CANARY-as-a-side-effect-71c9e4", 2, 3])
    notify(bell)
    assert bell.call_count == 3


def test_mock_arguments():
    bell = Mock()
    notify(bell)
    bell.assert_called_with("soup", times=3)


async def test_async_mock():
    bell = AsyncMock()
    await deliver(bell)
    assert bell.await_count == 1


def test_money():
    for other in range(3, 10):  # often: a guess among decoys is right now and then
        assert Money(2) + Money(other) == 2 + other


def test_money_order():
    assert 4 < Money(2) + Money(3) < 6


def test_pair():
    for other in range(3, 10):
        assert Pair(1, 2) + Pair(other, 4) == (1 + other, 6)
