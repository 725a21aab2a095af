"""Annotations as data.

`typing.get_type_hints` and `inspect.get_annotations(eval_str=True)` evaluate text where they run, so no text of the
submission may arrive as an annotation. Types that both sides know, the submission's own classes, and what is built of
them (`list[int]`, `dict[str, Dish] | None`, `Callable[[int], str]`) arrive as they are. Text arrives as
text only when it is
made of the names of builtin types and brackets: that is harmless to evaluate. Anything else arrives as something that
can be shown, and is not text.
"""

from __future__ import annotations

import collections.abc
import re
import types
import typing
from typing import TYPE_CHECKING, Any

from grader.bridge import known
from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    from grader.bridge.codec import Codec

_NAMES = "None|bool|int|float|complex|str|bytes|list|dict|set|frozenset|tuple|type|object"
_HARMLESS = re.compile(rf"(?:{_NAMES}|[\[\], |])+")
LONGEST = 200
"""Characters of an annotation that is text."""
DEEPEST = 10
_SPECIAL = {"typing.Any": typing.Any, "typing.Self": typing.Self, "typing.Never": typing.Never,
            "typing.NoReturn": typing.NoReturn}  # fmt: skip
_SPECIAL_NAMES = {id(value): name for name, value in _SPECIAL.items()}
TEXT, GENERIC, UNION, LIST, SPECIAL, VALUE = "text", "generic", "union", "list", "special", "value"


class Unevaluated:
    """An annotation that only its own side could make sense of."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def is_harmless(text: str) -> bool:
    return len(text) <= LONGEST and _HARMLESS.fullmatch(text) is not None


def encode(codec: Codec, value: Any, depth: int = 0) -> list[Any]:
    """`value` on the wire."""
    if type(value) is str:
        return [TEXT, value[:LONGEST]]
    if value is None or type(value) is type or (isinstance(value, type) and not _is_generic(value)):
        return [VALUE, codec.encode(value)]
    if depth < DEEPEST:
        if id(value) in _SPECIAL_NAMES:
            return [SPECIAL, _SPECIAL_NAMES[id(value)]]
        parts = typing.get_args(value)
        origin = typing.get_origin(value)
        if origin in (types.UnionType, typing.Union):
            return [UNION, *[encode(codec, part, depth + 1) for part in parts]]
        if isinstance(origin, type) and id(origin) in known.NAMES:
            return [GENERIC, known.NAMES[id(origin)], *[encode(codec, part, depth + 1) for part in parts]]
        if type(value) is list:
            return [LIST, *[encode(codec, part, depth + 1) for part in value]]
    return [TEXT, repr(value)[:LONGEST]]


def is_value(value: Any) -> bool:
    """Is it made of types that both sides know? A generic class of a program, with arguments, is an object of its."""
    origin = typing.get_origin(value)
    if origin is None:
        return id(value) in _SPECIAL_NAMES
    if origin in (types.UnionType, typing.Union):
        return True
    return isinstance(origin, type) and id(origin) in known.NAMES


def _is_generic(value: Any) -> bool:
    return bool(typing.get_args(value))


def decode(codec: Codec, wire: Any, *, trusted: bool, depth: int = 0) -> Any:
    """`trusted`: text may stay text."""
    match wire:
        case [kind, str(text)] if kind == TEXT:
            return text if trusted or is_harmless(text) else Unevaluated(text)
        case [kind, inner] if kind == VALUE:
            value = codec.decode(inner)
            if value is None or isinstance(value, type):
                return value
        case [kind, str(name)] if kind == SPECIAL and name in _SPECIAL:
            return _SPECIAL[name]
        case [kind, *parts] if kind == LIST and depth < DEEPEST:
            return [decode(codec, part, trusted=trusted, depth=depth + 1) for part in parts]
        case [kind, first, *others] if kind == UNION and depth < DEEPEST:
            found = decode(codec, first, trusted=trusted, depth=depth + 1)
            for other in others:
                found = _either(found, decode(codec, other, trusted=trusted, depth=depth + 1))
            return found
        case [kind, str(name), *parts] if kind == GENERIC and isinstance(known.OBJECTS.get(name), type):
            origin: Any = known.OBJECTS[name]
            inner_parts = [
                decode(codec, part, trusted=trusted, depth=depth + 1) for part in parts if depth < DEEPEST
            ]
            return _generic(origin, inner_parts)
    raise ProtocolError(f"not an annotation: {str(wire)[:80]}")


def _either(one: Any, other: Any) -> Any:
    try:
        return one | other
    except TypeError:
        try:
            return typing.Union[one, other]  # noqa: UP007
        except TypeError:
            return Unevaluated(f"{one!r} | {other!r}"[:LONGEST])


KINDS: tuple[type, ...] = (
    types.GenericAlias, types.UnionType, type(typing.List[int]), type(typing.Union[int, str]),  # noqa: UP006, UP007
    type(typing.Callable[[int], str]), type(typing.Any),
)  # fmt: skip
"""Types of what annotations are made of, besides classes: these are values, wherever they are met."""


def _generic(origin: Any, parts: list[Any]) -> Any:
    try:
        if origin is collections.abc.Callable:
            return origin[parts[0], parts[1]]
        return origin[tuple(parts)] if len(parts) != 1 else origin[parts[0]]
    except (TypeError, IndexError, ValueError):
        return Unevaluated(f"{origin.__name__}[{', '.join(map(repr, parts))}]"[:LONGEST])
