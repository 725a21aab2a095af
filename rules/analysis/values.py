"""What an expression may be, as far as the analysis knows: abstract values.

Sure or silent starts here: whatever is not known is `UNKNOWN` (or an `Opaque` parameter), and a union with
an unknown member is unknown. Names of outside things are canonical (`requests.Session.get`).

A run makes and compares values a hundred thousand times: those of msgspec do it in C, those of `dataclasses` in
Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection

    from .definitions import ClassDefinition, Definition
    from .project import Module


class Unknown(msgspec.Struct, frozen=True):
    """Could be anything."""


class Opaque(msgspec.Struct, eq=False):
    """An unannotated parameter: unknown, but recognisable while it flows through the body.

    optional: its default is None. What takes its place then shows what it is used as: `clock or Clock()`.
    """

    name: str
    optional: bool = False


class Constant(msgspec.Struct, frozen=True):
    """None, a bool, an int or a str whose value is known; `kind` as in `tree.Constant`."""

    kind: str
    value: Any = None


class Outside(msgspec.Struct, frozen=True):
    """A module, class or callable of code that is never read. `receiver`: the instance of a bound method."""

    name: str
    receiver: Value | None = None


class ModuleValue(msgspec.Struct, frozen=True):
    """A first-party module."""

    module: Module


class Namespace(msgspec.Struct, frozen=True):
    """A folder of the project without `__init__.py`, as the package `name` seen from `importer`."""

    name: str
    importer: Module


class FunctionValue(msgspec.Struct, frozen=True):
    """A first-party function, method or lambda.

    receiver: the bound instance or class. closure: values of enclosing functions' parameters, where a
    decorator was seen through. via: the decorated original, for the name in messages.
    """

    definition: Definition
    receiver: Value | None = None
    closure: tuple[tuple[str, Value], ...] = ()
    via: Definition | None = None


class ClassValue(msgspec.Struct, frozen=True):
    """A first-party class."""

    definition: ClassDefinition


class Instance(msgspec.Struct, frozen=True):
    """An instance of a first-party class or of an outside one; `args` are the types of what a container
    holds.

    made: the call that made it, where it is seen: (canonical name, arguments, keywords).
    """

    cls: ClassDefinition | str
    args: tuple[Value, ...] = ()
    made: tuple[str, tuple[Value, ...], tuple[tuple[str, Value], ...]] | None = None


class Awaitable(msgspec.Struct, frozen=True):
    """What must be awaited (or is a task or future).

    kind: as in the knowledge files. name: how messages call the callable. source: who can tell what
    awaiting gives: a function, or the value itself. origin: the token of the call that made it, 0 when it
    was not made here.
    """

    kind: str  # coroutine | awaitable | task | future | async-generator
    name: str
    source: FunctionValue | Value | None = None
    origin: int = -1
    via: str = "function"  # function | outside | sync (a plain function returned it) | annotation


class Stored(msgspec.Struct, frozen=True):
    """The coroutine of `name(...)` in an attribute that is assigned in one place only. Who awaits it, and when, is
    not followed: it is no `Awaitable`.
    """

    name: str


class Generator(msgspec.Struct, frozen=True):
    """A generator of a first-party function, not consumed yet: its body runs when it is."""

    function: FunctionValue
    item: Value


class Lazy(msgspec.Struct, frozen=True):
    """An iterator that does its work when it is consumed: a generator expression, a `map` of `function`
    (`mapped`), or what an outside `function` such as `pathlib.Path.glob` gave.
    """

    function: Value | None
    item: Value
    expression: Any = None  # the `tree.Comprehension` of a generator expression
    mapped: bool = False


class Partial(msgspec.Struct, frozen=True):
    """`functools.partial(function, *arguments, **keywords)`."""

    function: Value
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()


class Managed(msgspec.Struct, frozen=True):
    """A generator function under `contextlib.contextmanager` or `asynccontextmanager`."""

    function: FunctionValue
    is_async: bool


class Property(msgspec.Struct, frozen=True):
    """A method under `property`, seen in its class."""

    function: FunctionValue


class TypedCallable(msgspec.Struct, frozen=True):
    """Something annotated `Callable[..., result]`."""

    result: Value


class Super(msgspec.Struct, frozen=True):
    """`super()` in a method of `cls`."""

    cls: ClassDefinition
    receiver: Value


class Union(msgspec.Struct, frozen=True):
    """One of several known values (never one of them unknown, never nested).

    each: is it seen that every one of them comes up, as in `for step in (First(), Second())`? What an annotation
    allows need not, nor the definitions of one name for different systems.
    """

    items: tuple[Value, ...]
    each: bool = False


Value: TypeAlias = (
    Unknown | Opaque | Constant | Outside | ModuleValue | FunctionValue | ClassValue | Instance | Awaitable
    | Generator | Lazy | Partial | TypedCallable | Super | Union | Namespace | Managed | Property | Stored
)  # fmt: skip

UNKNOWN: Final = Unknown()
NONE: Final = Constant("none")
EMPTY: Final = ("", (), ())  # what an empty container was made of
DECORATES: Final = "@"  # what made the object of a class that decorates: its argument is the function
CALLABLES: Final = (FunctionValue, ClassValue, Outside, Partial)  # of which it is known what they call
_LARGEST_UNION: Final = 6


def join(left: Value, right: Value) -> Value:
    """What is either: a union, or unknown when a side is."""
    if left is right or left == right:
        return left
    return union((left, right), each=left.__class__ is FunctionValue is right.__class__)


def union(values: Any, *, each: bool = False) -> Value:
    """One value for several possible ones. each: see `Union`."""
    found: list[Value] = []
    replaced: Opaque | None = None
    for value in values:
        kind = value.__class__
        if kind is Unknown:
            return UNKNOWN
        if kind is Union:
            each = each or value.each
            found += [item for item in value.items if item not in found]
        elif kind is Opaque:
            if not value.optional:
                return UNKNOWN
            replaced = value
        elif value not in found:
            found.append(value)
    if len(found) == 1 and replaced is None:
        return found[0]
    if len(found) > 1 and any(map(is_empty, found)):  # what else it may be says what it holds
        full = {item.cls for item in found if isinstance(item, Instance) and not is_empty(item)}
        found = [
            item for item in found if not (isinstance(item, Instance) and is_empty(item) and item.cls in full)
        ]
    if replaced is not None and not any(isinstance(item, Instance) for item in found):
        return UNKNOWN if found else replaced
    if not found or len(found) > _LARGEST_UNION:
        return UNKNOWN
    return found[0] if len(found) == 1 else Union(tuple(found), each)


def each_of(values: Collection[Value]) -> Value:
    """What comes up where all of these do."""
    return union(values, each=not any(value.__class__ is Union for value in values))


def some_of(value: Value) -> Value:
    """What comes up where only some of it do: see `Union.each`."""
    return Union(value.items) if isinstance(value, Union) and value.each else value


def members(value: Value) -> tuple[Value, ...]:
    """The possible values; the value itself when there is one."""
    return value.items if isinstance(value, Union) else (value,)


def without_none(value: Value) -> Value:
    """The value when it is not None."""
    if value.__class__ is Union:
        return union((item for item in value.items if item != NONE), each=value.each)
    return value


def is_empty(value: Value) -> bool:
    """Is it a container that was made with nothing in it, and given nothing since?"""
    return isinstance(value, Instance) and value.made == EMPTY


def falsy(value: Value) -> bool:
    """Is it surely None, False, 0 or an empty string?"""
    return isinstance(value, Constant) and value.kind in ("none", "bool", "int", "str") and not value.value
