"""Random asynchronous programs of suite and submission run as in one process: same events, same order, same times.

The programs are those of the simulation's own tests; here they run over the whole bridge. A seed that fails is named.
"""

from __future__ import annotations

from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[1] / "bridge" / "simulation" / "pair" / "programs.py"
SUITE = """
import asyncio, time
import pytest
import programs, solution


def run(program, other, plain):
    log, began = [], time.monotonic()
    def note(text):
        log.append((round(time.monotonic() - began, 6), text))
    async def back(worker):
        await programs.work(program, worker, "J", note, there, plain or note)
    there = other(note, back)
    programs.clear()
    asyncio.run(programs.work(program, 0, "J", note, there, plain or note))
    programs.join("J")
    if plain is None:
        programs.join("S")
    else:
        solution.join()
    return log


def alone(program):
    def other(note, back):
        async def there(worker):
            await programs.work(program, worker, "S", note, back, note)
        return there
    return run(program, other, None)


def together(program):
    def other(note, back):
        solution.setup(program, note, back)
        return solution.work
    return run(program, other, solution.note)


@pytest.mark.parametrize("first", range({first}, {last}, {step}))
def test_programs(first):
    different = []
    for seed in range(first, first + {step}):
        program = programs.make(seed, threads={threads})
        if together(program) != alone(program):
            different.append(seed)
    assert different == []
"""
SUBMISSION = """
import workers

STATE = {}


def setup(program, log, other):
    STATE["program"] = (program, log, other)
    workers.clear()


def note(text):
    STATE["program"][1](text)


async def work(worker):
    program, log, other = STATE["program"]
    await workers.work(program, worker, "S", log, other, log)


def join():
    workers.join("S")
"""


CHUNKS = [(False, first) for first in range(0, 1000, 200)] + [(True, first) for first in range(0, 400, 200)]


@pytest.mark.parametrize(("threads", "first"), CHUNKS)
def test_random_programs(judge, tmp_path, threads, first):
    (tmp_path / "programs.py").write_text(PROGRAMS.read_text("utf-8"), "utf-8")
    suite = SUITE.format(threads=threads, first=first, last=first + 200, step=50)
    (tmp_path / "test_programs.py").write_text(suite, "utf-8")
    files = {"solution.py": SUBMISSION.encode(), "workers.py": PROGRAMS.read_bytes()}
    judgement = judge(tmp_path, "solution").judge_files(files)
    assert [(v.test, v.message) for v in judgement.verdicts if v.kind != "passed"] == []
    assert len(judgement.verdicts) == 4
