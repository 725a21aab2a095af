"""Grading in bulk against one cold pytest process per submission, in one run.

    python tests/benchmarks/bulk.py [--submissions N] [--baseline N] [--json FILE]

Two suites of 20 tests: one without sleeps, one that sleeps two seconds in all. The baseline is a fresh `python -m
pytest` per submission, plugins not searched for, nothing confined: one after another, as most graders do it, and as
many at a time as there are cores. Ours is the command `grader grade`: confined, with analyzer, feedback and reports.
Every run has an output folder of its own and nothing cached. On a machine that others use, too, believe the processor
time: of all processes of a run, without what only starting costs.

Both suites only define things when they are imported, as those of the course do: they are collected once for all.

Then: where the milliseconds of one submission go, how the rate grows with the cores, and what memory is needed.

The limit is made of two forks that nothing can do without. `limit`: a fork of a warm pytest session that collects and
runs the 20 tests with the solution in its own process, and does nothing else. `confined`: a fork that is confined as a
submission is, and ends at once. Where they take 30 and 5 ms, twice the limit is 70. Sixty times a cold process that
sleeps two seconds, with one on each of two cores, would be 43 ms for everything; one after another, 87.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CORES = len(os.sched_getaffinity(0))
TESTS = 20
SLEPT = 2.0
SOLUTION = """\
import asyncio


async def cook(number, seconds):
    await asyncio.sleep(seconds)
    return number * number


async def serve(numbers):
    return sorted(numbers)
"""
SUITES = {
    "no sleeps": f"""\
import pytest
from kitchen import serve


@pytest.mark.parametrize("number", range({TESTS}))
async def test_serve(number):
    assert await serve([number, 1, 0]) == sorted([number, 1, 0])
""",
    "two seconds of sleep": f"""\
import pytest
from kitchen import cook


@pytest.mark.parametrize("number", range({TESTS}))
async def test_cook(number):
    assert await cook(number, {SLEPT / TESTS}) == number * number
""",
}


def make_exercise(folder: Path, suite: str) -> Path:
    """An exercise with one of the suites."""
    (folder / "hidden").mkdir(parents=True)
    (folder / "reference").mkdir()
    (folder / "exercise.toml").write_text('module = "kitchen"\n')
    (folder / "hidden" / "test_kitchen.py").write_text(suite)
    (folder / "reference" / "kitchen.py").write_text(SOLUTION)
    return folder


def make_submissions(folder: Path, number: int) -> Path:
    """`number` submissions, no two with the same content."""
    for index in range(number):
        place = folder / f"student-{index:05}"
        place.mkdir(parents=True)
        (place / "kitchen.py").write_text(f"{SOLUTION}\n# {index}\n")
    return folder


def cold_pytest(exercise: Path, submissions: Path, at_once: int) -> tuple[float, float]:
    """Seconds and processor seconds for a fresh pytest process per submission, `at_once` at a time."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    suite = str(exercise / "hidden")
    words = ["-q", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin", "-o", "asyncio_mode=auto"]
    words += ["-o", "asyncio_default_fixture_loop_scope=function"]

    def one(folder: Path) -> None:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *words,
                f"--rootdir={suite}",
                f"--config-file={os.devnull}",
                suite,
            ],
            env={**environment, "PYTHONPATH": str(folder)},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    began, used = time.perf_counter(), _cpu(resource.getrusage(resource.RUSAGE_CHILDREN))
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, sorted(submissions.iterdir())))
    return time.perf_counter() - began, _cpu(resource.getrusage(resource.RUSAGE_CHILDREN)) - used


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


@dataclass(frozen=True)
class Run:
    """What one `grader grade` took: seconds, processor seconds of all processes, most bytes of the command."""

    seconds: float
    cpu: float
    memory: int


def graded(exercise: Path, submissions: Path, out: Path, jobs: int = CORES) -> Run:
    """Run `grader grade`; every test has to pass."""
    words = ["grade", str(exercise), str(submissions), "--out", str(out), "--jobs", str(jobs), "--lang", "en"]
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "grader", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise SystemExit(f"grader grade ended with {process.returncode}")
    grades = [json.loads(line) for line in (out / "grades.jsonl").open()]
    assert all(verdict["kind"] == "passed" for grade in grades for verdict in grade["verdicts"])
    return Run(seconds, _cpu(usage), usage.ru_maxrss * 1024)


