"""Drives worker processes: they make facts, and then findings, of as many files at once as there are cores.

In: files to parse, the largest first, as soon as it is known that they are needed; then all paths to analyse,
for each process a stretch of neighbours in ever smaller batches; who is done takes over the last ones of another.
Out: facts in the store, findings in the order of paths. Plain pipes to
`sys.executable` work the same on every platform. A parser that dies takes down a worker and one file, not the
run.

What a cold run can't go below is the time of the native parser and the walk, divided by the processes; all
else runs beside it: workers parse while the caller still follows imports, and analyse their share of the
modules as soon as nothing is left to parse. What several workers need (inherited classes, helpers) is inferred
by each of them, a twentieth of the whole; so each has neighbours, and begins with many of them.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import sys
import threading
from collections import deque
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any, Final, Self

import msgspec

from rules.findings import RawFinding

from . import pipe
from .sources import relative

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Sequence

    from rules.settings import Settings

    from .store import FactStore

ENOUGH: Final = 400_000  # bytes to parse that make the start of processes worth while
KNOWN_COSTS: Final = 4  # analysing a file whose facts are known takes a quarter of what parsing takes
_PART: Final = 3  # a batch is this part of what is left of a process's stretch
_LEAST_BATCH: Final = 20_000  # bytes
_Batch = tuple[int, list[str]]  # its number, its paths
_Found = tuple[list[RawFinding], dict[str, bool]]


class Unavailable(Exception):  # noqa: N818 -- the caller does without
    """Processes can't be started here."""


class WorkerFailed(Exception):  # noqa: N818 -- said as such
    """The analysis failed in a worker; the message is its traceback."""


def processes() -> int:
    """How many may work at once."""
    available = getattr(os, "sched_getaffinity", None)
    return min(len(available(0)) if available is not None else os.cpu_count() or 1, 16)


