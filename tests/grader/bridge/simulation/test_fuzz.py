"""Random programs over two processes: the same events, in the same order, at the same virtual times as in one.

A program is its seed: `BRIDGE_FUZZ=1234 pytest tests/grader/bridge/simulation/test_fuzz.py` runs that one, and
`BRIDGE_FUZZ=5000-6000` a thousand of each kind, without and with threads.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.kernel import Kernel

CHUNK = 50


def seeds():
    """The seeds to try, in chunks that share one pair of processes."""
    first, _, end = os.environ.get("BRIDGE_FUZZ", "0-150").partition("-")
    low, high = int(first), int(end or int(first) + 1)
    return [range(start, min(start + CHUNK, high)) for start in range(low, high, CHUNK)]


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


def start(programs, program, note, other, plain, eager):
    async def main():
        if eager:
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        await programs.work(program, 0, "J", note, other, plain)

    asyncio.run(main())
    programs.join("J")


def in_one_process(programs, program, eager):
    log = []
    programs.clear()
    with virtual.activated(Kernel()):

        def note(text):
            log.append((now(), text))

        async def other(worker):
            await programs.work(program, worker, program[worker]["side"], note, other, note)

        start(programs, program, note, other, note, eager)
        programs.join("S")
    return log


def in_two(programs, program, s, eager):
    log, began = [], now()
    programs.clear()

    def note(text):
        log.append((round(now() - began, 6), text))

    async def back(worker):
        await programs.work(program, worker, "J", note, s.work, s.note)

    s.setup(program, note, back)
    start(programs, program, note, s.work, s.note, eager)
    s.join()
    return log


KINDS = ["loops", "threads", *(["eager", "eager threads"] if sys.version_info >= (3, 12) else [])]


@pytest.mark.parametrize("chunk", seeds(), ids=lambda chunk: str(chunk.start))
@pytest.mark.parametrize("kind", KINDS)
def test_random_programs_run_in_the_order_of_one_process(session, programs, kind, chunk):
    eager = kind.startswith("eager")
    made = {seed: programs.make(seed, threads=kind.endswith("threads")) for seed in chunk}
    expected = {seed: in_one_process(programs, program, eager) for seed, program in made.items()}
    with session("fuzz_submission") as s:
        found = {seed: in_two(programs, program, s, eager) for seed, program in made.items()}
    assert {seed: (expected[seed], found[seed]) for seed in made if found[seed] != expected[seed]} == {}
