"""The tracer that writes a recording: what each task and thread did between two instants of virtual time.

A program may be a part of a larger one whose other half is in another process (`served`): then the tasks that stand for
those of the other half are called by the function of this half that they run, and the time in which this half waits for
the other one, in the middle of a step of its loop, has blocked the loop.
"""

from __future__ import annotations

import sys
import threading
import weakref
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from grader.bridge.simulation.explain import (
    await_chain,
    blocked_in,
    cut,
    is_grader,
    is_own,
    own_frame,
    waiting_task,
)
from grader.bridge.simulation.recording import (
    MAX_ROWS,
    MAX_SPANS,
    OTHER_SIDE,
    End,
    Outcome,
    Recording,
    Row,
    Span,
    State,
    Waits,
)

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

    from grader.bridge.simulation.handover import Waiting
    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process


_CLEANUP = frozenset({"shutdown_asyncgens", "shutdown_default_executor", "_do_shutdown"})
"""What asyncio.run starts after the program's own tasks: no part of the picture."""


class _Draft:
    """A row that is being written."""

    def __init__(self, kind: Any, name: str, function: str, begin: int, most: int) -> None:
        self.most = most
        self.kind = kind
        self.name = name
        self.function = function
        self.begin = self.since = begin
        self.end: int | None = None
        self.ended = End.pending
        self.error = ""
        self.what, self.line, self.file = "", 0, ""
        self.spans: list[Span] = []
        self.steps: list[int] = []

    def add(self, state: State, until: int, what: str, line: int, file: str) -> None:
        if until > self.since and len(self.spans) < self.most:
            self.spans.append(Span(state, self.since, until, what, line, file))
        self.since = until

    def step(self, now: int) -> None:
        if (not self.steps or self.steps[-1] != now) and len(self.steps) < self.most:
            self.steps.append(now)

    def row(self, now: int) -> Row:
        if self.end is None:
            self.add(State.waits, now, self.what, self.line, self.file)
        end = now if self.end is None else self.end
        return Row(
            self.kind,
            self.name,
            self.function,
            self.begin,
            end,
            self.ended,
            self.error,
            self.spans,
            self.steps,
        )


