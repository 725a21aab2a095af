"""Exceptions in flight.

An exception is an object like any other: it has a number, so the suite's own comes back as the very same object. Its
description carries what Python keeps outside of attributes: arguments, notes, cause and context. A builtin one arrives
as an exact builtin, a submission's own class as a stand-in that forwards attributes.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from grader.bridge import known
from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

    from grader.bridge.codec import Codec

_FIELDS = ("name", "path", "obj", "filename", "filename2", "lineno", "offset", "text", "msg", "value", "code", "errno",
           "strerror", "encoding", "object", "start", "end", "reason", "end_lineno", "end_offset")  # fmt: skip


OF_SYNTAX = {
    "lineno": int,
    "offset": int,
    "end_lineno": int,
    "end_offset": int,
    "filename": str,
    "text": str,
    "msg": str,
}
"""What whoever prints a SyntaxError counts on."""
_MOST = 1_000_000


def describe(codec: Codec, error: BaseException, cls: Any, frames: list[Any], told: bool) -> list[Any]:
    """`cls` is the class on the wire, `frames` what the other side may know of the traceback. Not `told`: neither
    arguments nor notes nor what led to it."""
    group = codec.encode(tuple(error.exceptions)) if isinstance(error, BaseExceptionGroup) else None
    if not told:
        silent = () if group is None else ("several errors", ())
        return ["exception", cls, codec.encode(silent), {}, [None, None, False], [], frames, group]
    fields = {}
    if id(type(error)) in known.NAMES:
        found = {name: getattr(error, name, None) for name in _FIELDS}
        fields = {name: codec.encode(value) for name, value in found.items() if value is not None}
    links = [codec.encode(error.__cause__), codec.encode(error.__context__), error.__suppress_context__]
    notes = [str(note) for note in getattr(error, "__notes__", ())]
    return ["exception", cls, codec.encode(tuple(error.args)), fields, links, notes, frames, group]


def build(codec: Codec, wire: list[Any], bind: Callable[[BaseException], None],
          traceback: Callable[[list[Any]], types.TracebackType | None]) -> BaseException:  # fmt: skip
    """Remake an exception. `bind` is told before its causes are decoded, for they may lead back to it."""
    wire_cls, wire_args, fields, (cause, context, suppress), notes, frames, group = wire
    cls, args = codec.decode(wire_cls), codec.decode(wire_args)
    if not (isinstance(cls, type) and issubclass(cls, BaseException)) or type(args) is not tuple:
        raise ProtocolError("an exception of no exception class")
    exact = id(cls) in known.NAMES
    error = cls.__new__(cls, args[0], codec.decode(group)) if group is not None else _blank(cls, args, exact)
    error.args = args
    for name, value in fields.items():
        with contextlib.suppress(AttributeError, TypeError):  # a field that this type computes itself
            if name in _FIELDS:
                setattr(error, name, codec.mentioned(value) if name == "obj" else codec.decode(value))
    if isinstance(error, SyntaxError):
        _tame(error)
    bind(error)
    error.__cause__ = codec.decode(cause)
    error.__context__ = codec.decode(context)
    error.__suppress_context__ = bool(suppress)
    error.__traceback__ = traceback(frames)
    if notes and exact:
        error.__notes__ = [str(note) for note in notes]
    return error


def _tame(error: SyntaxError) -> None:
    """As many marks as its numbers say are printed under the line: a program may put anything there."""
    for name, kind in OF_SYNTAX.items():
        value: Any = getattr(error, name)
        if type(value) is not kind or (type(value) is int and not 0 <= value <= _MOST):
            setattr(error, name, None if name != "msg" else "invalid syntax")


def _blank(cls: Any, args: tuple[Any, ...], exact: bool) -> Any:
    attempts: list[Callable[[], Any]] = [lambda: cls(*args)] if exact else [lambda: cls.__new__(cls, *args)]
    for attempt in (*attempts, lambda: cls.__new__(cls)):
        try:
            return attempt()  # type: ignore[no-untyped-call]
        except (TypeError, ValueError):
            continue
    raise TypeError(f"{cls.__name__} cannot be remade")
