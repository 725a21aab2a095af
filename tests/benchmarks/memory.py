"""The memory of a bulk run, from the first submission to the last report: is it flat?

    python tests/benchmarks/memory.py [--submissions N] [--jobs N]

Different submissions of one test each, graded by the command `grader grade`, confined, with the analyzer and all
reports. Each line says how many are in the journal and what the processes hold by then, in megabytes: their own memory
and their share of what several share (PSS). The last line is the most that the command itself ever had, reports
included: it holds the submissions (a few kilobytes each) and where each Grade is in the journal.

Measured with 10,000 and two workers, beside other work: the command 79 MB at the first thousand as at the last
(80), 118 with the reports; both workers together 43 to 45, both analyzers 51 to 57, judges and sandboxes as many as are
alive just then, 36 to 63 and 22 to 41; 711 seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROLES = {
    "grader.grading.worker": "workers",
    "grader.judge.server": "judges",
    "grader.grading.lint_server": "analyzers",
}
COLUMNS = ("command", *ROLES.values(), "sandboxes")
SUITE = """\
from kitchen import cook


async def test_cook():
    assert await cook() == "soup"
"""
SOLUTION = """\
import asyncio


async def cook():
    await asyncio.sleep(1)
    return "soup"
"""


def make_class(folder: Path, number: int) -> None:
    """An exercise of one test, and `number` submissions of which each differs and every tenth is wrong."""
    exercise = folder / "exercise"
    for place, name, text in (("hidden", "test_kitchen.py", SUITE), ("reference", "kitchen.py", SOLUTION)):
        (exercise / place).mkdir(parents=True)
        (exercise / place / name).write_text(text)
    (exercise / "exercise.toml").write_text('module = "kitchen"\n')
    (folder / "in").mkdir()
    for index in range(number):
        text = SOLUTION if index % 10 else SOLUTION.replace('"soup"', '"tea"')
        (folder / "in" / f"student{index:05}.py").write_text(f"{text}\n\n# student {index}\n")


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def megabytes(pid: int) -> dict[str, float]:
    """What a command and each kind of process under it hold."""
    held = dict.fromkeys(COLUMNS, 0.0)
    for each in family(pid):
        try:
            words = Path(f"/proc/{each}/cmdline").read_bytes().decode(errors="replace")
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        share = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        role = next((role for name, role in ROLES.items() if name in words), "sandboxes")
        held["command" if each == pid else role] += share
    return held


def main() -> None:
    """Grade, and look at it ten times on the way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="async-grader-memory-") as name:
        folder = Path(name)
        make_class(folder, options.submissions)
        words = ["grade", str(folder / "exercise"), str(folder / "in"), "--out", str(folder / "out")]
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "grader", *words, "--jobs", str(options.jobs)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        print("graded".rjust(8), "seconds".rjust(8), *(column.rjust(10) for column in COLUMNS), flush=True)
        journal, said, most = folder / "out" / "journal.jsonl", -1, 0
        while process.poll() is None:
            graded = sum(1 for _ in journal.open("rb")) if journal.exists() else 0
            if graded * 10 // options.submissions > said:
                said = graded * 10 // options.submissions
                held = megabytes(process.pid)
                seconds = time.monotonic() - began
                print(f"{graded:8}{seconds:9.0f} ", *(f"{held[c]:10.1f}" for c in COLUMNS), flush=True)
            most = max(most, most_of(process.pid))
            time.sleep(0.5)
        print(f"exit code {process.returncode}, {time.monotonic() - began:.0f} s;", end=" ")
        print(f"the command at most, reports included: {most / 1024:.0f} MB resident")


def most_of(pid: int) -> int:
    """The most kilobytes that a process was ever resident with."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main()
