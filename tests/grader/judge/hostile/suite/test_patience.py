"""Every test here passes (or is skipped) in one process. Over the bridge none does."""

import asyncio
import time
import unittest

import pytest

import patient


async def test_answer():
    assert await patient.answer() == 42


async def test_items():
    assert [item async for item in patient.items()] == [42]


async def test_later():
    assert await patient.later() == 42


async def test_later_in_a_context():
    async with patient.later() as found:
        assert found == 42


async def test_nested():
    assert await patient.nested() == {"a": [42]}


async def test_future():
    assert await patient.future() == 42


async def test_future_result():
    assert patient.future().result() == 42


async def test_task():
    assert await patient.task() == 42


async def test_gathered():
    assert await patient.gathered() == [1, 2]


async def test_gather_here():
    assert await asyncio.gather(patient.answer(), patient.answer()) == [1, 2]


async def test_wait_for():
    assert 42 == await asyncio.wait_for(patient.answer(), 1)


async def test_moment():
    assert await patient.moment() - 5.0 < 0.001


async def test_order():
    assert 0 < await patient.answer() < 10


async def test_queue():
    queue = asyncio.Queue()
    await patient.say_queue(queue)
    assert await queue.get() == 42


async def test_membership():
    assert await patient.answer() in [1, 2]


class Style(unittest.IsolatedAsyncioTestCase):
    async def test_equal(self):
        self.assertEqual(await patient.answer(), 42)

    async def test_in(self):
        self.assertIn(await patient.answer(), [1])


async def test_skip():
    await patient.skip()


async def test_swallow():
    async def check():
        assert 1 == 2

    await patient.swallow(check)


async def test_swallow_in_a_group():
    async def check():
        await asyncio.sleep(0)
        assert 1 == 2

    await patient.swallow_in_a_group(check)


def test_swallow_in_a_thread():
    def check():
        assert 1 == 2

    patient.swallow_in_a_thread(check)


async def test_swallow_in_a_task():
    async def check():
        pytest.fail("wrong")

    await patient.swallow_in_a_task(check)


async def test_the_body_of_a_context_is_skipped():
    async with patient.stubborn() as found:
        assert found is None


async def test_stop_the_clock():
    began = time.monotonic()
    await patient.stop_the_clock(0.01)
    time.sleep(0.02)
    assert time.monotonic() - began < 0.005


async def test_peek():
    expected = 4711

    def hint():
        return expected

    assert await patient.peek(hint) == expected


async def test_replace_method():
    class Checker:
        def check(self, value):
            assert value == 2

    checker = Checker()
    patient.replace_method(checker)
    checker.check(1)
