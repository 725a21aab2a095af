"""What following a function's body tells: the events that rules read.

Rules never walk code to find out what things are; they filter these lists. Everything holds `tree` nodes,
whose places the report turns into lines and columns.
"""

from __future__ import annotations

from typing import Any

import msgspec

from .values import NONE, UNKNOWN, Value

# How a value is used where its expression stands.
#   statement   its value is dropped                  await, async-with, async-for, with, for
#   truth, compare, identity, arithmetic, attribute, index, format, call: used as a plain value
#   spread      `*value` or `**value`
#   plain       an argument of something that needs a plain value (`print`); parameter: of a first-party
# function
#   consumed    given to something that takes charge of it; inspect: looked at only
#   return, yield, assign, discard (`_ = ...`), store (an attribute or item), element (of a container
# literal), other
PLAIN_USES = frozenset(
    {
        "spread",
        "truth",
        "compare",
        "identity",
        "arithmetic",
        "attribute",
        "index",
        "format",
        "call",
        "plain",
        "for",
        "with",
    }
)


class Call(msgspec.Struct):
    """Something that runs code: a call, or what a statement calls implicitly.

    kept: the positional arguments that a `partial` has kept; `arguments` are those of `node`.
    kind: call; enter, exit, iterate (implicit, `callee` is the method); property; consume, manage (the body of a
    generator runs, that of a context manager); callback (`callee` was handed to the first-party function that
    `node` calls, and is called by it); applied (`node` is an argument that something outside calls at once),
    scheduled (later, on the loop).
    """

    node: Any
    callee: Value
    kind: str = "call"
    arguments: tuple[Value, ...] = ()
    keywords: dict[str, Value] = msgspec.field(default_factory=dict)
    result: Value = UNKNOWN
    use: str = "other"
    guarded: bool = False  # in the branch of a check that no event loop runs
    ready: bool = False  # in a `try` that deals with sockets that are not ready
    expected: bool = False  # in a `with pytest.raises(...)`: meant to fail
    plain: bool = True  # not in a generator expression or a class body: an `await` may be written here
    kept: tuple[Value, ...] = ()
    depends: bool = False  # in a branch that the caller chooses by the kind of an argument, or that runs once


class Use(msgspec.Struct):
    """A value that is (or holds) something awaitable, and how it is used."""

    node: Any
    value: Value
    use: str
    detail: str = ""
    callee: Value = UNKNOWN  # for `parameter`: the function, `detail` is its parameter
    tracked: bool = False  # read from a variable
    plain: bool = True  # as in `Call`


class Lost(msgspec.Struct):
    """A coroutine in a variable that some path leaves without having awaited it.

    how: unused, some-path, overwritten, discarded. node: the call that made it. at: the token where the
    path leaves.
    """

    node: Any
    value: Value
    variable: str
    how: str
    at: int
    collection: str = ""  # list, dict, set, tuple: a container of coroutines


class Analysis(msgspec.Struct):
    """Everything that following one body told."""

    calls: list[Call] = msgspec.field(default_factory=list)
    uses: list[Use] = msgspec.field(default_factory=list)
    lost: list[Lost] = msgspec.field(default_factory=list)
    returned: Value = NONE
    # what the `return`s give, without the None at the end of a loop that returns from inside
    stated: Value = NONE
    yielded: Value = UNKNOWN
    parameter_uses: dict[str, list[tuple[str, Any]]] = msgspec.field(default_factory=dict)
    # What `with` enters and loops iterate over: the statement or comprehension loop, the expression, its
    # value.
    statements: list[tuple[Any, Any, Value]] = msgspec.field(default_factory=list)
    # await, async for, async with, and the keyword
    asynchronous: list[tuple[Any, str]] = msgspec.field(default_factory=list)
    lambdas: list[Any] = msgspec.field(default_factory=list)
    # every await, with its operand's value
    awaited: list[tuple[Any, Value]] = msgspec.field(default_factory=list)