def stages(exercise: Path, number: int = 30) -> dict[str, float]:
    """Median milliseconds of each stage of one submission, on one core. What the judge tells is looked at each half
    millisecond here, and at the end of a submission otherwise."""
    from grader.course.exercise import load_exercise
    from grader.grading.judging import open_judge
    from grader.grading.linting import Linted, LintProcess
    from grader.grading.settings import GradingSettings
    from grader.grading.submission_grade import grade_submission
    from grader.judge import client, messages
    from grader.reports.html import feedback_page
    from grader.submissions import Submission, content_hash

    found: dict[str, list[float]] = {}
    loaded = load_exercise(exercise)
    settings = GradingSettings()
    stamps: list[tuple[float, Any]] = []
    began = time.perf_counter()
    with open_judge(loaded, settings, 0) as judge, LintProcess() as linter:
        warm = time.perf_counter() - began
        client.LOOK = 0.0005
        notes = judge._notes
        read = notes.new

        def recorded() -> Iterator[Any]:
            for event in read():
                stamps.append((time.perf_counter(), event))
                yield event

        notes.new = recorded
        began = time.perf_counter()
        linter.lint({"kitchen.py": SOLUTION.encode()}, loaded.lint, language="en")
        warm_lint = time.perf_counter() - began
        for index in range(number):
            files = {"kitchen.py": f"{SOLUTION}\n# {index}\n".encode()}
            submission = Submission(f"s{index}", files, content_hash(files))
            stamps.clear()
            begin = time.perf_counter()
            linter.lint(files, loaded.lint, language="en")
            lint = time.perf_counter()
            judgement = judge.judge(submission, seed=1)
            end = time.perf_counter()
            tests = [at for at, event in stamps if isinstance(event, messages.Began) and event.test]
            forked = next(at for at, event in stamps if isinstance(event, messages.Began))
            last = next(at for at, event in reversed(stamps) if isinstance(event, messages.Done))
            over = next(at for at, event in stamps if isinstance(event, messages.Over))

            said = SimpleNamespace(
                tests=judge.tests,
                judge=lambda *_a, result=judgement, **_k: result,
                lint=lambda *_a, **_k: Linted(),
            )
            before = time.perf_counter()
            grade = grade_submission(loaded, submission, settings, judge=said, linter=said)
            made = time.perf_counter()
            feedback_page(grade, "en")
            for name, seconds in {
                "lint": lint - begin,
                "fork of the judge, spawn of the sandbox": forked - lint,
                "import": tests[0] - forked,
                f"{TESTS} tests": last - tests[0],
                "end of the session": over - last,
                "end of the fork": end - over,
                "Grade and its text": made - before,
                "page of feedback": time.perf_counter() - made,
            }.items():
                found.setdefault(name, []).append(seconds * 1000)
    middle = {name: round(statistics.median(values), 2) for name, values in found.items()}
    return {
        **middle,
        "together": round(sum(middle.values()), 2),
        "once: judge warm": round(warm * 1000, 1),
        "once: analyzer warm": round(warm_lint * 1000, 1),
    }


LIMIT = """
import os, statistics, sys
import pytest
from grader.judge.command_line import arguments


class Forks:
    def __init__(self):
        self.used = []
        self.forked = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session):
        for _ in range(NUMBER):
            pid = os.fork()
            if pid == 0:
                self.forked = True
                return
            usage = os.wait4(pid, 0)[2]
            self.used.append(usage.ru_utime + usage.ru_stime)
        sys.__stderr__.write(str(statistics.median(self.used) * 1000))
        sys.__stderr__.flush()
        os._exit(0)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        if self.forked:
            os._exit(0)


pytest.main(arguments(SUITE), plugins=[Forks()])
"""


