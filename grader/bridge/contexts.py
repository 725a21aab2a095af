"""Context variables, as if both sides ran in the same contexts.

In one process a coroutine runs in the context of the task that awaits it, and so does every plain call. So each task
has a number that both sides know; the side that has the task keeps its context, and the other side keeps a counterpart
in which it does everything that this task asks of it. A task starts with a copy of its maker's context, and so does the
counterpart: the birth of a task is told with the next frame, before anything can run there.

Number 0 is the context of a thread outside of tasks, which on both sides is simply the thread's own.
"""

from __future__ import annotations

import asyncio
import weakref
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

from grader.bridge.library import is_entered
from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 200_000
"""Counterparts that one side keeps for the tasks of the other."""


def running_task() -> asyncio.Task[Any] | None:
    """The task whose step is under way on the calling thread, as this side's asyncio sees it."""
    loop = asyncio._get_running_loop()
    return None if loop is None else asyncio.tasks.current_task(loop)


class Contexts:
    """One side's half. `first` is 1 on one side and 2 on the other, so numbers never meet."""

    def __init__(self, first: int) -> None:
        self._first = self._next = first
        self._tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()
        self._own: dict[int, tuple[Callable[[], asyncio.Task[Any] | None], Context]] = {}
        self._counterparts: dict[int, Context] = {}
        self._serving: dict[str, list[tuple[int, asyncio.Task[Any] | None]]] = {}
        self._beginning: dict[str, list[int]] = {}
        """By thread: the tasks that run their first step before they are there."""
        self._root = Context()
        """The main thread's own context, as it was when the last call in it ended."""
        self.born: list[int] = []
        """Flat: number and maker's number of each new task, to be told with the next frame."""
        self.ended: list[int] = []

    def current(self, thread: str) -> int:
        """The number of the context that the calling thread, called `thread`, runs in."""
        task = running_task()
        serving = self._serving.get(thread)
        if serving and serving[-1][1] is task:
            return serving[-1][0]
        if task is None:
            return 0
        number = self._tasks.get(task)
        if number is None and (beginning := self._beginning.get(thread)):
            return beginning[-1]
        return number or 0

    def task_begins(self, context: Context, thread: str) -> int:
        """A task is being made whose first step runs before it is there, an eager one. Returns its number."""
        number, self._next = self._next, self._next + 2
        self._own[number] = (lambda: None, context)
        self.born += (number, self.current(thread))
        self._beginning.setdefault(thread, []).append(number)
        return number

    def task_made(
        self, task: asyncio.Task[Any], context: Context, thread: str, number: int | None = None
    ) -> None:
        """A task of this side's program was made by whatever runs on `thread`. `number`: as `task_begins` said."""
        if number is None:
            number, self._next = self._next, self._next + 2
            self.born += (number, self.current(thread))
        else:
            beginning = self._beginning[thread]
            del beginning[beginning.index(number) :]
            if not beginning:
                del self._beginning[thread]
        self._tasks[task] = number
        self._own[number] = (weakref.ref(task, lambda _: self._end(number)), context)

    def _end(self, number: int) -> None:
        del self._own[number]
        self.ended.append(number)

    def stands_for(self, task: asyncio.Task[Any], number: int) -> None:
        """`task` does something on behalf of the task with that number."""
        self._tasks[task] = number

    def context(self, number: int) -> Context | None:
        """Where to do what task `number` asks; None: wherever we are."""
        if number == 0:
            return None
        if (number - self._first) % 2 == 0:
            own = self._own.get(number)
            return None if own is None else own[1]
        found = self._counterparts.get(number)
        if found is None:
            raise ProtocolError(f"no task has the number {number}")
        return found

    def serve(self, thread: str, number: int, call: Callable[[], Any]) -> Any:
        """Call, on behalf of a task, in its context."""
        task = running_task()
        if number == 0 and not self._serving.get(thread) and task is None:
            try:
                return call()
            finally:
                if thread == "M":
                    self._root = copy_context()
        context = self.context(number)
        serving = self._serving.setdefault(thread, [])
        serving.append((number, task))
        try:
            if context is None or is_entered(context):
                return call()
            return context.run(call)
        finally:
            serving.pop()
            if not serving:
                self._serving.pop(thread, None)

    def told(self) -> tuple[list[int], list[int]]:
        """What the next frame says: births, and ends."""
        born, self.born = self.born, []
        ended = self.ended[:]
        del self.ended[: len(ended)]
        return born, ended

    def learn(self, born: list[int], ended: list[int]) -> None:
        """What a frame of the other side said. Raises ProtocolError for numbers that it has no right to."""
        for number, maker in zip(born[::2], born[1::2], strict=True):
            if number <= 0 or (number - self._first) % 2 == 0 or len(self._counterparts) >= LIMIT:
                raise ProtocolError(f"{number} as the number of a task")
            origin = self.context(maker) if maker else self._root
            self._counterparts[number] = Context() if origin is None else origin.copy()
        for number in ended:
            self._counterparts.pop(number, None)
