"""Which arguments of a call the knowledge files mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import UNKNOWN, FunctionValue, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from . import tree
    from .events import Call


def names(argument: Any, index: int | None, keyword: str | None) -> bool:
    """Does the knowledge's `argument` mean the one at this position or of this keyword?"""
    if index is not None and argument.position is not None:
        return bool(index >= argument.position) if argument.rest else bool(index == argument.position)
    return keyword is not None and bool(keyword == argument.keyword)


def chosen(
    argument: Any, node: tree.Call, arguments: tuple[Value, ...], keywords: dict[str, Value]
) -> list[tuple[Any, Value]]:
    """The arguments that the knowledge's `argument` means in a call, each with its value."""
    positional = zip(node.arguments, arguments, strict=True)
    found = [(item, value) for index, (item, value) in enumerate(positional) if names(argument, index, None)]
    for key, item in node.keywords:
        if key is not None and names(argument, None, key):
            found.append((item, keywords[key]))
    return found


def handed(call: Call, callee: FunctionValue) -> list[tuple[Any, Value, tree.Parameter | None]]:
    """What a call hands to a first-party function: each expression with its value and the parameter that it goes to."""
    definition = callee.definition
    found = [
        (expression, value, definition.parameter(index + len(call.kept), None))
        for index, (expression, value) in enumerate(zip(call.node.arguments, call.arguments, strict=True))
    ]
    for key, expression in call.node.keywords:
        if key is not None:
            found.append((expression, call.keywords[key], definition.parameter(None, key)))
    return found


def typed(function: FunctionValue, values: Sequence[Value]) -> FunctionValue:
    """A plain function that something outside calls with these values: its first parameters without an
    annotation are them.
    """
    definition = function.definition
    known = dict(function.closure)
    if definition.is_method and function.receiver is None:
        return function  # its first parameter is `self`
    for index, value in enumerate(values):
        parameter = definition.parameter(index, None)
        if parameter is not None and parameter.annotation is None and value != UNKNOWN:
            known[parameter.name] = value
    return FunctionValue(definition, function.receiver, tuple(known.items()), function.via)
