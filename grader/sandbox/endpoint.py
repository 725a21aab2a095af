"""The submission's end of the conversation: does what the judge asks, tells what the submission does.

Everything here is in the submission's hands: it can read and change all of it. Nothing that protects the judge may be
here, and nothing that is worth hiding.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import inspect
import os
import random
import sys
from typing import TYPE_CHECKING, Any

from grader.bridge.endpoint import Endpoint, bind_to, call_special, defined
from grader.bridge.environment import SharedEnvironment
from grader.bridge.functions import watch_unawaited
from grader.bridge.simulation.explain import waiting_task
from grader.bridge.virtual.loops import in_order_of_birth
from grader.sandbox.files import Files
from grader.sandbox.surroundings import Patches

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.channel import Channel
    from grader.bridge.shadows import FrameInfo

SHOWN = 8
"""How many frames of the submission a callback of the suite can see above it."""


class SandboxEndpoint(Endpoint):
    """`root` is the folder of the submission's files, whatever the working directory is."""

    def __init__(self, channel: Channel, root: str) -> None:
        super().__init__(channel, first=2)
        self._root = root.rstrip(os.sep) + os.sep
        self._told: dict[str, str | None] = {}
        """By file name: a stack is looked through at each question, and its files are few."""
        self.standins.patterns = True
        patches = Patches()
        self.operations |= {
            "import": self._import,
            "raw": lambda value, name: vars(value)[name],
            "names": lambda value: [name for name in vars(value) if name not in ("__dict__", "__weakref__")],
            "list": list,
            "getitem": lambda value, key: value[key],
            "super": lambda owner, name, value: bind_to(defined(owner, name), value),
            "each": self._each,
            "define": self._define,
            "seed": random.seed,
            "reload": importlib.reload,
            "signature": _parameters,
            "pending": self._pending,
            "collect": gc.collect,
            "blocking": self._blocking,
            "patch": patches.patch,
            "unpatch": patches.unpatch,
        }
        self.environment = SharedEnvironment(lambda event: self.events.append(event))  # noqa: PLW0108
        self.environment.install()
        self.files = Files(self)
        self.test_begins: Callable[[], None] = lambda: None
        """What else is to be done when the suite begins a test."""
        self.blocked: list[tuple[int, int]] = []
        watch_unawaited(self._unawaited)
        sys.set_coroutine_origin_tracking_depth(1)

    def replay(self, events: list[list[Any]]) -> None:
        for event in events:
            match event:
                case ["environ", name, value]:
                    self.environment.apply(name, value, guarded=False)
                case ["recursion", limit]:
                    with contextlib.suppress(RecursionError):
                        sys.setrecursionlimit(limit)
                case ["test", seed]:
                    random.seed(seed)
                    self.test_begins()
                case ["record"]:
                    self.operations["record"]()
                case ["share", folder, current]:
                    self.files.share(folder, current)

    def tells(self, filename: str) -> str | None:
        return filename.removeprefix(self._root) if filename.startswith(self._root) else None

    def stack(self) -> list[FrameInfo]:
        found: list[FrameInfo] = []
        names = self._told
        frame = sys._getframe(2)
        while frame is not None and len(found) < SHOWN:  # type: ignore[redundant-expr]
            code = frame.f_code
            if code.co_filename not in names:
                names[code.co_filename] = self.tells(code.co_filename)
            told = names[code.co_filename]
            if told is not None:
                found.append((told, code.co_name, frame.f_lineno))
            frame = frame.f_back  # type: ignore[assignment]
        return found[::-1]

    def tells_names(self, cls: type) -> bool:
        module = sys.modules.get(cls.__module__)
        return self.tells(getattr(module, "__file__", None) or "") is not None

    def _unawaited(self, coroutine: Any) -> None:
        """A coroutine of the submission was dropped: say which line made it. Nothing is said of one
        that the suite made."""
        origin = coroutine.cr_origin
        file = self.tells(origin[0][0]) if origin else None
        self.events.append(["unawaited", coroutine.__qualname__, file or "", origin[0][1] if origin else 0])

    def _pending(self, ended: Any = None) -> list[tuple[str, str | None]]:
        """Name and place of the submission's own tasks that are not done: on the loops of this thread,
        or on `ended`."""
        found = []
        loops: list[Any] = list(self.process().loops) if ended is None else [ended]
        for loop in loops:
            for task in in_order_of_birth(loop, self.calls.own_tasks(loop)):
                place = waiting_task(task, "S")
                told = self.tells(place.file)
                found.append((task.get_name(), told and f"{told}:{place.line}"))
        return found

    def _blocking(self, since: int) -> list[tuple[int, int]]:
        return [(start, end) for start, end in self.blocked if start >= since]

    def looks_inside(self, cls: type) -> bool:  # noqa: ARG002
        return False

    def _import(self, name: str) -> Any:
        return importlib.import_module(name)

    def _each(self, owner: type, name: str, value: Any, others: list[Any]) -> list[tuple[bool, Any]]:
        answers: list[tuple[bool, Any]] = []
        for other in others:
            try:
                answers.append((False, call_special(owner, name, value, other)))
            except Exception as error:  # noqa: BLE001 - the judge raises it, if it is the answer to the real question
                answers.append((True, error))
        return answers

    def _define(
        self, name: str, bases: tuple[type, ...], members: list[tuple[str, Any]], **kwargs: Any
    ) -> int:
        cls = type(bases[0])(name, bases, dict(members), **kwargs)
        return self.exports.give(cls)[0]


def _parameters(cls: type) -> list[tuple[Any, ...]]:
    """Name, kind, whether it has a default and which, whether it has an annotation and which."""
    return [
        (
            p.name,
            int(p.kind),
            p.default is not p.empty,
            None if p.default is p.empty else p.default,
            p.annotation is not p.empty,
            None if p.annotation is p.empty else p.annotation,
        )
        for p in inspect.signature(cls).parameters.values()
    ]