class Pool:
    """The workers of one run; a context manager, which ends them."""

    def __init__(
        self, count: int, root: str, settings: Settings, store: FactStore, present: Iterable[str] = ()
    ) -> None:
        """present: paths that count as files, on the disk or not."""
        self.asked: dict[str, bool] = {}
        self._root = root
        self._job = pipe.encode((root, settings, list(present)))
        self._store = store
        self.lock = threading.RLock()  # guards what follows, and the store
        self._changed = threading.Condition(self.lock)
        self._to_parse: list[tuple[int, bytes, bytes]] = []  # a heap: minus size, key, bytes
        self._parsing: set[bytes] = set()  # queued or at work
        self._batches: list[deque[_Batch]] = [deque() for _ in range(count)]  # of each process
        self._found: dict[int, list[RawFinding]] = {}
        self._open = 0  # batches that have no findings yet
        self._failure: Exception | None = None
        self._closed = False
        self._running: set[subprocess.Popen[bytes]] = set()
        self._threads = [
            threading.Thread(target=self._guarded, args=(number,), name="worker") for number in range(count)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            if kind is not None:
                for process in self._running:
                    process.kill()
        for thread in self._threads:
            thread.join()

    def parse(self, contents: dict[bytes, bytes]) -> None:
        """Have facts made of these, by key, some time."""
        with self._changed:
            for key, content in contents.items():
                if key not in self._parsing:
                    self._parsing.add(key)
                    heapq.heappush(self._to_parse, (-len(content), key, content))
            self._changed.notify_all()

    def findings(self, paths: Sequence[str], sizes: Sequence[int]) -> list[RawFinding]:
        """The findings of these files, in their order.

        Raises:
            Unavailable: no process can be started.
            WorkerFailed: the analysis failed.
        """
        with self._changed:
            for own, batches in zip(self._batches, stretches(paths, sizes, len(self._threads)), strict=True):
                for batch in batches:
                    own.append((self._open, batch))
                    self._open += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._open or self._failure is not None)
            if self._failure is not None:
                raise self._failure
        return [raw for index in sorted(self._found) for raw in self._found[index]]

    def _guarded(self, number: int) -> None:
        try:
            self._drive(number)
        except Exception as error:  # noqa: BLE001 -- raised in the thread that waits for findings
            with self._changed:
                self._failure = self._failure or error
                self._changed.notify_all()

    def _take(self, number: int) -> tuple[bytes, Any, Any] | None:
        """The next thing to do for a process; None when there will be no more."""
        with self._changed:
            while True:
                if self._failure is not None or self._closed:
                    return None
                if self._to_parse:
                    _, key, content = heapq.heappop(self._to_parse)
                    return pipe.FACTS, key, content
                if self._batches[number]:
                    return pipe.FINDINGS, *self._batches[number].popleft()
                longest = max(self._batches, key=len)
                if longest:
                    return pipe.FINDINGS, *longest.pop()
                self._changed.wait()

    def _drive(self, number: int) -> None:
        """Feed one worker until nothing is to be done; a new one when it dies."""
        process: subprocess.Popen[bytes] | None = None
        try:
            while (task := self._take(number)) is not None:
                if process is None:
                    process = self._start()
                try:
                    self._do(process, *task)
                except pipe.Gone:
                    self._end(process)
                    process = None
                    self._died(*task)
        finally:
            if process is not None:
                self._end(process)

    def _do(self, process: subprocess.Popen[bytes], kind: bytes, key: Any, content: Any) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        talk = pipe.Pipe(process.stdout, process.stdin)
        if kind == pipe.FACTS:
            talk.send(kind, content)
            self._made(key, talk.receive()[1])
            return
        talk.send(kind, pipe.encode(content))
        while True:
            said, answer = talk.receive()
            if said == pipe.RESULT:
                findings, asked = msgspec.msgpack.decode(answer, type=_Found)
                self._finish(key, findings, asked)
                return
            if said == pipe.FAILED:
                raise WorkerFailed(answer.decode(errors="replace"))
            self._serve(talk, said, answer.decode(errors="surrogateescape"))

    def _serve(self, talk: pipe.Pipe, said: bytes, path: str) -> None:
        """Give a worker what it asks for."""
        if said == pipe.TEXT:
            content = self._store.read(path)
            talk.send(pipe.SOURCE, content or b"")
            return
        with self._changed:
            key = self._store.key(path)
            self._changed.wait_for(lambda: key not in self._parsing or self._closed)
            encoded = self._store.encoded(path) if said == pipe.LOAD else None
        if encoded is not None:
            talk.send(pipe.KNOWN, encoded)
        elif key is None:
            talk.send(pipe.NOTHING)
        else:
            talk.send(pipe.SOURCE, self._store.read(path) or b"")
            self._made(key, talk.receive()[1])

    def _made(self, key: bytes, encoded: bytes) -> None:
        with self._changed:
            self._store.keep(key, encoded)
            self._parsing.discard(key)
            self._changed.notify_all()

    def _finish(self, index: int, findings: list[RawFinding], asked: dict[str, bool]) -> None:
        with self._changed:
            self._found.setdefault(index, []).extend(findings)
            self.asked.update(asked)
            self._open -= 1
            self._changed.notify_all()

    def _died(self, kind: bytes, key: Any, content: Any) -> None:
        """A worker died at a task: facts that say so, or each file of a batch by itself."""
        if self._closed:
            return
        if kind == pipe.FACTS:
            from . import facts

            detail = {"detail": "the parser's process died"}
            self._made(key, facts.encode(facts.Facts(problem=facts.Problem("crashed", detail, 1, 1))))
        elif len(content) > 1:
            with self._changed:
                self._batches[0].extend((key, [path]) for path in content)
                self._open += len(content) - 1
                self._changed.notify_all()
        else:
            name = relative(content[0], self._root)
            detail = {"detail": "the analyzer's process died"}
            self._finish(key, [RawFinding(name, 1, 1, 1, 1, "SYNTAX", "crashed", detail)], {})

    def _start(self) -> subprocess.Popen[bytes]:
        import subprocess  # not at the top: most runs decide that they need no processes

        command = [sys.executable, "-S", "-c", pipe.CODE, *sys.path]
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise Unavailable(str(error)) from error
        with self._changed:
            self._running.add(process)
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # a dead worker is noticed when it is given something to do
            _send_job(process.stdin, self._job)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._changed:
            self._running.discard(process)
            closed = self._closed and self._failure is None
        if not closed:
            process.kill()
        for end in (process.stdin, process.stdout):
            if end is not None:
                with contextlib.suppress(OSError):  # it is gone already
                    end.close()
        process.wait()


def _send_job(target: IO[bytes], job: bytes) -> None:
    with contextlib.suppress(pipe.Gone):
        pipe.Pipe(target, target).send(pipe.JOB, job)


def stretches(paths: Iterable[str], sizes: Iterable[int], count: int) -> list[list[list[str]]]:
    """For each of `count` processes a stretch of neighbours of about the same size, in ever smaller batches."""
    listed = list(zip(paths, sizes, strict=True))
    share = sum(size for _, size in listed) / count
    made: list[list[tuple[int, list[str]]]] = [[] for _ in range(count)]  # with their sizes
    done = 0
    room = 0.0
    number = -1
    for path, size in listed:
        if number < min(done // share if share else 0, count - 1):
            number += 1
            room = 0.0
        if room <= 0:
            made[number].append((0, []))
            room = max(((number + 1) * share - done) / _PART, _LEAST_BATCH)
        held, batch = made[number][-1]
        made[number][-1] = held + size, [*batch, path]
        room -= size
        done += size
    # A large file at the end of a stretch would keep one process busy when the others have nothing to do.
    return [[batch for _, batch in sorted(own, key=itemgetter(0), reverse=True)] for own in made]
