"""A plain grader, to prove attacks against: pytest in one process with the submission, as all graders do it today.

Run as a script, it has pytest imported and forks for every line of JSON on its standard input: a throw-away process in
the folder where suite and submission lie side by side, in a session of its own, with resource limits, so that what an
attack does is done to nothing else. The answer is a line of JSON: what a grader would believe that reads the exit code,
one that reads the results file, and one that shows the output to the student.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from contextlib import suppress
from pathlib import Path

PATIENCE = 15.0
"""Seconds for one proof, on a busy machine."""
HANGING = 2.0
"""Seconds after which what should never end has not ended."""
OPTIONS = (
    "--junitxml=results.xml",
    "-rA",
    "-q",
    "--color=no",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
    "-p",
    "pytest_asyncio.plugin",
    "-o",
    "asyncio_mode=auto",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
)


def limit() -> None:
    """What an attack may use up at the most. It is not confined otherwise: that is the point."""
    for name, most in (
        (resource.RLIMIT_AS, 3 << 30),
        (resource.RLIMIT_CPU, 10),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))


def start(folder: Path, target: str, *, cold: bool) -> int:
    """Run the suite in a new process; returns its number."""
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(folder),
    }
    output = open(folder / "output.txt", "wb")  # noqa: SIM115
    if cold:
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", target, *OPTIONS],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=limit,
        ).pid
    pid = os.fork()
    if pid:
        output.close()
        return pid
    os.setsid()
    limit()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, source in ((0, nothing), (1, output.fileno()), (2, output.fileno())):
        os.dup2(source, number)
    os.chdir(folder)
    os.environ.update(environment)
    sys.path.insert(0, str(folder))
    sys.argv[:] = ["pytest", target, *OPTIONS]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    import pytest

    sys.exit(int(pytest.main([target, *OPTIONS])))


def wait(pid: int, patience: float) -> int | None:
    """The exit code of `pid`, once all that it started has ended too; None when it had to be killed."""
    until, code = time.monotonic() + patience, None
    while time.monotonic() < until:
        try:
            ended, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if ended == pid:
            code = os.waitstatus_to_exitcode(status)
            until = min(until, time.monotonic() + 3)
        if ended == 0:
            time.sleep(0.01)
    sweep()
    return code


def sweep() -> None:
    """Kill all that is left: as a subreaper this process inherits it."""
    while True:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError, IndexError):
                    if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == os.getpid():
                        os.kill(int(entry.name), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def reported(path: Path) -> dict[str, str]:
    """What a file of results says: test -> passed, failed, error or skipped."""
    found = {}
    with suppress(OSError, ElementTree.ParseError):
        for case in ElementTree.parse(path).iter("testcase"):
            parts = case.get("classname", "").split(".")[1:]
            outcome = next(
                (each.tag for each in case if each.tag in ("failure", "error", "skipped")), "passed"
            )
            found["::".join([*parts, case.get("name", "")])] = outcome
    return found


def main() -> None:
    import asyncio  # noqa: F401  # imported before the forks
    import unittest.mock  # noqa: F401

    import _pytest.junitxml  # noqa: F401
    import pytest_asyncio.plugin  # noqa: F401

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    for line in sys.stdin:
        order = json.loads(line)
        folder = Path(order["folder"])
        pid = start(folder, order["target"], cold=order["cold"])
        code = wait(pid, HANGING if order["hangs"] else PATIENCE)
        output = (folder / "output.txt").read_text(errors="replace")
        answer = {"code": code, "report": reported(folder / "results.xml"), "output": output[-200_000:]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