def limit(exercise: Path, number: int = 30) -> float:
    """Processor milliseconds of a fork of a warm pytest session that runs the suite with a solution in its own process:
    no bridge, no sandbox, no verdicts. Nothing that judges with pytest is quicker.
    """
    suite = exercise / "hidden"
    program = LIMIT.replace("NUMBER", str(number)).replace("SUITE", repr(str(suite)))
    path = os.pathsep.join((str(exercise / "reference"), str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stderr.strip().splitlines()[-1])


def confined(number: int = 100) -> float:
    """Processor milliseconds of a confined process that does nothing, and of the zygote that forks it."""
    from grader.sandbox.launcher import Zygote
    from grader.sandbox.limits import Limits

    def used(pid: int) -> int:
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        return sum(map(int, times))

    with Zygote(core=0, entry="builtins:print") as zygote:
        for _ in range(3):
            zygote.spawn({"kitchen.py": SOLUTION.encode()}, Limits()).wait(10)
        before = used(zygote.pid)
        for _ in range(number):
            zygote.spawn({"kitchen.py": SOLUTION.encode()}, Limits()).wait(10)
        return (used(zygote.pid) - before) * 1000 / os.sysconf("SC_CLK_TCK") / number


def measure(number: int, baseline: int) -> dict[str, Any]:
    """Everything, as plain values."""
    result: dict[str, Any] = {"cores": CORES, "tests": TESTS}
    with tempfile.TemporaryDirectory(prefix="async-grader-bench-") as name:
        folder = Path(name)
        few = make_submissions(folder / "few", max(4, number // 10))
        many = make_submissions(folder / "many", number)
        cold = make_submissions(folder / "cold", baseline)
        for index, (suite, text) in enumerate(SUITES.items()):
            exercise = make_exercise(folder / f"exercise-{index}", text)
            count = baseline if index == 0 else max(2 * CORES, baseline // 4)
            slow = folder / f"cold-{index}"
            slow.mkdir()
            for path in sorted(cold.iterdir())[:count]:
                (slow / path.name).symlink_to(path)
            alone = count / cold_pytest(exercise, slow, 1)[0]
            cold_seconds, cold_cpu = cold_pytest(exercise, slow, CORES)
            cold_rate, cold_cpu = count / cold_seconds, cold_cpu / count
            short = graded(exercise, few, folder / f"few-{index}")
            long = graded(exercise, many, folder / f"many-{index}")
            more = number - len(list(few.iterdir()))
            steady, cpu = more / (long.seconds - short.seconds), (long.cpu - short.cpu) / more
            result[suite] = {
                "cold pytest per second, one after another": round(alone, 2),
                "cold pytest per second, one on each core": round(cold_rate, 2),
                "grader per second, whole command": round(number / long.seconds, 2),
                "grader per second, once warm": round(steady, 2),
                "times one after another, whole command": round(number / long.seconds / alone, 1),
                "times one after another, once warm": round(steady / alone, 1),
                "times one on each core, whole command": round(number / long.seconds / cold_rate, 1),
                "times one on each core, once warm": round(steady / cold_rate, 1),
                "processor ms each, cold pytest": round(cold_cpu * 1000),
                "processor ms each, grader, once warm": round(cpu * 1000),
                "times, by processor time": round(cold_cpu / cpu, 1),
                "times, by processor time and sleep": round((cold_cpu + SLEPT * index) / cpu, 1),
            }
            show(suite, result[suite])
        exercise = folder / "exercise-0"
        result["one submission, ms"] = stages(exercise)
        alone, bare = limit(exercise), confined()
        result["one submission, ms"] |= {
            "limit: pytest alone in a fork, processor": round(alone, 2),
            "limit: a confined fork that does nothing, processor": round(bare, 2),
            "times the limit, no sleeps, once warm": round(
                result["no sleeps"]["processor ms each, grader, once warm"] / (alone + bare), 2
            ),
        }
        show("one submission on one core, ms", result["one submission, ms"])
        rates, peaks = {}, {}
        for jobs in sorted({1, CORES}):
            run = graded(exercise, many, folder / f"jobs-{jobs}", jobs)
            rates[str(jobs)] = round(number / run.seconds, 2)
        for place in (few, many):
            run = graded(exercise, place, folder / f"memory-{place.name}")
            peaks[f"{len(list(place.iterdir()))} submissions"] = round(run.memory / 2**20, 1)
        result["per second by workers"], result["memory of the command, MB"] = rates, peaks
        show("submissions per second by workers", rates)
        show("memory of the command, MB", peaks)
    return result


def show(title: str, values: dict[str, Any]) -> None:
    """A small table."""
    print(title)
    for name, value in values.items():
        print(f"  {name:51} {value:>10}")
    sys.stdout.flush()


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--baseline", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    result = measure(options.submissions, options.baseline)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
