"""A pool of worker processes: submissions in, Grades or failures out, in the order in which they are
finished.

A worker has one submission, and while many are waiting a second one that lies in its pipe: so it goes on at once
while what it has done is written down. A submission whose worker fails, dies or passes its deadline is given to a
fresh worker once more; when that fails, too, the failure is this submission's and nobody else's. One that its worker
had not begun just goes back. Failures of the grader are never turned into verdicts.

Workers live in sessions of their own: Ctrl-C reaches the command only, which then ends them and all that
they started.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import msgspec

from grader.errors import GraderError, GraderInternalError, reason_of
from grader.grading.frames import FrameBuffer, encode_frame
from grader.grading.grade import Grade
from grader.grading.worker import Answer, Done, Failed, Hello, Job, Ready, RefusedToStart
from grader.judge.held_folder import HeldFolder
from grader.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from grader.submissions import Submission

FOLDER = "async-grader-run-"
"""The temporary folder of a run: its judges and analyzers make theirs in it."""
_TRIES = 2
_START_LIMIT = 120.0
"""Seconds for a worker to import, open its judge and collect the suite."""
_MARGIN = 60.0
"""Seconds beyond the tests' own limits: starting processes, the analyzer, a busy machine."""
_POLITE = 3.0
_LAST_MOMENT = 1.0
_DEATHS_BEFORE_READY = 3
_AHEAD = 32 * 1024
"""Bytes of a submission that may lie in a worker's pipe: what does not fit would hold up the command."""
_PLENTY = 4
"""Submissions waiting for each worker while it may have a second one; near the end nobody is to wait for another."""
_REASON_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission: its Grade, or why the grader failed at it."""

    submission: Submission
    grade: Grade | None = None
    failure: str | None = None


@dataclass(slots=True)
class _Task:
    submission: Submission
    tries: int = 0
    is_large: bool = False
    """It was found not to fit into a worker's pipe: not to be encoded again just to see that."""


