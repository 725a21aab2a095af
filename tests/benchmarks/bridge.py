# ruff: noqa: E501 - programs on one line
"""What crossing the bridge costs: medians, pinned to one core, beside what is promised.

    python tests/benchmarks/bridge.py [--core N] [--isolation LEVEL] [--repeat N]

Each line is measured inside a judge's process, by a suite that calls a submission in its sandbox; times are real. The
machine's noise is in real time: the lowest of the repeats is shown as well, and the processor time of both processes,
which is what a quiet machine would take, for only one of the two ever runs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from grader.judge.client import WarmJudge
from grader.sandbox.limits import Limits

SUITE = """
import asyncio, json, statistics
from time import process_time
from _time import now
from grader.bridge.simulation.errors import Deadlock

import solution

RESULTS = "@RESULTS@"
DEADLOCK = "a deadlock, until it is explained"


def measure(name, count, run, repeat=REPEAT):
    times, used = [], []
    for _ in range(repeat):
        cpu = process_time() + solution.process_time()
        began = now()
        run()
        times.append((now() - began) / count * 1e6)
        if name != DEADLOCK:
            used.append((process_time() + solution.process_time() - cpu) / count * 1e6)
    with open(RESULTS, "a") as file:  # of the judge's own, and read after its process has gone
        print(json.dumps([name, statistics.median(times), min(times), statistics.median(used or [0])]), file=file)


def test_plain():
    f = solution.same
    f(1)
    measure("plain call", 1000, lambda: [f(1) for _ in range(1000)])
    kitchen = solution.Kitchen()
    measure("attribute", 500, lambda: [kitchen.size for _ in range(500)])
    measure("method call", 500, lambda: [kitchen.cook(1) for _ in range(500)])
    measure("call with a plain callback", 500, lambda: [solution.call(int, "1") or solution.call(back, 1) for _ in range(250)])


def back(x):
    return x


async def sleeps():
    await asyncio.sleep(1)


def test_awaiting():
    async def sequence(n):
        for _ in range(n):
            await solution.wait()
    measure("await of a coroutine that sleeps", 300, lambda: asyncio.run(sequence(300)))

    async def many(n):
        await solution.each(sleeps, n)
    measure("awaited callback that sleeps", 500, lambda: asyncio.run(many(500)))


def test_timers():  # three times: each test may move the clock 50,000 times
    async def timers(n):
        await asyncio.gather(*[asyncio.sleep(i / 1000) for i in range(n)])
    measure("10,000 virtual timers of the suite", 1, lambda: asyncio.run(timers(10_000)), 3)


def test_timers_there():
    measure("10,000 virtual timers of the submission", 1, lambda: asyncio.run(solution.timers(10_000)), 3)


def test_values():
    numbers, words = list(range(10_000)), [str(i) for i in range(10_000)]
    table = {str(i): i for i in range(10_000)}
    rows = [[i, str(i), None] * 3 for i in range(1000)]
    measure("list of 10,000 numbers, over and back", 1, lambda: solution.same(list(numbers)))
    measure("list of 10,000 words, over and back", 1, lambda: solution.same(list(words)))
    measure("dict of 10,000, over and back", 1, lambda: solution.same(dict(table)))
    measure("1,000 lists of 9, over and back", 1, lambda: solution.same([list(row) for row in rows]))
    measure("a call while both hold a list of 10,000", 100, lambda: [solution.hold(numbers) for _ in range(100)])


def test_deadlock():
    def run():
        try:
            asyncio.run(solution.never())
        except Deadlock:
            pass
    measure(DEADLOCK, 1, run, 1)

"""
SUBMISSION = """
import asyncio
from time import process_time

HELD = []

def same(x): return x
def call(f, x): return f(x)
def hold(x): HELD[:] = [x]
async def wait(): await asyncio.sleep(1)
async def never(): await asyncio.Event().wait()
async def each(callback, n): await asyncio.gather(*[callback() for _ in range(n)])
async def timers(n): await asyncio.gather(*[asyncio.sleep(i / 1000) for i in range(n)])

class Kitchen:
    size = 1
    def cook(self, x): return x
"""
PROMISED = {
    "plain call": 100,
    "awaited callback that sleeps": 400,
    "10,000 virtual timers of the suite": 1_000_000,
    "10,000 virtual timers of the submission": 1_000_000,
    "list of 10,000 numbers, over and back": 5_000,
    "a deadlock, until it is explained": 20_000,
}


def measured(core: int | None, isolation: str, repeat: int) -> dict[str, tuple[float, ...]]:
    """Microseconds: median and lowest of real time, median of the processor time of both processes."""
    with tempfile.TemporaryDirectory() as folder:
        suite, results = Path(folder, "suite"), Path(folder, "results")
        suite.mkdir()
        clock = "from time import perf_counter\nimport grader.bridge.virtual as v\n"
        clock += "real = v._patches\nimport time as t\nnow = next(f.__closure__ and c.cell_contents for f in [t.perf_counter]"
        clock += " for c in f.__closure__ if callable(c.cell_contents))\n"
        (suite / "_time.py").write_text(clock, "utf-8")
        (suite / "test_bridge.py").write_text(
            SUITE.replace("REPEAT", str(repeat)).replace("@RESULTS@", str(results)), "utf-8"
        )
        limits = Limits(cpu=120, wall=240)
        with WarmJudge(suite, "solution", limits, isolation=isolation, core=core) as judge:
            judgement = judge.judge_files({"solution.py": SUBMISSION.encode()})
        lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    for verdict in judgement.verdicts:
        if verdict.kind not in ("passed", "deadlocked"):
            raise SystemExit(f"{verdict.test}: {verdict.kind} {verdict.message} {verdict.explanation}")
    return {name: tuple(figures) for name, *figures in lines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--isolation", default="none")
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    found = measured(options.core, options.isolation, options.repeat)
    print(f"{'':45}{'median':>12}{'lowest':>12}{'processor':>12}{'promised':>12}   microseconds")
    for name, (median, lowest, used) in found.items():
        promised = PROMISED.get(name)
        print(f"{name:45}{median:12,.0f}{lowest:12,.0f}{used:12,.0f}{f'{promised:12,}' if promised else ''}")


if __name__ == "__main__":
    main()
