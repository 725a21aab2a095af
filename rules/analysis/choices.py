"""A call of which it is not known which of several functions it calls: is one that blocks enough?

Sure or silent: the functions or objects of a table are there to be called, each of them. But a body that gives the
choice to a thread elsewhere, or asks something of the object first, tells those that block from the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import tree
from .definitions import spelled
from .nodes import nodes_in
from .values import ClassValue, Partial, Union, Value, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .events import Analysis, Call


def one_suffices(call: Call, analysis: Analysis, body: tuple[Any, ...]) -> bool:
    """Is one that blocks enough among the possible callees? analysis, body: of the function with the call."""
    callee = call.callee
    if any(isinstance(member, ClassValue) for member in members(callee)):
        return True  # a class is several functions that all run
    each = isinstance(callee, Union) and callee.each
    return each and not _is_handed_on(callee, analysis) and not _is_asked(call.node, body)


def _is_handed_on(callee: Value, analysis: Analysis) -> bool:
    """Is the choice given to something else, to a thread or to what looks at it?"""
    return any(
        callee == (given.function if isinstance(given, Partial) else given)
        for call in analysis.calls
        for given in call.arguments
    )


def _is_asked(node: Any, body: tuple[Any, ...]) -> bool:
    """Does a condition ask for an attribute of the object, or give it to a function: `if step.is_slow`? Or does one
    compare the key with something besides the table's own ones: `if name not in SLOW`?
    """
    func = node.func if isinstance(node, tree.Call) else node
    place = func.value if isinstance(func, tree.Attribute) else func
    owner = spelled(place)
    for part in nodes_in(tuple(_conditions(body))):
        if isinstance(part, tree.Compare) and isinstance(place, tree.Subscript) and part.at < node.at:
            sides = {spelled(side) for side in (part.left, *part.rights)}
            if spelled(place.index) in sides and spelled(place.value) not in sides:
                return True
        if isinstance(part, tree.Attribute):
            if part is not func and spelled(part.value) == owner:
                return True
        elif isinstance(part, tree.Call) and any(spelled(given) == owner for given in part.arguments):
            return True
    return False


def _conditions(body: tuple[Any, ...]) -> Iterator[Any]:
    for node in nodes_in(body):
        match node:
            case tree.If() | tree.While() | tree.Conditional() | tree.Assert():
                yield node.test
            case tree.Boolean():
                yield node.left
            case tree.For():
                yield node.conditions
