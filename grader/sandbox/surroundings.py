"""What a submission finds around itself: streams, logging, warnings, `input`, `random`, patches made by the suite.

Whatever it tells without being asked becomes an event of the endpoint: kept in order, sent with the next frame, and
replayed on the judge's side, where `capsys`, `caplog` and `pytest.warns` look. Text is counted, and cut at the limit.
"""

from __future__ import annotations

import builtins
import errno
import importlib
import io
import logging
import os
import socket
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import ReadableBuffer as Buffer

    from grader.sandbox.endpoint import SandboxEndpoint

EVENTS = 10_000
"""Events that may wait for the next frame; what comes then is dropped, and counted."""
LINE = 10_000
"""Characters of one log message or warning."""


class Told:
    """The text that the submission may still tell in this test, or while it is imported."""

    def __init__(self, endpoint: SandboxEndpoint, limit: int) -> None:
        self._endpoint = endpoint
        self._limit = self._left = limit
        self.dropped = 0
        """Characters that were cut."""

    def renew(self) -> None:
        """A new test: what earlier ones printed takes nothing from it."""
        self._left = self._limit

    def text(self, stream: str, text: str) -> None:
        if len(text) > self._left:
            self.dropped += len(text) - self._left
            text = text[: self._left]
        self._left -= len(text)
        if not text:
            return
        events = self._endpoint.events
        if events and events[-1][0] == stream:
            events[-1][1] += text
        elif len(events) < EVENTS:
            events.append([stream, text])

    def event(self, *event: Any) -> None:
        if len(self._endpoint.events) < EVENTS:
            self._endpoint.events.append(list(event))


class Output(io.TextIOBase):
    """A standard stream of the submission."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, told: Told, name: str) -> None:
        self._told = told
        self._stream = name
        self.name = f"<{name}>"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._told.text(self._stream, str(text))
        return len(text)

    def writable(self) -> bool:
        return True


def _send_message(
    self: socket.socket,
    buffers: Iterable[Buffer],
    ancillary: Iterable[Any] = (),
    flags: int = 0,
    address: Any = None,
    /,
) -> int:
    """In place of `socket.sendmsg`, which asyncio's streams use from Python 3.12 on: the filter refuses that call,
    for descriptors could travel with it. Data alone can be sent another way."""
    if address is not None or list(ancillary):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    return self.send(b"".join(buffers), flags)


class _Records(logging.Handler):
    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()[:LINE]
        error = record.exc_info[1] if record.exc_info else None
        self._told.event(
            "log", record.name, error, record.levelno, text, record.funcName or "", record.lineno or 0
        )


def capture(endpoint: SandboxEndpoint, limit: int) -> Told:
    """Make events of everything that the submission tells. `limit`: characters of text."""
    told = Told(endpoint, limit)
    endpoint.test_begins = told.renew
    sys.stdout, sys.stderr = Output(told, "stdout"), Output(told, "stderr")
    logging.getLogger().addHandler(_Records(told))
    logging.getLogger().setLevel(logging.NOTSET + 1)  # the suite decides what it wants to see

    def show(message: Any, category: type[Warning], filename: str, lineno: int, *_: Any) -> None:
        place = endpoint.tells(filename) or "submission"
        told.event("warning", str(message)[:LINE], category, place, lineno)

    warnings.simplefilter("always")
    warnings.showwarning = show  # type: ignore[assignment]
    socket.socket.sendmsg = _send_message  # type: ignore[assignment, method-assign]
    builtins.input = lambda prompt="": endpoint.ask("input", str(prompt))
    return told


class Patches:
    """Patches of library modules and classes, repeated here because the suite made them there."""

    def __init__(self) -> None:
        self._originals: dict[tuple[str, str], Any] = {}

    def patch(self, path: str, name: str, value: Any) -> None:
        """`path` is "module:" or "module:Class"."""
        target = _found(path)
        self._originals.setdefault((path, name), vars(target).get(name, _ABSENT))
        setattr(target, name, value)

    def unpatch(self, path: str, name: str) -> None:
        if (path, name) not in self._originals:
            return
        original = self._originals.pop((path, name))
        if original is _ABSENT:
            delattr(_found(path), name)
        else:
            setattr(_found(path), name, original)


_ABSENT: Any = object()


def _found(path: str) -> Any:
    module, _, inside = path.partition(":")
    found: Any = importlib.import_module(module)
    for part in filter(None, inside.split(".")):
        found = getattr(found, part)
    return found
