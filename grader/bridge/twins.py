"""Twins: mutable containers that exist on both sides, brought up to date at every handover.

Each side keeps, per twin, a snapshot of its parts as they were when both sides last agreed. At a handover a part that
is not the very object of the snapshot is a change (`1`, `1.0` and `True` are different objects, and no `__eq__` runs).
Where a part is itself a twin, the snapshot holds its table entry instead, so the table never keeps a container alive.

A twin ends when either side no longer holds its half: nobody there can look at it or change it any more. Lists and
dicts take no weak references, so "nobody holds it" is read from the reference count, against a measured baseline.
"""

from __future__ import annotations

import collections
import sys
from operator import is_
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Parts = list[Any]
LIMIT = 1_000_000
"""Containers that both sides have at once."""

KINDS: dict[type, str] = {
    list: "list", dict: "dict", set: "set", bytearray: "bytearray", collections.deque: "deque",
    collections.OrderedDict: "OrderedDict", collections.Counter: "Counter", collections.defaultdict: "defaultdict",
    memoryview: "memoryview",
}  # fmt: skip
_BY_NAME = {name: cls for cls, name in KINDS.items()}
_CONTAINERS = frozenset(KINDS)
_PLAIN = frozenset({type(None), bool, int, float, str})


class Twin:
    """One half of a twin. A stand-in for an instance of the other side's list subclass is held by its import."""

    __slots__ = ("holder", "kind", "nested", "number", "snapshot", "strong")

    def __init__(self, number: int, kind: str, value: Any, holder: Callable[[], Any] | None = None) -> None:
        self.number = number
        self.kind = kind
        self.holder = holder
        self.strong = value if holder is None else None
        self.snapshot: Parts = []
        self.nested = False

    @property
    def value(self) -> Any:
        return self.strong if self.holder is None else self.holder()


def parts_of(kind: str, value: Any) -> Parts:
    """The parts of a container in order: items, or keys followed by values."""
    match kind:
        case "list":
            return list.copy(value)
        case "set":
            return list(set.__iter__(value))
        case "dict" | "Counter" | "defaultdict" | "OrderedDict":
            base = collections.OrderedDict if kind == "OrderedDict" else dict
            return [*base.keys(value), *base.values(value)]
        case "deque":
            return list(collections.deque.__iter__(value))
        case "bytearray":
            return [bytes(value)]
        case "memoryview":
            return [value.tobytes()]
    raise AssertionError(kind)


def is_plain(parts: Iterable[Any]) -> bool:
    """Can msgspec encode and decode the parts as they are?"""
    return _PLAIN.issuperset(map(type, parts))


def shell(kind: str, extra: Any) -> Any:
    """An empty container to fill later: contents may refer to any twin of the same frame, in circles too."""
    match kind:
        case "defaultdict":
            return collections.defaultdict(extra)
        case "deque":
            return collections.deque(maxlen=extra)
        case "memoryview":
            return memoryview(bytearray(extra))
    return _BY_NAME[kind]()


def apply(kind: str, value: Any, start: int, removed: int, items: Parts) -> None:
    """Make a change of the other side here, as gently as possible: iterators over `value` stay valid where they can."""
    match kind:
        case "list":
            list.__setitem__(value, slice(start, start + removed), items)
        case "set":
            new = set(items)
            set.intersection_update(value, new)
            set.update(value, new)
        case "dict" | "Counter" | "defaultdict" | "OrderedDict":
            _apply_dict(collections.OrderedDict if kind == "OrderedDict" else dict, value, items)
        case "deque":
            collections.deque.clear(value)
            collections.deque.extend(value, items)
        case "bytearray" | "memoryview":
            (content,) = items
            if type(content) is not bytes:
                raise TypeError(type(content).__name__)
            if kind == "memoryview":
                value[:] = content
            elif bytes(value) != content:
                bytearray.__setitem__(value, slice(None), content)


def _apply_dict(base: type[dict[Any, Any]], value: dict[Any, Any], items: Parts) -> None:
    """`base` is whose methods to use: a subclass's own are the submission's, and an OrderedDict has a list to keep."""
    half = len(items) // 2
    keys, new = items[:half], dict(zip(items[:half], items[half:], strict=False))
    for key in [key for key in base.keys(value) if key not in new]:
        base.__delitem__(value, key)
    if list(base.keys(value)) != keys[: len(value)]:
        base.clear(value)
    for key, item in new.items():
        if not base.__contains__(value, key) or base.__getitem__(value, key) is not item:
            base.__setitem__(value, key, item)


