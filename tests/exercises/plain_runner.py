"""Run suites under plain pytest, many times, fast: one warm process that forks for every run.

A program, not a module: jobs arrive as JSON lines on standard input, answers leave as JSON lines on standard
output, in the order of the jobs.

job     {"suite": [folder, ...], "solution": folder, "seed": int, "seconds": limit per test,
         "first": stop at the first failure}
answer  {"tests": {node id without the folder: [outcome, message]}, "collected": bool}

Outcomes are pytest's words (passed, failed, skipped) and "hung" for a test that an alarm had to end. A test
that was never reached because the process died has no entry, which nobody may take for a pass.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest  # noqa: E402
import pytest_asyncio.plugin  # noqa: E402

import grader.pytest_plugin  # noqa: E402

WORKERS = 2
OPTIONS = (
    "-c",
    "pytest.ini",
    "-p",
    "no:cacheprovider",
    "--import-mode=importlib",
    "--strict-markers",
    "--tb=short",
)


class Hung(BaseException):
    """Raised in the middle of a test that takes too long."""


class Recorder:
    """Writes a line for each test when its outcome is known, so that a dying process loses only the rest."""

    def __init__(self, descriptor: int, seed: int, seconds: float) -> None:
        self.descriptor = descriptor
        self.seed = seed
        self.seconds = seconds

    def write(self, test: str, outcome: str, message: str) -> None:
        os.write(self.descriptor, (json.dumps([test, outcome, message]) + "\n").encode())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        random.seed(f"{self.seed} {item.name}")
        signal.setitimer(signal.ITIMER_REAL, self.seconds, 0.5)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = Path(report.nodeid.partition("::")[0]).name + "::" + report.nodeid.partition("::")[2]
        text = report.longreprtext[-4000:]
        if report.when == "call" or report.outcome != "passed":
            hung = report.outcome == "failed" and "Hung" in text[-200:]
            self.write(name, "hung" if hung else report.outcome, text)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.write("", "failed", str(report.longrepr)[-4000:])


def alarm(*_: object) -> None:
    raise Hung


def run_here(job: dict[str, Any], descriptor: int) -> None:
    """Run one suite in this (forked) process and leave."""
    signal.signal(signal.SIGALRM, alarm)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("pytest.ini").write_text(
            "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n", encoding="utf-8"
        )
        sys.path.insert(0, job["solution"])
        with contextlib.suppress(BaseException):
            pytest.main(
                [*OPTIONS, *(["-x"] if job.get("first") else []), "--confcutdir", folder, *job["suite"]],
                plugins=[
                    pytest_asyncio.plugin,
                    grader.pytest_plugin,
                    Recorder(descriptor, job.get("seed", 0), job.get("seconds", 3.0)),
                ],
            )


def start(job: dict[str, Any]) -> tuple[int, int, float]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            run_here(job, writer)
        finally:
            os._exit(0)
    os.close(writer)
    os.set_blocking(reader, False)
    return child, reader, time.monotonic() + job.get("deadline", 60.0)


def finish(child: int, reader: int, deadline: float) -> dict[str, Any]:
    """Collect what the child wrote until it is gone or its time is up."""
    text = b""
    while True:
        with contextlib.suppress(BlockingIOError):
            while part := os.read(reader, 65536):
                text += part
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
        time.sleep(0.01)
    with contextlib.suppress(BlockingIOError):
        while part := os.read(reader, 65536):
            text += part
    os.close(reader)
    tests: dict[str, list[str]] = {}
    for line in text.decode().splitlines():
        name, outcome, message = json.loads(line)
        if name not in tests or outcome != "passed":
            tests[name] = [outcome, message]
    return {"collected": "" not in tests, "tests": tests}


def main() -> None:
    jobs = [json.loads(line) for line in sys.stdin]
    running: list[tuple[int, int, float]] = []
    for job in jobs:
        running.append(start(job))
        if len(running) == WORKERS:
            print(json.dumps(finish(*running.pop(0))), flush=True)
    for rest in running:
        print(json.dumps(finish(*rest)), flush=True)


if __name__ == "__main__":
    main()
