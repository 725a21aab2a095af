"""Values as plain wire data, and back.

Atoms are themselves. Everything else is a list whose first item is a tag. Exact builtins cross by value, containers by
twin number, objects of `known` by name, and the rest by reference; the first time the other side hears of an object,
the reference carries a description from which it makes a stand-in.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import gc
import pathlib
import sys
import types
import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from grader.bridge import hints, known, twins
from grader.bridge.protocol import FRAME_LIMIT, ProtocolError, TwinState
from grader.bridge.virtual.loops import VirtualEventLoop

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.endpoint import Endpoint

(BIG, TEXT, COMPLEX, TUPLE, FROZENSET, RANGE, SLICE, KNOWN, TWIN, VIEW, GIVEN, OWN, METHOD, PROPERTY, STATIC, CLASS,
 HASHED, MADE, TRACE, FLAT, REFUSED, LOOP,
 ANNOTATION, AGAIN) = range(24)  # fmt: skip

_LONG = 16
_INTERNED = 64
BOUND = "bound"
"""The other half of this twin is a stand-in, made when the reference to its original is decoded."""

Plain = None | bool | int | float | str  # msgspec takes no union of str and bytes
_ATOMS = frozenset({type(None), bool, int, float, str, bytes})
_VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}

# Immutable standard values that are remade from a constructor and plain arguments: everything that their repr shows.
_MADE: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    datetime.date: lambda v: (v.year, v.month, v.day),
    datetime.time: lambda v: (v.hour, v.minute, v.second, v.microsecond, v.tzinfo, v.fold),
    datetime.datetime: lambda v: (
        v.year,
        v.month,
        v.day,
        v.hour,
        v.minute,
        v.second,
        v.microsecond,
        v.tzinfo,
        v.fold,
    ),
    datetime.timedelta: lambda v: (v.days, v.seconds, v.microseconds),
    datetime.timezone: lambda v: v.__getinitargs__(),
    decimal.Decimal: lambda v: (str(v),),
    fractions.Fraction: lambda v: (v.numerator, v.denominator),
    uuid.UUID: lambda v: (str(v),),
    pathlib.PosixPath: lambda v: (str(v),),
    pathlib.PurePosixPath: lambda v: (str(v),),
}
_WITH_FOLD = frozenset({datetime.time, datetime.datetime})
"""Their last part is given by name."""


class Reference:
    """An object of the other side by its number, for when its stand-in is being collected."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


_LARGEST_FRACTION = 1 << 20
"""Bits: a fraction is reduced where it arrives, in quadratic time."""


def _made_again(cls: Any, parts: list[Any]) -> Any:
    if cls is fractions.Fraction:  # noqa: SIM102
        if any(type(part) is not int or part.bit_length() > _LARGEST_FRACTION for part in parts):
            raise ProtocolError("a fraction of what is no number, or of too large ones")
    if cls in _WITH_FOLD:
        *parts, fold = parts
        return cls(*parts, fold=fold)
    return cls(*parts)


class Refused:
    """Stands in a container for something that may not cross. A call with it as argument says why at once."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __repr__(self) -> str:
        return f"<{self._reason}>"


RECENT = 256


class RecentTuples:
    """The tuples that crossed last in one direction, so that one that comes back is the very same object.

    Tuples take no weak references, and two equal ones may be different objects: each has a number. The side that sent
    them remembers more than the side that got them, so what is named by number is still there.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._last = 0
        self._values: dict[int, tuple[Any, ...]] = {}
        self._numbers: dict[int, int] = {}

    def add(self, value: tuple[Any, ...]) -> int:
        self._last += 1
        self.keep(self._last, value)
        return self._last

    def keep(self, number: int, value: tuple[Any, ...]) -> tuple[Any, ...]:
        if value and number not in self._values:
            self._values[number] = value
            self._numbers[id(value)] = number
            if len(self._values) > self._size:
                oldest = next(iter(self._values))
                gone = self._values.pop(oldest)
                if self._numbers.get(id(gone)) == oldest:
                    del self._numbers[id(gone)]
        return value

    def number(self, value: tuple[Any, ...]) -> int | None:
        return self._numbers.get(id(value))

    def get(self, number: int) -> tuple[Any, ...]:
        try:
            return self._values[number]
        except KeyError:
            raise ProtocolError(f"tuple {number} was never sent") from None


