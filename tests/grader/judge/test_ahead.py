"""Calls that are not asked for: what they cost, and what becomes of one that cannot be made."""

from __future__ import annotations

from textwrap import dedent

import pytest

SUBMISSION = """
import asyncio

def count(n=3):
    yield from range(n)

async def double(x=1):
    return 2 * x

async def nap(seconds):
    await asyncio.sleep(seconds)

async def call(back, n):
    return [await back(i) for i in range(n)]

def forget():
    double.__defaults__ = count.__defaults__ = None
"""
FRAMES = """
import gc, pytest
from solution import call, count, double, nap

async def back(i):
    return i

async def test_it():
    endpoint = next(each for each in gc.get_objects() if type(each).__name__ == "JudgeEndpoint")
    await double()
    frames = endpoint.channel.frames
    {act}
    assert endpoint.channel.frames - frames == {frames}
"""


@pytest.mark.parametrize(
    ("act", "frames"),
    [
        ("await double(2)", 1),
        ("[await double(i) for i in range(10)]", 10),
        ("await nap(1)", 2),
        ("assert list(count(2)) == [0, 1]", 3),
        ("kept = [double(i) for i in range(20)]; [each.close() for each in kept]", 0),
        ("assert await call(back, 5) == [0, 1, 2, 3, 4]", 6),
    ],
)
def test_frames(judge_texts, act, frames):
    (verdict,) = judge_texts(FRAMES.format(act=act, frames=frames), SUBMISSION).verdicts
    assert (verdict.kind, verdict.message) == ("passed", "")


def test_a_function_that_has_lost_its_defaults(judge_texts):
    suite = """
        import pytest, solution

        async def test_coroutine():
            solution.forget()
            with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
                await solution.double()
            assert await solution.double(2) == 4

        def test_generator():
            with pytest.raises(TypeError, match="missing 1 required positional argument: 'n'"):
                list(solution.count())
            assert list(solution.count(1)) == [0]
    """
    verdicts = judge_texts(dedent(suite), SUBMISSION).verdicts
    assert [(each.kind, each.message) for each in verdicts] == [("passed", "")] * 2