@dataclass(slots=True, eq=False)
class _Worker:
    number: int
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    deadline: float
    buffer: FrameBuffer = field(default_factory=FrameBuffer)
    ready: bool = False
    tasks: deque[_Task] = field(default_factory=deque)
    """What it is at, and what it does next."""
    reason: str = ""

    @property
    def output(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout


class Pool:
    """Workers for one exercise; a context manager, used by one thread."""

    def __init__(
        self,
        hello: Hello,
        *,
        jobs: int,
        wall_limit: float,
        command: tuple[str, ...] | None = None,
        earlier: Callable[[Submission], bytes | None] = lambda _submission: None,
    ) -> None:
        """Prepare; workers are started when there is work.

        Args:
            hello: What every worker is told.
            jobs: How many workers at most.
            wall_limit: Real seconds that one test may take.
            command: How to start a worker; default: this interpreter.
            earlier: Gives the JSON of a Grade whose verdicts still hold for a submission.
        """
        self._hello = hello
        self._jobs = jobs
        self._wall_limit = wall_limit
        self._earlier = earlier
        self._command = command or (sys.executable, "-m", "grader.grading.worker")
        self._workers: list[_Worker] = []
        self._open = contextlib.ExitStack()
        self._selector = selectors.DefaultSelector()
        self._patience = _START_LIMIT
        self._early_deaths = 0

    def __enter__(self) -> Self:
        try:
            self._folder = self._open.enter_context(HeldFolder(FOLDER)).path
        except OSError as error:
            raise GraderError(
                _("No temporary folder can be made: {reason}.").format(reason=reason_of(error)),
                where=tempfile.gettempdir(),
                todo=_("Make room there, or name another folder with TMPDIR."),
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            if (
                kind is not None
            ):  # at once, all of them: somebody who presses Ctrl-C twice must leave nothing behind
                _kill(worker.process)
            if worker.process.stdin is not None:
                with contextlib.suppress(OSError):
                    worker.process.stdin.close()
        until = time.monotonic() + (_POLITE if kind is None else 0.0)
        for worker in list(self._workers):
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.process.wait(max(0.0, until - time.monotonic()))
            self._end(worker)
        self._selector.close()
        self._open.close()

    def grade(self, submissions: Iterable[Submission]) -> Iterator[Outcome]:
        """Grade all, yielding each outcome when it is known.

        Raises:
            GraderError: A worker says that this exercise cannot be graded here.
            GraderInternalError: Workers die before they are ready.
        """
        waiting = deque(_Task(submission) for submission in submissions)
        while waiting or any(worker.tasks for worker in self._workers):
            self._hand_out(waiting)
            busy = [worker for worker in self._workers if worker.tasks or not worker.ready]
            timeout = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
            outcomes = [
                outcome
                for key, _events in self._selector.select(timeout)
                for outcome in self._read(key.data, waiting)
            ]
            self._hand_out(waiting)  # workers go on while what they have done is written down
            yield from outcomes
            now = time.monotonic()
            for worker in list(self._workers):
                if (worker.tasks or not worker.ready) and worker.deadline < now:
                    worker.reason = _("It passed its deadline.")
                    yield from self._bury(worker, waiting)

    def _hand_out(self, waiting: deque[_Task]) -> None:
        ready = [worker for worker in self._workers if worker.ready]
        for worker in ready:
            if waiting and not worker.tasks:
                self._give(worker, waiting.popleft())
        for worker in ready:
            if len(waiting) > _PLENTY * self._jobs and len(worker.tasks) == 1 and not waiting[0].is_large:
                task = waiting.popleft()
                if not self._give(worker, task, longest=_AHEAD):
                    task.is_large = True
                    waiting.appendleft(task)
        starting = sum(not worker.ready for worker in self._workers)
        while len(self._workers) < self._jobs and starting < len(waiting):
            self._start()
            starting += 1

    def _give(self, worker: _Worker, task: _Task, longest: int | None = None) -> bool:
        """Send it to a worker, unless that would be more than `longest` bytes: was it sent?"""
        frame = encode_frame(Job(task.submission, self._earlier(task.submission)))
        if longest is not None and len(frame) > longest:
            return False
        worker.tasks.append(task)
        if len(worker.tasks) == 1:
            self._begun(worker)
        assert worker.process.stdin is not None
        with contextlib.suppress(OSError):  # it has died: the end of its output will say so
            worker.process.stdin.write(frame)
            worker.process.stdin.flush()
        return True

    def _begun(self, worker: _Worker) -> None:
        """It is at its first submission from now on."""
        worker.tasks[0].tries += 1
        worker.deadline = time.monotonic() + self._patience

    def _start(self) -> None:
        number = min(set(range(self._jobs)) - {worker.number for worker in self._workers})
        log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the worker
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(self._folder)},
        )
        worker = _Worker(number, process, log, time.monotonic() + _START_LIMIT)
        self._workers.append(worker)
        os.set_blocking(worker.output.fileno(), False)
        self._selector.register(worker.output, selectors.EVENT_READ, worker)
        assert process.stdin is not None
        hello = msgspec.structs.replace(self._hello, number=number)
        with contextlib.suppress(OSError):
            process.stdin.write(encode_frame(hello))
            process.stdin.flush()

    def _read(self, worker: _Worker, waiting: deque[_Task]) -> Iterator[Outcome]:
        if worker not in self._workers:
            return
        piece = os.read(worker.output.fileno(), 1 << 20)
        if not piece:
            with contextlib.suppress(
                subprocess.TimeoutExpired
            ):  # so that its own status is told, not our signal
                worker.process.wait(_LAST_MOMENT)
            yield from self._bury(worker, waiting)
            return
        for body in worker.buffer.feed(piece):
            answer = msgspec.msgpack.decode(body, type=Answer)
            match answer:
                case Ready(tests):
                    worker.ready = True
                    self._early_deaths = 0
                    self._patience = _MARGIN + self._wall_limit * (tests + 1)
                case RefusedToStart(what, where, todo):
                    raise GraderError(what, where=where, todo=todo)
                case Done(grade):
                    task = worker.tasks.popleft()
                    if worker.tasks:
                        self._begun(worker)
                    yield Outcome(task.submission, grade=Grade.model_validate_json(grade))
                case Failed(reason):
                    worker.reason = reason

    def _bury(self, worker: _Worker, waiting: deque[_Task]) -> Iterator[Outcome]:
        """End a worker that is of no more use; its submission gets another try, or a failure."""
        words = self._end(worker)
        reason = worker.reason or words
        if not worker.tasks:
            if not worker.ready:
                self._early_deaths += 1
                if self._early_deaths >= _DEATHS_BEFORE_READY:
                    raise GraderInternalError(_("Workers die while starting: {reason}").format(reason=reason))
            return
        task = worker.tasks.popleft()
        waiting.extendleft(worker.tasks)
        if task.tries < _TRIES:
            waiting.appendleft(task)
        else:
            yield Outcome(task.submission, failure=reason)

    def _end(self, worker: _Worker) -> str:
        """Kill a worker with everything in its session, close what leads to it, and return its last words."""
        _kill(worker.process)
        status = worker.process.wait()
        self._workers.remove(worker)
        self._selector.unregister(worker.output)
        worker.output.close()
        if worker.process.stdin is not None:
            with contextlib.suppress(OSError):
                worker.process.stdin.close()
        with worker.log as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _REASON_LIMIT))
            words = log.read().decode("utf-8", "replace").strip()
        ended = _("The worker ended with status {status}.").format(status=status)
        return f"{ended} {words.splitlines()[-1]}\n{words}" if words else ended


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