def splice(old: Parts, new: Parts) -> tuple[int, int, Parts]:
    """The shortest single replacement that makes `new` of `old`: where it starts, how many go, what comes."""
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] is not new[i]), shorter)
    tail = next((i for i in range(shorter - start) if old[-1 - i] is not new[-1 - i]), shorter - start)
    return start, len(old) - start - tail, new[start : len(new) - tail]


def _unheld() -> int:
    """The reference count of a container that only its table entry holds, seen from `Twins.sweep`."""
    entry = Twin(0, "list", [])
    return sys.getrefcount(entry.strong)


class Twins:
    """The twins of one side. `first` is 1 on one side and 2 on the other, so numbers never meet."""

    def __init__(self, first: int) -> None:
        self._first = self._next = first
        self._by_number: dict[int, Twin] = {}
        self._by_identity: dict[int, Twin] = {}
        self._unheld = _unheld()

    def __len__(self) -> int:
        return len(self._by_number)

    def find(self, value: object) -> Twin | None:
        return self._by_identity.get(id(value))

    def get(self, number: Any) -> Twin | None:
        return self._by_number.get(number)

    def is_theirs(self, number: int) -> bool:
        """Has the other side the right to give a new twin this number?"""
        return number > 0 and (number - self._first) % 2 == 1

    def new(self, value: Any, kind: str) -> Twin:
        number = self._next
        self._next += 2
        return self.adopt(number, value, kind)

    def adopt(self, number: int, value: Any, kind: str, holder: Callable[[], Any] | None = None) -> Twin:
        if len(self._by_number) >= LIMIT:
            raise ProtocolError(f"more than {LIMIT} containers are shared at once")
        entry = Twin(number, kind, value, holder)
        self._by_number[number] = entry
        self._by_identity[id(value)] = entry
        return entry

    def drop(self, number: Any) -> None:
        entry = self._by_number.pop(number, None)
        if entry is not None:
            self._by_identity.pop(id(entry.value), None)

    def sweep(self) -> list[int]:
        """Forget the twins that nobody on this side holds any more."""
        dropped = []
        for number in list(self._by_number):
            entry = self._by_number[number]
            if entry.holder is None and sys.getrefcount(entry.strong) <= self._unheld:
                self.drop(number)
                dropped.append(number)
        return dropped

    def agree(self, entry: Twin) -> Parts:
        """Take the snapshot: both sides have this content now. Returns the parts."""
        parts = parts_of(entry.kind, entry.value)
        entry.nested = not _CONTAINERS.isdisjoint(map(type, parts))
        entry.snapshot = self._frozen(parts) if entry.nested else parts
        return parts

    def _frozen(self, parts: Iterable[Any]) -> Parts:
        find = self._by_identity.get
        return [find(id(part), part) for part in parts]

    def changes(self) -> Iterable[tuple[Twin, int, int, Parts]]:
        """Each twin that differs from its snapshot, with the splice that says how.

        Whoever sends the change encodes it, which makes twins of new parts, and then lets both sides `agree`.
        """
        for entry in list(self._by_number.values()):
            value = entry.value
            if entry.kind == "list" and not entry.nested:  # the usual case, without a copy  # noqa: SIM102
                if list.__len__(value) == len(entry.snapshot) and all(
                    map(is_, list.__iter__(value), entry.snapshot)
                ):
                    continue
            now = parts_of(entry.kind, value)
            if entry.kind in ("bytearray", "memoryview"):
                if now != entry.snapshot:
                    yield entry, 0, 0, now
                continue
            old = entry.snapshot
            new = self._frozen(now) if entry.nested else now
            if len(old) == len(new) and all(map(is_, old, new)):
                continue
            if entry.kind == "list":
                start, removed, _ = splice(old, new)
                items = now[start : start + removed + len(now) - len(old)]
            else:
                start, removed, items = 0, len(old), now
            yield entry, start, removed, items