class Recorder:
    """A `Tracer`. `recording` may be asked for at the end. `rows` and `spans` (in a row): as many as are kept."""

    def __init__(
        self, kernel: Kernel, *, served: bool = False, rows: int = MAX_ROWS, spans: int = MAX_SPANS
    ) -> None:
        self._kernel = kernel
        self._served = served
        self._most_rows, self._most_spans = rows, spans
        self._drafts: list[_Draft] = []
        self._omitted = 0
        self._tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], _Draft] = weakref.WeakKeyDictionary()
        self._threads: dict[Process, _Draft] = {}
        self._running: dict[Process, list[_Draft | None]] = {}
        """What runs on the loop of a process, the innermost last: tasks, or (None) callbacks."""
        self._blocked_since: dict[Process, int] = {}

    def _draft(self, kind: str, name: str, function: str) -> _Draft:
        draft = _Draft(kind, cut(name), cut(function), self._kernel.now, self._most_spans)
        if len(self._drafts) < self._most_rows:
            self._drafts.append(draft)
        else:
            self._omitted += 1
        return draft

    @property
    def _is_over(self) -> bool:
        """After a deadlock the program is taken down, which is no part of the picture either."""
        return self._kernel.failure is not None

    # Tasks

    def task_created(self, task: asyncio.Task[Any], process: Process | None) -> None:  # noqa: ARG002
        self._of(task)

    def _of(self, task: asyncio.Task[Any]) -> _Draft:
        draft = self._tasks.get(task)
        if draft is None:
            coroutine = task.get_coro()
            function = str(getattr(coroutine, "__qualname__", type(coroutine).__name__))
            inner = function.rpartition("<locals>.")[2]
            if self._stands_in(coroutine):
                inner = ""
            draft = self._tasks[task] = self._draft("task", task.get_name(), inner)
        return draft

    def step_began(self, task: asyncio.Task[Any] | None, process: Process) -> None:
        running = self._running.setdefault(process, [])
        if task is None or self._is_over:
            running.append(None)
            return
        draft = self._of(task)
        running.append(draft)
        draft.name = cut(task.get_name())
        draft.add(State.waits, self._kernel.now, draft.what, draft.line, draft.file)
        draft.step(self._kernel.now)

    def step_ended(self, task: asyncio.Task[Any] | None, process: Process) -> None:
        running = self._running.get(process)
        if running:
            running.pop()
        if task is None or self._is_over:
            return
        draft, now = self._of(task), self._kernel.now
        draft.since = now
        draft.step(now)
        if not draft.function and self._served:
            draft.function = _outermost(await_chain(task))
        if not task.done():
            waits = waiting_task(task)
            draft.what, draft.line, draft.file = waits.awaits, waits.line, PurePath(waits.file).name
            return
        draft.end = now
        if task.cancelled():
            draft.ended = End.cancelled
        elif (error := _exception_of(task)) is not None:
            draft.ended, draft.error = End.failed, cut(type(error).__name__)
        else:
            draft.ended = End.finished

    # Threads

    def thread_started(self, process: Process) -> None:
        self._threads[process] = self._draft("thread", process.name, "")

    def thread_ended(self, process: Process) -> None:
        draft = self._threads.get(process)  # none, if it had started before this recorder
        if draft is not None and not self._is_over:
            draft.end, draft.ended = self._kernel.now, End.finished

    def process_waits(self, process: Process) -> None:
        if self._is_over:
            return
        if not process.resting or (self._served and self._running.get(process)):
            self._blocked_since[process] = self._kernel.now
        draft = self._threads.get(process)
        if draft is not None:
            thread = threading._active.get(process.ident)  # type: ignore[attr-defined]
            if thread is not None:
                draft.name = cut(thread.name)
            draft.step(self._kernel.now)
            draft.since = self._kernel.now

    def process_resumed(self, process: Process) -> None:
        if self._is_over:
            return
        began, now = self._blocked_since.pop(process, None), self._kernel.now
        frame = sys._getframe(1)
        place = own_frame(frame)
        what = blocked_in(frame) or process.where
        line, file = (place.f_lineno or 0, PurePath(place.f_code.co_filename).name) if place else (0, "")
        if process.where == "time.sleep":
            what = process.where
        if self._served and process.resting:
            what = OTHER_SIDE
        loop_is_blocked = began is not None and bool(process.loops)
        draft = self._threads.get(process)
        if draft is not None:
            state = State.blocks if loop_is_blocked else State.waits
            draft.add(state, now, "" if process.resting else cut(what), line, cut(file))
            draft.step(now)
        if began is None or began == now or (self._served and place is None):
            return
        if process.loops:
            running = next(reversed(self._running.get(process) or [None]))
            if running is None and draft is None:
                running = self._callback(process, began, now)
            if running is not None:
                if self._served and not running.function:
                    running.function = _outermost(_stack(frame))
                running.since = began
                running.add(State.blocks, now, cut(what), line, cut(file))
                running.end = now if running.name == "callback" else running.end
        elif draft is None:
            self._main_waits(process, began, now, cut(what), line, cut(file))

    def _callback(self, process: Process, began: int, now: int) -> _Draft:
        draft = self._draft("task", "callback", "")
        draft.end, draft.ended, draft.begin = now, End.finished, began
        running = self._running.setdefault(process, [])
        if running:
            running[-1] = draft
        return draft

    def _stands_in(self, coroutine: Any) -> bool:
        code = getattr(coroutine, "cr_code", None)
        return self._served and code is not None and is_grader(code.co_filename)

    def _main_waits(self, process: Process, began: int, now: int, what: str, line: int, file: str) -> None:
        """The main thread has a row only when it waits outside of its loop."""
        draft = self._threads[process] = self._draft("thread", "MainThread", "")
        draft.begin, draft.since = 0, began
        draft.add(State.waits, now, what, line, file)

    def recording(
        self,
        outcome: Outcome,
        error: str = "",
        waiting: tuple[Waiting, ...] = (),
        now: int | None = None,
    ) -> Recording:
        """The whole of it. `now`: when the simulation failed, if it did."""
        now = self._kernel.now if now is None else now
        for process, draft in self._threads.items():
            if process is self._kernel.main:
                draft.end, draft.ended = now, End.finished if outcome is Outcome.finished else End.pending
        rows = [draft.row(now) for draft in self._drafts if not _is_cleanup(draft)]
        rows.sort(key=lambda row: row.kind == "thread")
        waits = [Waits(w.name, PurePath(w.file).name, w.line, w.awaits) for w in waiting]
        return Recording(rows, now, outcome, cut(error), waits, self._omitted)


def _is_cleanup(draft: _Draft) -> bool:
    return draft.function.rpartition(".")[2] in _CLEANUP or any(name in draft.name for name in _CLEANUP)


def _exception_of(task: asyncio.Task[Any]) -> BaseException | None:
    """What it raised. Asking does not count as retrieving: asyncio's own warning is part of the lesson."""
    error = getattr(task, "_exception", None)
    return error if isinstance(error, BaseException) else None


def _stack(frame: FrameType | None) -> list[FrameType]:
    """The frames of a thread, outermost first."""
    found = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found[::-1]


def _outermost(frames: list[FrameType]) -> str:
    """The name of the first function of the program itself."""
    code = next((frame.f_code for frame in frames if is_own(frame.f_code.co_filename)), None)
    return "" if code is None else cut(getattr(code, "co_qualname", code.co_name).rpartition("<locals>.")[2])
