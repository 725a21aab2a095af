"""Which questions the submission may answer: the judge's rule.

A comparison or an arithmetic operation between an object of the submission and *data of the suite* is answered by the
submission only if the suite named the object's class, for then the suite is testing that class's operators. Otherwise
the operation is the one of the builtin underneath, or `object`'s. Between two objects of the submission there is no
data of the suite to lie about, so `==` is asked; `!=` is its opposite.

Even an object of a named class is asked only when the suite made it, by calling that class (or it is what an operator
made of such an object): then its operators are what the test looks at. What any other call gave back stands where a
plain result is expected, and would only have to say yes: a class is named easily, `import *` names them all.

What the suite made can still claim to be equal to everything. So equality with plain data is asked together with decoys
of the same kind, in random order: an object that equals a decoy equals nothing. Of True, False and None there are no
decoys: nothing that is asked is equal to them. It is asked all the same, as for any object that is compared with None:
an `__eq__` that takes every other for one of its kind raises, as in one process.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from grader.bridge.describe import ARITHMETIC, COMPARISONS

if TYPE_CHECKING:
    from grader.judge.endpoint import JudgeEndpoint

_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")
CONTESTED = frozenset(COMPARISONS + ARITHMETIC)
UNARY = frozenset(["__neg__", "__pos__", "__abs__", "__invert__", "__round__"])
SELVES = frozenset(["__enter__", "__iter__"])
"""Their answer is usually the object itself, under another name of the suite's."""
_TELL_NOTHING = frozenset([type(None), object])
"""Data of the suite that anybody may see."""
DECOYS = 15


def contested(endpoint: JudgeEndpoint, name: str, owner: list[type]) -> Any:
    """The special method `name` for a stand-in class, under the rule."""

    def method(self: Any, other: Any, *more: Any) -> Any:
        if endpoint.busy:  # a dict of this frame is being filled: its keys are distinct already
            return NotImplemented
        named, foreign = endpoint.made_by_suite(self), endpoint.imports.find(other) is not None
        if name == "__ne__" and not named:
            equal = self.__eq__(other)
            return equal if equal is NotImplemented else not equal
        if name == "__contains__" and not (named or foreign):
            return any(item is other or item == other for item in self)
        if not (named or foreign):
            if name == "__eq__" and type(other) in _TELL_NOTHING:
                endpoint.ask("special", owner[0], name, self, other)
            inherited = getattr(super(owner[0], self), name, None)
            return NotImplemented if inherited is None else inherited(other, *more)
        if name == "__eq__" and not foreign:
            return _equal(endpoint, owner[0], self, other)
        if name in _ORDER and type(other) in (int, float):
            return _ordered(endpoint, owner[0], name, self, other)
        answer = endpoint.ask("special", owner[0], name, self, other, *more)
        return endpoint.comes_from_suite(answer) if named and name in ARITHMETIC else answer

    return method


def unary(endpoint: JudgeEndpoint, method: Any) -> Any:
    """`-value` comes from the suite as `value + 1` does."""

    def operator(self: Any, *more: Any) -> Any:
        named = endpoint.made_by_suite(self)
        answer = method(self, *more)
        return endpoint.comes_from_suite(answer) if named else answer

    return operator


def itself(endpoint: JudgeEndpoint, method: Any) -> Any:
    """In `with value as same`, the suite has two names for what it made."""

    def enter(self: Any) -> Any:
        named = endpoint.made_by_suite(self)
        answer = method(self)
        return endpoint.comes_from_suite(answer) if named and answer is self else answer

    return enter


def _equal(endpoint: JudgeEndpoint, owner: type, value: Any, other: Any) -> Any:
    """`value == other`, where an object that is equal to anything is equal to nothing."""
    if other is None or type(other) is bool:
        endpoint.ask("special", owner, "__eq__", value, other)
        return NotImplemented
    asked = [other, *decoys(other)]
    order = random.SystemRandom().sample(range(len(asked)), len(asked))
    answers = endpoint.ask("each", owner, "__eq__", value, [asked[i] for i in order])
    real: Any = None
    for position, (raised, answer) in zip(order, answers, strict=True):
        if position == 0:
            if raised:
                raise answer
            real = _truth(endpoint, answer, doubtful=False)
        elif not raised and _truth(endpoint, answer, doubtful=True) is True:
            return False
    return real


def _truth(endpoint: JudgeEndpoint, answer: Any, *, doubtful: bool) -> Any:
    """What an answer to a comparison counts: True, False or NotImplemented, whatever it is.

    `doubtful`: what an object of the submission counts, which would say itself whether it is true, and anew each time.
    """
    if answer is NotImplemented or type(answer) is bool:
        return answer
    return doubtful if endpoint.imports.find(answer) is not None else bool(answer)


def _ordered(endpoint: JudgeEndpoint, owner: type, name: str, value: Any, other: float) -> Any:
    """`value < other`, where an object that is below (or above) everything is below nothing."""
    far = (abs(other) + 1) * 10**9
    (raised, answer), low, high = endpoint.ask("each", owner, name, value, [other, other - far, other + far])
    if raised:
        raise answer
    if all(not refused and _truth(endpoint, each, doubtful=True) is True for refused, each in (low, high)):
        return False
    return _truth(endpoint, answer, doubtful=False)


def decoys(value: Any) -> list[Any]:
    """Values of the same kind that differ from `value`, with as little as can be to tell which is the real one."""
    draw = random.SystemRandom()
    match value:
        case int():
            return _around(value, draw.randint(1, 1 + abs(value)), draw)
        case float():
            places = len(repr(value).partition(".")[2])
            step = round(draw.uniform(0.1, 1 + abs(value)), places) or 1.0
            return [round(each, places) for each in _around(value, step, draw)]
        case str():
            return [_shuffled(value, draw) for _ in range(DECOYS)]
        case list() | tuple() if value:
            columns = [_column(item, draw) for item in value]
            rows = [[column[row] for column in columns] for row in range(DECOYS)]
            return [tuple(row) if type(value) is tuple else row for row in rows if row != list(value)]
    return [object()]


def _column(item: Any, draw: random.Random) -> list[Any]:
    """What stands in the place of `item` in each decoy: every value about as often as `item` itself, so that the real
    one is not what most of them look like."""
    others = decoys(item)
    made = [others[row % len(others)] if len(others) >= DECOYS else (item, *others)[row % (1 + len(others))]
            for row in range(1, DECOYS + 1)]  # fmt: skip
    return draw.sample(made, len(made))


def _around(value: Any, step: Any, draw: random.Random) -> list[Any]:
    """Numbers on both sides of `value`, so that no place among them is likelier for it than another."""
    below = draw.randint(0, DECOYS)
    made = [value + step * (place - below + (place >= below)) for place in range(DECOYS)]
    return [each for each in made if each != value]


def _shuffled(text: str, draw: random.Random) -> str:
    other = "".join(draw.sample(text, len(text)))
    return other if other != text else text + draw.choice("abcdefgh ") + text[:1]
