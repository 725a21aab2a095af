"""Which arguments of a call the knowledge files mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import tree
    from .values import (
        Value,
    )


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
