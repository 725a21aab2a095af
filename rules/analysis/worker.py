"""Makes facts in other processes: this is what they run, and how they are driven.

A worker reads frames (4 bytes of length, then a file's bytes) and answers each with a frame of encoded facts.
Plain pipes to `sys.executable` work the same on every platform; a parser that dies takes down a worker and
one file, not the run.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from typing import IO, TYPE_CHECKING, Final

from . import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

_CODE: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from rules.analysis.worker import serve; "
    "serve(sys.stdin.buffer, sys.stdout.buffer)"
)
ENOUGH: Final = 400_000  # bytes to parse that make the start of processes worth while


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer frames until the input ends."""

    def run() -> None:
        while (content := read_frame(source)) is not None:
            write_frame(target, facts.encode(facts.build(content)))

    facts.with_deep_stack(run)


def read_frame(source: IO[bytes]) -> bytes | None:
    """The next frame; None at the end of the input or when it is cut short."""
    head = source.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "little")
    content = source.read(length)
    return content if len(content) == length else None


def write_frame(target: IO[bytes], content: bytes) -> None:
    target.write(len(content).to_bytes(4, "little") + content)
    target.flush()


def build_all(contents: Sequence[bytes]) -> list[bytes]:
    """Encoded facts of many files, in their order; in this process when they are few."""
    processes = min(os.cpu_count() or 1, 16, len(contents))
    if processes < 2 or sum(map(len, contents)) < ENOUGH:
        return [facts.encode(facts.build(content)) for content in contents]
    results: list[bytes] = [b""] * len(contents)
    order = sorted(range(len(contents)), key=lambda index: -len(contents[index]))
    waiting = deque(order)  # the largest first, so that no process is left with one at the end
    threads = [threading.Thread(target=_drive, args=(contents, waiting, results)) for _ in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _drive(contents: Sequence[bytes], waiting: deque[int], results: list[bytes]) -> None:
    """Feed one worker until nothing is waiting; a new one when it dies."""
    worker: subprocess.Popen[bytes] | None = None
    try:
        while True:
            try:
                index = waiting.popleft()
            except IndexError:
                return
            if worker is None:
                worker = _start()
            answer = _ask(worker, contents[index])
            if answer is None:
                worker.kill()
                _finish(worker)
                worker = None
                detail = {"detail": "the parser's process died"}
                answer = facts.encode(facts.Facts(problem=facts.Problem("crashed", detail, 1, 1)))
            results[index] = answer
    finally:
        if worker is not None:
            _finish(worker)


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _CODE, *sys.path]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _ask(worker: subprocess.Popen[bytes], content: bytes) -> bytes | None:
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        write_frame(worker.stdin, content)
        return read_frame(worker.stdout)
    except OSError:
        return None


def _finish(worker: subprocess.Popen[bytes]) -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # it is gone already
                pipe.close()
    worker.wait()
