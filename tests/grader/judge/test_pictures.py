"""What the submission's tasks did in a test that failed: from real runs against golden drawings, and from liars."""

from __future__ import annotations

import os
from pathlib import Path

import click
import msgspec
import pytest

from grader.bridge.simulation.recording import End, Outcome, Recording, Row, Span, State
from grader.course.feedback import Feedback
from grader.judge.client import WarmJudge
from grader.judge.own_words import OwnWords
from grader.judge.pictures import LARGEST, picture
from grader.judge.verdicts import Kind
from grader.sandbox.limits import Limits
from grader.timeline.terminal import draw

GOLDEN = Path(__file__).parent / "pictures"
SUITE = """
import asyncio
import pytest
import solution

async def test_a_dish_and_a_stuck_cook():
    await asyncio.gather(solution.cook("a"), solution.stuck())

async def test_one_lock_for_all():
    async def bell_of_the_suite():
        while True:
            await asyncio.sleep(0.1)
    asyncio.create_task(bell_of_the_suite(), name="a name of the suite")
    assert await solution.many(["a", "b", "c"]) == 1

async def test_the_suite_s_oven():
    async def oven_of_the_suite(dish):
        await asyncio.sleep(2)
    assert await solution.bake(oven_of_the_suite) == 1

async def test_the_suite_s_slow_book():
    import time
    def book_of_the_suite():
        time.sleep(2)
    assert await solution.read(book_of_the_suite) == 1

def test_a_loop_of_its_own():
    assert solution.plain() == 1

async def test_it_goes_on():
    await solution.on()

@pytest.mark.feedback("hint")
async def test_hidden():
    assert await solution.many(["a", "b", "c"]) == 1

async def test_one_wait():
    assert await solution.cook("a") == "b"

async def test_an_error():
    await solution.many(None)
"""
SOLUTION = """
import asyncio
import time

async def cook(dish):
    await asyncio.sleep(3)
    return dish

async def stuck():
    await asyncio.sleep(1)
    await asyncio.gather(asyncio.Event().wait(), orders())

async def orders():
    await asyncio.Queue().get()

async def many(names):
    lock = asyncio.Lock()

    async def one(name):
        async with lock:
            await asyncio.sleep(1)

    tasks = [asyncio.create_task(one(name), name=name) for name in names]
    await asyncio.gather(*tasks, asyncio.to_thread(time.sleep, 2))

async def bake(oven):
    await asyncio.gather(oven(1), oven(2))
    await oven(3)

async def read(book):
    await asyncio.gather(cook("soup"), page(book), page(book))

async def page(book):
    book()

def plain():
    time.sleep(2)
    asyncio.run(main())

async def main():
    await asyncio.sleep(1)
    time.sleep(1)

async def on():
    while True:
        await asyncio.sleep(600)
"""


def test_golden_pictures(tmp_path):
    """Each test that can have failed for time or order, at `full`; without a word of the suite's."""
    (tmp_path / "test_suite.py").write_text(SUITE)
    with WarmJudge(
        tmp_path, "solution", Limits(virtual=3600), isolation="none", feedback=Feedback.FULL
    ) as judge:
        verdicts = judge.judge_files({"solution.py": SOLUTION.encode()}).verdicts
    drawings = []
    for verdict in verdicts:
        drawings.append(f"{verdict.test.partition('::')[2]}: {verdict.kind}\n")
        if verdict.recording:
            recording = msgspec.json.decode(verdict.recording, type=Recording)
            drawings.append(click.unstyle(draw(recording, 90)) + "\n")
    text = "\n".join(drawings)
    golden = GOLDEN / "drawn.txt"
    if os.environ.get("GRADER_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    assert "of_the_suite" not in text
    assert "a name of the suite" not in text


@pytest.fixture
def own(tmp_path):
    (tmp_path / "copy.py").write_text("async def cook(dish):\n    await pot()\n", "utf-8")
    return OwnWords({str(tmp_path / "copy.py"): "kitchen.py"})


def told(*rows, end=30, **more):
    return msgspec.json.encode(Recording(list(rows), end, Outcome.finished, **more))


def test_a_liar_can_only_use_its_own_words(own):
    spans = [
        Span(State.blocks, 10, 20, "secret", 2, "kitchen.py"),
        Span(State.waits, 5, 30, "asyncio.sleep", 77, "kitchen.py"),
        Span(State.waits, 5, 30, "cook", 1, "secret.py"),
    ]
    rows = (
        Row("task", "secret", "cook", 0, 30, End.failed, "Secret", spans, [10, 99]),
        Row("task", "s", "s", 0, 1, End.failed),
    )
    shown = msgspec.json.decode(
        picture(told(*rows, error="secret"), Kind.DEADLOCKED, 10, own), type=Recording
    )
    assert shown == Recording(
        [
            Row(
                "task", "", "cook", 0, 20, End.failed, "Exception",
                [
                    Span(State.blocks, 0, 10, "", 2, "kitchen.py"),
                    Span(State.waits, 0, 20, "asyncio.sleep"),
                    Span(State.waits, 0, 20, "cook"),
                ],
                [0, 89],
            )
        ],
        20,
        Outcome.deadlocked,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Kind.FAILED),
        (b"{}", Kind.FAILED),
        (b"\xff", Kind.FAILED),
        (b'{"rows": [], "end": -1, "outcome": "finished"}', Kind.FAILED),
        (b" " * (LARGEST + 1), Kind.FAILED),
        (told(), Kind.FAILED),
        (told(Row("task", "", "cook", 0, 9, End.finished, "", [Span(State.waits, 0, 9)])), Kind.FAILED),
        (told(Row("task", "", "cook", 0, 9, End.finished, "", [Span(State.blocks, 0, 9)])), Kind.ERROR),
    ],
)
def test_where_there_is_nothing_to_show(own, data, kind):
    assert picture(data, kind, 0, own) == ""
