"""A class of 2,000, graded in one command; and again with kill -9 in the middle: nothing differs.

    python tests/bulk/run.py [NUMBER] [--folder DIR] [--isolation LEVEL]

A line every ten seconds says how far it is. There is no limit of time, for a busy machine needs many times what a quiet
one does; a run that writes nothing into its journals for five minutes is ended, and that is a failure.

Exit code 1 when a verdict is not as declared, a process outlives its command, or a gradebook differs.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

from class_generator import EXERCISES, ROOT, make_class
from verdicts import differences

GRACE = 10.0
"""Seconds for processes to be gone after their command was killed: one that was just starting sees it when it is up."""
PACE = 10.0
"""Seconds from one line of progress to the next."""
STALLED = 300.0
"""Seconds without a new Grade after which a run is ended."""


def command(folder: Path, out: Path, *more: str) -> list[str]:
    """The one command."""
    words = ["grade", "all", str(folder / "in"), "--course", str(folder / "course"), "--out", str(out)]
    return [sys.executable, "-m", "grader", *words, "--lang", "en", *more]


def start(words: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start it; what it says goes to `log`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("ab") as file:
        return subprocess.Popen(words, env=environment, stdout=file, stderr=file)


def graded(out: Path) -> int:
    """Lines of all journals."""
    return sum(path.read_bytes().count(b"\n") for path in out.glob("*/journal.jsonl"))


def follow(process: subprocess.Popen[bytes], out: Path, until: int, total: int | None = None) -> None:
    """Wait until it has ended or `until` Grades are safe; with `total`, say now and then how many of them are.

    Raises:
        TimeoutError: No Grade was added for `STALLED` seconds; the command was ended.
    """
    began = said = moved = time.monotonic()
    safe = -1
    while process.poll() is None:
        now, before, safe = time.monotonic(), safe, graded(out)
        if safe >= until:
            return
        moved = now if safe > before else moved
        if total is not None and now - said >= PACE:
            said = now
            say(f"  {safe} of at most {total} contents graded", began)
        if now - moved > STALLED:
            process.kill()
            process.wait()
            raise TimeoutError(f"no new Grade for {STALLED:.0f} seconds after {safe}")
        time.sleep(0.02 if total is None else 0.2)


def kill_at(process: subprocess.Popen[bytes], out: Path, number: int, total: int | None = None) -> list[str]:
    """Kill it with -9 once `number` Grades are safe; return what of it still lives after a while."""
    follow(process, out, number, total)
    family = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + GRACE
    while (alive := [each for each in family if _born(each.pid) == each.born]) and time.monotonic() < until:
        time.sleep(0.05)
    return [f"{each.pid}, child of {each.parent}: {each.command}" for each in alive]


class Descendant(NamedTuple):
    """A process, known by when it was started, too: numbers are used again."""

    pid: int
    parent: int
    born: str
    command: str


def descendants(pid: int) -> list[Descendant]:
    """Everything that `pid` started, and what that started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        for child in children.get(parent, []):
            if born := _born(child):  # else it has ended since the folder was read
                found.append(Descendant(child, parent, born, _command_of(child)))
            waiting.append(child)
    return found


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "gone by now"


def _born(pid: int) -> str:
    fields = _fields(pid)
    return fields[19] if fields and fields[0] != "Z" else ""


def gradebooks(out: Path) -> dict[str, bytes]:
    """All gradebooks of a run."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("gradebook.csv")}


def try_out(number: int, folder: Path, more: list[str]) -> list[str]:
    """Generate, grade, kill, grade again; return what is wrong."""
    began = time.monotonic()
    expected = make_class(folder, number)
    say(f"{number} submissions over {len(EXERCISES)} exercises generated", began)
    whole, stopped = folder / "whole", folder / "stopped"
    began = time.monotonic()
    process = start(command(folder, whole, *more), folder / "whole.log")
    follow(process, whole, sys.maxsize, number)
    status = process.wait()
    say(f"graded in one command, exit code {status}", began)
    wrong = [f"exit code {status}"] * (status != 0)
    wrong += differences(whole, expected)
    say(f"{len(wrong)} not as declared", began)
    began = time.monotonic()
    total = graded(whole)
    killed_at = []
    for share in (0.3, 0.7):
        process = start(command(folder, stopped, *more), folder / "stopped.log")
        alive = kill_at(process, stopped, round(total * share), total)
        killed_at.append(graded(stopped))
        wrong += [f"process {each} outlived its command" for each in alive]
        wrong += [f"half a gradebook: {name}" for name in stopped.rglob("*.part")]
    process = start(command(folder, stopped, *more), folder / "stopped.log")
    follow(process, stopped, sys.maxsize, total)
    status = process.wait()
    say(f"the same, killed with -9 after {killed_at} of {total} contents, exit code {status}", began)
    first, second = gradebooks(whole), gradebooks(stopped)
    if first != second or len(first) != len(EXERCISES) + 1:
        wrong.append(
            f"gradebooks differ: {sorted(name for name in first if first[name] != second.get(name))}"
        )
    journals = [json.loads(line)["key"] for path in stopped.glob("*/journal.jsonl") for line in path.open()]
    if len(journals) != len(set(journals)):
        wrong.append("something was graded twice")
    return wrong


def say(text: str, began: float) -> None:
    """One line, with the time it took."""
    print(f"{time.monotonic() - began:7.1f} s  {text}", flush=True)


def main() -> int:
    """Run it with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("number", nargs="?", type=int, default=2000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--isolation", default="strong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="async-grader-bulk-") as folder:
        place = options.folder or Path(folder)
        try:
            wrong = try_out(options.number, place, ["--isolation", options.isolation])
        except TimeoutError as error:
            wrong = [str(error)]
    for line in wrong:
        print(line)
    print("everything is as declared" if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
