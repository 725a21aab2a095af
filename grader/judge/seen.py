"""What was seen of the submission beside the outcome of a test: for the `submission` fixture, and for the feedback.

All of it is the submission's own word or comes of it. It can explain a verdict or spoil one; it never makes a pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import ProtocolError
from grader.bridge.simulation.explain import cut
from grader.judge.verdicts import Fact
from grader.locale import _

if TYPE_CHECKING:
    from grader.judge.own_words import OwnWords

MOST = 100
"""Things of one kind that are kept for a test."""
_NEVER_RETRIEVED = re.compile(r"(?:Task|Future) exception was never retrieved\n.*", re.DOTALL)
_CORO = re.compile(r"coro=<([\w.<>]+)\(\)")
_EXCEPTION = re.compile(r"exception=(\w+)")


class Seen:
    """In one test so far. Places are "kitchen.py:12", in the submission's own names of its files."""

    def __init__(self) -> None:
        self.never_awaited: list[tuple[str, str | None]] = []
        """Coroutine functions whose coroutine the submission dropped, and the line that made it."""
        self.never_retrieved: list[str] = []
        """Tasks that failed without anybody who asked."""
        self.left: list[tuple[str, str | None]] = []
        """Tasks that were not done when their loop ended, and where they waited."""
        self.blocked: list[tuple[int, int]] = []
        """Virtual nanoseconds from which and until which a callback blocked the loop it was called on."""

        self.recorded = b""
        """What it did when, as it says itself where the judge did not have to ask."""

    def clear(self) -> None:
        self.__init__()  # type: ignore[misc]

    def unawaited(self, name: str, file: str, line: int) -> None:
        if file and len(self.never_awaited) < MOST:
            self.never_awaited.append((cut(name), f"{cut(file)}:{line}"))

    def logged(self, logger: str, text: str) -> None:
        """asyncio reports an exception that nobody retrieved to its logger."""
        if logger == "asyncio" and _NEVER_RETRIEVED.fullmatch(text) and len(self.never_retrieved) < MOST:
            name, error = _CORO.search(text), _EXCEPTION.search(text)
            self.never_retrieved.append(
                f"{name[1] if name else 'a future'}: {error[1] if error else 'an exception'}"
            )

    def still_pending(self, found: Any) -> None:
        """Name and place of each task, as the other side tells them."""
        for each in found if isinstance(found, list) else []:
            match each:
                case (str(name), (str() | None) as place) if len(self.left) < MOST:
                    self.left.append((cut(name), None if place is None else cut(place)))
                case (str(), _):
                    return
                case _:
                    raise ProtocolError("not a pending task")

    def facts(self, test: str, own: OwnWords) -> list[Fact]:
        """In the words that feedback shows: names and places only where they are the submission's `own`."""
        facts = [
            Fact("never_awaited", _unawaited(own.function(name)), own.told_place(place), test)
            for name, place in self.never_awaited
        ]
        facts += [
            Fact("never_retrieved", _unretrieved(what, own), None, test) for what in self.never_retrieved
        ]
        facts += [
            Fact("pending", _left(own.name(name)), own.told_place(place), test) for name, place in self.left
        ]
        return facts


def _unawaited(name: str) -> str:
    if not name:
        return _("A coroutine was never awaited.")
    return _("The coroutine {name} was never awaited.").format(name=name)


def _unretrieved(what: str, own: OwnWords) -> str:
    name, _colon, error = what.rpartition(": ")
    error = own.exception(error)
    told = f"{name}: {error}" if own.function(name) else error
    return _("A task failed and nobody asked for its result ({what}).").format(what=told)


def _left(name: str) -> str:
    if not name:
        return _("A task was still not done when the event loop ended.")
    return _("The task {name} was still not done when the event loop ended.").format(name=name)
