"""What either side may send, how large it may be, and what happens when it sends something else.

One **frame** hands the token over: the other side runs from now on. A frame carries the state of the simulation
(`Handover`), the messages that were queued since the last one, and what happened to the state that both sides share.
Decoding is strict: msgspec accepts these types and no others. Everything here is plain data, so that a hostile sender
can choose values but never code.
"""

from __future__ import annotations

from typing import Any

import msgspec

from grader.bridge.simulation.errors import ProtocolError
from grader.bridge.simulation.handover import Handover, ThreadName

__all__ = [
    "Ack",
    "Begun",
    "Cancel",
    "Ended",
    "Failure",
    "Frame",
    "Handover",
    "Loop",
    "Made",
    "Message",
    "ProtocolError",
    "Reply",
    "Request",
    "TwinState",
]

FRAME_LIMIT = 64 * 1024 * 1024
"""Bytes in one frame."""
SUITE_THREADS = 2_048
"""Threads that a suite may have at once. It is trusted: the limit of a submission is none for it."""


class _Message(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    thread: ThreadName
    """The thread of control that the message is for. Each has a half on both sides."""


class Request(_Message, tag="?"):
    """Do something and answer. With `begin`, start a coroutine: the answer may be `Begun`."""

    number: int
    operation: str
    arguments: list[Any]
    keywords: dict[str, Any] = {}
    stack: list[tuple[str, str, int]] = []
    """Who asks: file, function and line of the asking side's frames that may be told, outermost first."""
    begin: bool = False
    context: int = 0
    """The task in whose name it is asked; see `contexts`."""


class Reply(_Message, tag="="):
    number: int
    value: Any


class Failure(_Message, tag="!"):
    number: int
    error: Any


class Begun(_Message, tag="~"):
    """The coroutine of request `number` waits for something; `Ended` will follow."""

    number: int


class Ended(_Message, tag="."):
    """The coroutine of request `number` has ended. Whoever awaits it goes on before the sender does, which `waits` for
    the ack of that if it has more to do."""

    number: int
    failed: bool
    value: Any
    waits: bool


class Cancel(_Message, tag="x"):
    """Cancel the coroutine of request `number`. Acked at once; the outcome is whatever the coroutine makes of it."""

    number: int
    reason: Any


class Ack(_Message, tag="a"):
    number: int


class Made(_Message, tag="m"):
    """Call a function whose call runs nothing of its body, under a number that the sender chose; see `ahead`."""

    number: int
    function: Any
    arguments: list[Any]
    keywords: dict[str, Any] = {}


class Loop(_Message, tag="o"):
    """An event loop began to run, stopped or was closed: its twin does the same."""

    key: int
    what: str


Message = Request | Reply | Failure | Begun | Ended | Cancel | Ack | Loop | Made


class TwinState(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """New content of a twin: `removed` items at `start` give way to the items in `content`.

    `kind` is empty for a twin that the receiver has already. `plain` content is atoms only and is decoded in one go.
    """

    number: int
    kind: str
    start: int
    removed: int
    plain: bool
    content: msgspec.Raw
    extra: Any = None


class Frame(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    handover: Handover
    messages: list[Message]
    twins: list[TwinState] = []
    dropped: list[int] = []
    released: list[tuple[int, int, bool]] = []
    """Number, how often it had been given, and whether it is a coroutine that nobody awaited."""
    events: list[list[Any]] = []
    born: list[int] = []
    """Number and maker's number of each task made since the last frame; see `contexts`."""
    gone: list[int] = []
    """Tasks that are no more."""