_PACKER = msgspec.msgpack.Encoder()
_ATOMS_DECODER = msgspec.msgpack.Decoder(list[Plain])
_ITEMS_DECODER = msgspec.msgpack.Decoder(list[Any])


class Codec:
    """Encodes for the other side of `endpoint` and decodes what it sent."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._fresh: list[twins.Twin] = []
        self._ours = RecentTuples(2 * RECENT)
        self._theirs = RecentTuples(RECENT)
        self._encoders: dict[type, Callable[[Any, bool], Any]] = {
            int: self._int, str: self._str, tuple: self._tuple, frozenset: self._frozenset,
            complex: lambda v, _: [COMPLEX, v.real, v.imag],
            range: lambda v, _: [RANGE, *map(self.encode, (v.start, v.stop, v.step))],
            slice: lambda v, _: [SLICE, *map(self.encode, (v.start, v.stop, v.step))],
            property: lambda v, _: [PROPERTY, *map(self.encode, (v.fget, v.fset, v.fdel))],
            staticmethod: lambda v, _: [STATIC, self.encode(v.__func__)],
            classmethod: lambda v, _: [CLASS, self.encode(v.__func__)],
            types.TracebackType: lambda v, _: [TRACE, *self._endpoint.told(v)],
        }  # fmt: skip
        self._encoders[VirtualEventLoop] = lambda v, _: [LOOP, *self._endpoint.calls.loops.describe(v)]
        for kind in hints.KINDS:
            self._encoders[kind] = self._annotation
        self._encoders[Reference] = lambda v, _: [OWN, v.number]
        self._encoders |= dict.fromkeys((type(None), bool, float, bytes), lambda v, _: v)
        self._encoders |= dict.fromkeys(twins.KINDS, self._twin)
        self._encoders |= dict.fromkeys(_VIEWS, self._view)
        self._encoders |= dict.fromkeys(_MADE, self._made)

    # -- to the wire

    def encode(self, value: Any, in_key: bool = False) -> Any:
        """`in_key`: inside a dict key or a set, where the receiver needs a hash before it may ask for one."""
        encoder = self._encoders.get(type(value))
        if encoder is not None:
            return encoder(value, in_key)
        name = known.NAMES.get(id(value))
        if name is not None:
            return [KNOWN, name]
        return self._object(value, in_key)

    def _int(self, value: int, _: bool) -> Any:
        if -(2**63) <= value < 2**64:
            return value
        return [BIG, value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)]

    def _str(self, value: str, _: bool) -> Any:
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                return [TEXT, value.encode("utf-8", "surrogatepass")]
        if value[:1] == "/":
            self._endpoint.gives_path(value)
        return value

    def _tuple(self, value: tuple[Any, ...], in_key: bool) -> Any:
        number = self._theirs.number(value)
        if number is not None:
            return [AGAIN, number]
        number = self._ours.add(value)
        if len(value) > _LONG and twins.is_plain(value):
            try:
                return [FLAT, number, msgspec.Raw(_PACKER.encode(value))]
            except (OverflowError, UnicodeEncodeError):
                pass
        return [TUPLE, number, *[self.encode(item, in_key) for item in value]]

    def _frozenset(self, value: frozenset[Any], _: bool) -> Any:
        return [FROZENSET, *[self.encode(item, True) for item in value]]  # noqa: FBT003

    def _made(self, value: Any, _: bool) -> Any:
        cls = type(value)
        if isinstance(value, pathlib.PurePath):
            self._endpoint.gives_path(str(value))
        return [MADE, known.NAMES[id(cls)], *[self.encode(item) for item in _MADE[cls](value)]]

    def _annotation(self, value: Any, in_key: bool) -> Any:
        if hints.is_value(value):
            return [ANNOTATION, hints.encode(self, value)]
        return self._object(value, in_key)

    def _view(self, value: Any, _: bool) -> Any:
        """A dict's view is remade over the dict's twin, so that it stays live."""
        (owner,) = [item for item in gc.get_referents(value) if isinstance(item, dict)]
        return [VIEW, _VIEWS[type(value)], self.encode(owner)]

    def _twin(self, value: Any, _: bool) -> Any:
        return [TWIN, self.twin(value).number]

    def twin(self, value: Any, kind: str | None = None) -> twins.Twin:
        """The twin of `value`; a new one is queued, and its content follows in the frame's header."""
        entry = self._endpoint.twins.find(value)
        if entry is None:
            entry = self._endpoint.twins.new(value, kind or twins.KINDS[type(value)])
            self._fresh.append(entry)
        return entry

    def _object(self, value: Any, in_key: bool) -> Any:
        entry = self._endpoint.imports.find(value)
        if entry is not None:
            return [OWN, entry.number]
        name = self._endpoint.standins.library_names.get(id(value))
        if name is not None:
            return [KNOWN, name]
        if type(value) is types.MethodType and self._endpoint.opens_methods(value):
            return [METHOD, self.encode(value.__func__), self.encode(value.__self__)]
        reference = self.reference(value)
        if in_key:
            return [HASHED, hash(value), reference]
        return reference

    def reference(self, value: Any, *, given: bool = True) -> list[Any]:
        number, is_new = self._endpoint.exports.give(value, given=given)
        return [GIVEN, number, self._endpoint.describe(value)] if is_new else [GIVEN, number]

    def mark(self) -> int:
        """Where a message begins; see `take_back`."""
        return len(self._fresh)

    def take_back(self, mark: int) -> None:
        """The message could not be made: its new twins never were."""
        for entry in self._fresh[mark:]:
            self._endpoint.twins.drop(entry.number)
        del self._fresh[mark:]

    def states(self) -> list[TwinState]:
        """What changed in the twins, new ones included. Call it last: values of the frame's body make new twins."""
        table = self._endpoint.twins
        if not table:
            return []
        states, touched = [], []
        for entry, start, removed, items in table.changes():
            if entry not in self._fresh:
                states.append(self._state(entry, "", start, removed, items))
                touched.append(entry)
        while self._fresh:
            entry = self._fresh.pop(0)
            states.append(self._state(entry, entry.kind, 0, 0, twins.parts_of(entry.kind, entry.value)))
            touched.append(entry)
        for entry in touched:
            table.agree(entry)
        return states

    def _state(self, entry: twins.Twin, kind: str, start: int, removed: int, items: list[Any]) -> TwinState:
        content, plain = None, twins.is_plain(items)
        if plain:
            try:
                content = _PACKER.encode(items)
            except (OverflowError, UnicodeEncodeError):
                plain = False
        if content is None:
            keys = {"set": len(items), "list": 0, "deque": 0}.get(entry.kind, len(items) // 2)
            content = _PACKER.encode([self._part(item, i < keys) for i, item in enumerate(items)])
        return TwinState(
            entry.number, kind, start, removed, plain, msgspec.Raw(content), self._extra(entry, kind)
        )

    def _part(self, item: Any, in_key: bool) -> Any:
        try:
            return self.encode(item, in_key)
        except TypeError as error:
            return [REFUSED, str(error)]

    def _extra(self, entry: twins.Twin, kind: str) -> Any:
        if kind and type(entry.value) not in twins.KINDS:
            return BOUND
        match kind:
            case "defaultdict":
                return self.encode(entry.value.default_factory)
            case "deque":
                return entry.value.maxlen
            case "memoryview":
                return entry.value.nbytes
        return None

    # -- from the wire

    def decode(self, wire: Any) -> Any:
        kind = type(wire)
        if kind is str and wire[:1] == "/":
            self._endpoint.takes_path(wire)
        if kind is str and len(wire) <= _INTERNED:
            return sys.intern(wire)  # a constant that is read twice is the same object, as in one process
        if kind in _ATOMS:
            return wire
        try:
            return self._tagged(wire)
        except ProtocolError:
            raise
        except Exception as error:
            raise ProtocolError(f"not a value: {error!r:.200}") from error

    def mentioned(self, wire: Any) -> Any:
        """An object that an error says it is about: nobody is given it."""
        return self._endpoint.owner_of_method(wire)

    def _tagged(self, wire: Any) -> Any:  # noqa: C901 - one flat table
        if len(wire) == 2 and wire[0] == OWN:  # the function of each call: not through half of the table
            return self._endpoint.exports.get(wire[1]).value
        decode = self.decode
        match wire:
            case [int(tag), int(number), *rest] if tag == TUPLE:
                return self._theirs.keep(number, tuple([decode(item) for item in rest]))
            case [int(tag), int(number), list(items)] if tag == FLAT and twins.is_plain(items):
                self._endpoint.takes_paths(items)
                return self._theirs.keep(number, tuple(items))
            case [int(tag), int(number)] if tag == AGAIN:
                return self._ours.get(number)
            case [int(tag), number] if tag == TWIN:
                entry = self._endpoint.twins.get(number)
                if entry is None:
                    raise ProtocolError(f"twin {number!r} does not exist")
                return entry.value
            case [int(tag), number, *description] if tag == GIVEN:
                return self._endpoint.imported(number, *description)
            case [int(tag), str(name)] if tag == KNOWN:
                return known.OBJECTS[name]
            case [int(tag), int(code), inner] if tag == HASHED:
                value = decode(inner)
                held = self._endpoint.imports.find(value)
                if held is not None:
                    held.hash = code
                return value
            case [int(tag), function, owner] if tag == METHOD:
                return types.MethodType(decode(function), self._endpoint.owner_of_method(owner))
            case [int(tag), bytes(digits)] if tag == BIG:
                return int.from_bytes(digits, "little", signed=True)
            case [int(tag), bytes(text)] if tag == TEXT:
                return text.decode("utf-8", "surrogatepass")
            case [int(tag), float(real), float(imaginary)] if tag == COMPLEX:
                return complex(real, imaginary)
            case [int(tag), *rest] if tag == FROZENSET:
                return frozenset([decode(item) for item in rest])
            case [int(tag), start, stop, step] if tag == RANGE:
                return range(decode(start), decode(stop), decode(step))
            case [int(tag), start, stop, step] if tag == SLICE:
                return slice(decode(start), decode(stop), decode(step))
            case [int(tag), str(name), *rest] if tag == MADE and known.OBJECTS[name] in _MADE:
                return _made_again(known.OBJECTS[name], [decode(item) for item in rest])
            case [int(tag), ("keys" | "values" | "items") as name, owner] if tag == VIEW:
                mapping = decode(owner)
                base = collections.OrderedDict if isinstance(mapping, collections.OrderedDict) else dict
                return getattr(base, name)(mapping)
            case [int(tag), fget, fset, fdel] if tag == PROPERTY:
                return property(decode(fget), decode(fset), decode(fdel))
            case [int(tag), *frames] if tag == TRACE:
                return self._endpoint.traceback(frames)
            case [int(tag), bool(own), int(key), bool(closed)] if tag == LOOP:
                return self._endpoint.calls.loops.find(key, own=own, closed=closed)
            case [int(tag), annotation] if tag == ANNOTATION:
                return self._endpoint.annotation(annotation)
            case [int(tag), str(reason)] if tag == REFUSED:
                return Refused(reason[:200])
            case [int(tag), function] if tag == STATIC:
                return staticmethod(decode(function))
            case [int(tag), function] if tag == CLASS:
                return classmethod(decode(function))
        raise ProtocolError(f"not a value: {str(wire)[:80]}")

    def shells(self, states: list[TwinState]) -> None:
        """Make the empty halves of new twins; those bound to a stand-in come to be when it is decoded."""
        table = self._endpoint.twins
        for state in states:
            if state.kind and table.get(state.number) is None and state.extra != BOUND:
                if not table.is_theirs(state.number):
                    raise ProtocolError(f"twin {state.number} is not the other side's to make")
                table.adopt(state.number, self._shell(state.kind, self.decode(state.extra)), state.kind)

    def _shell(self, kind: str, extra: Any) -> Any:
        if type(extra) is int and not 0 <= extra <= FRAME_LIMIT:
            raise ProtocolError(f"a {kind} of {extra}")
        try:
            return twins.shell(kind, extra)
        except (TypeError, ValueError, KeyError) as error:
            raise ProtocolError(f"not a {kind}: {error}") from None

    def fill(self, states: list[TwinState]) -> None:
        table = self._endpoint.twins
        filled = []
        for state in states:
            items = self._content(state)
            entry = table.get(state.number)
            if entry is None:
                raise ProtocolError(f"twin {state.number} does not exist")
            try:
                twins.apply(entry.kind, entry.value, state.start, state.removed, items)
            except (TypeError, ValueError, LookupError, AttributeError) as error:
                raise ProtocolError(f"not the content of a {entry.kind}: {error}") from None
            filled.append(entry)
        for entry in filled:
            table.agree(entry)

    def _content(self, state: TwinState) -> list[Any]:
        try:
            if state.plain:
                atoms = _ATOMS_DECODER.decode(state.content)
                self._endpoint.takes_paths(atoms)
                return atoms
            items = _ITEMS_DECODER.decode(state.content)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ProtocolError(str(error)) from None
        return [self.decode(item) for item in items]
