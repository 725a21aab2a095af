"""Who holds which object of whom.

`Exports` keeps alive what the other side holds, and counts how often each object was handed over. `Imports` holds the
stand-ins for the other side's objects weakly; when one dies, its number and the count that had arrived go back with the
next frame. Counts make the crossing of "here it is again" and "I let go of it" harmless.
"""

from __future__ import annotations

import collections
import sys
import types
import weakref
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

LIMIT = 1_000_000
"""Objects of the other side that this side holds at once."""

LIMIT_AHEAD = 100_000
"""Objects that the other side has this side make, and holds at once."""

_BUILTIN_METHODS = (types.BuiltinMethodType, types.MethodWrapperType)


def identity(value: Any) -> Hashable:
    """What makes two objects the same export. A bound method is made anew at each access, so it is its two halves."""
    if type(value) is types.MethodType:
        return id(value.__self__), id(value.__func__)
    if type(value) in _BUILTIN_METHODS and value.__self__ is not None:
        return id(value.__self__), value.__name__
    return id(value)


class Export:
    __slots__ = ("count", "given", "value")

    def __init__(self, value: object) -> None:
        self.value = value
        self.count = 0
        self.given = False


def _is_unheld(entry: Export) -> bool:
    """Does nobody but this entry hold an object that has just left the table?"""
    return sys.getrefcount(entry.value) <= 2


class Exports:
    """This side's objects that the other side holds, by number."""

    def __init__(self) -> None:
        self._entries: dict[int, Export] = {}
        self._numbers: dict[Hashable, int] = {}
        self._last = 0
        self.ahead = 0
        """Those whose number the other side has chosen."""
        self.journal: list[int] = []
        """What was given since the last frame left: taken back if a message cannot be made."""

    def give(self, value: object, *, given: bool = True) -> tuple[int, bool]:
        """The number of `value`, and whether the other side has to be told what it is."""
        key = identity(value)
        number = self._numbers.get(key)
        is_new = number is None
        if number is None:
            self._last = number = self._last + 1
            self._numbers[key] = number
            self._entries[number] = Export(value)
        entry = self._entries[number]
        entry.count += 1
        entry.given = entry.given or given
        self.journal.append(number)
        return number, is_new

    def take_back(self, mark: int) -> None:
        """Undo what was given since the journal was `mark` long."""
        for number in self.journal[mark:]:
            self.release(number, 1)
        del self.journal[mark:]

    def put(self, number: int, value: object) -> None:
        """The other side has chosen the number of `value`, which has just been made for it."""
        if number >= 0 or number in self._entries or self.ahead >= LIMIT_AHEAD:
            raise ProtocolError(f"object {number} under a number that is not free")
        entry = self._entries[number] = Export(value)
        entry.count, entry.given = 1, True
        self._numbers[identity(value)] = number
        self.ahead += 1

    def get(self, number: Any) -> Export:
        try:
            return self._entries[number]
        except (KeyError, TypeError):
            raise ProtocolError(f"object {number!r} was never given") from None

    def find(self, value: object) -> Export | None:
        number = self._numbers.get(identity(value))
        return None if number is None else self._entries[number]

    def release(self, number: int, count: int, lost: bool = False) -> None:
        """The other side let go of `count` of what it was given. A coroutine that it did not lose was closed there."""
        entry = self.get(number)
        entry.count -= count
        if entry.count < 0:
            raise ProtocolError(f"object {number} was released too often")
        if entry.count == 0:
            del self._entries[number], self._numbers[identity(entry.value)]
            self.ahead -= number < 0
            if type(entry.value) is types.CoroutineType and not lost and _is_unheld(entry):
                entry.value.close()

    def __len__(self) -> int:
        return len(self._entries)


class Import:
    """One object of the other side. `description` outlives the stand-in until the release has been sent."""

    __slots__ = ("count", "description", "hash", "number", "standin", "strong", "twin")

    def __init__(self, number: int, description: Any) -> None:
        self.number = number
        self.description = description
        self.count = 1
        self.hash: int | None = None
        self.standin: Callable[[], object | None] = lambda: None
        self.strong: object | None = None
        self.twin: int | None = None


class _Probe:
    __slots__ = ("strong",)

    strong: object


def _baseline() -> int:
    """How many references an object has that only an import's `strong` slot holds, seen from `_unheld`."""
    probe = _Probe()
    probe.strong = object()
    return sys.getrefcount(probe.strong)


class Imports:
    """Stand-ins on this side for objects of the other side."""

    def __init__(self) -> None:
        self.by_number: dict[int, Import] = {}
        self._by_identity: dict[int, Import] = {}
        self._dead: collections.deque[int] = collections.deque()
        self._swept: dict[int, Import] = {}
        self._unheld = _baseline()
        self.lost: set[int] = set()
        """Coroutines whose stand-ins nobody awaited."""
        self.unsent: dict[int, object] = {}
        """Of what has to be made over there, by number, until that is told: what it is made with."""
        self.ending: set[int] = set()
        """Generators that are being closed, though nobody holds their stand-ins any more."""
        self._ahead = 0

    def next_ahead(self) -> int:
        """A number for what is going to be made over there."""
        self._ahead -= 1
        return self._ahead

    def bind(self, entry: Import, standin: object, *, forever: bool = False) -> None:
        """Make `standin` the face of `entry`, held weakly where that is possible.

        Instances of int, tuple and bytes subclasses and exact builtin exceptions take no weak reference, and a
        container must not lose content that the other side believes is here: these are held, and swept at a handover
        when nobody else holds them.
        """
        if len(self.by_number) >= LIMIT:
            raise ProtocolError(f"more than {LIMIT} objects are held at once")
        key = id(standin)
        self._by_identity[key] = entry
        self.by_number[entry.number] = entry
        if entry.twin is not None or type(standin).__weakrefoffset__ == 0:
            entry.strong = standin
            entry.standin = lambda: entry.strong
            self._swept[entry.number] = entry
        else:
            # The callback runs before the memory is free for another object, so no stranger inherits the identity.
            number = entry.number
            entry.standin = weakref.ref(standin, lambda _: self._forget(key, number))
            if forever:
                entry.strong = standin

    def _forget(self, key: int, number: int) -> None:
        self._by_identity.pop(key, None)
        self._dead.append(number)

    def find(self, value: object) -> Import | None:
        return self._by_identity.get(id(value))

    def releases(self, drop_twin: Callable[[int], None]) -> list[tuple[int, int, bool]]:
        """What to tell the other side with the next frame."""
        if not self._swept and not self._dead:
            return []
        for entry in list(self._swept.values()):
            if sys.getrefcount(entry.strong) <= self._unheld:
                if entry.twin is not None:
                    drop_twin(entry.twin)
                del self._swept[entry.number], self._by_identity[id(entry.strong)]
                entry.strong = None
                self._dead.append(entry.number)
        released: list[tuple[int, int, bool]] = []
        waiting: list[int] = []
        while self._dead:
            number = self._dead.popleft()
            dead = self.by_number.get(number)
            if number in self.unsent or number in self.ending:
                waiting.append(number)
            elif dead is not None and dead.standin() is None:
                del self.by_number[number]
                released.append((number, dead.count, number in self.lost))
                self.lost.discard(number)
        self._dead.extend(waiting)
        return released

    def __len__(self) -> int:
        return len(self.by_number)
