"""Where a body pauses: what several rules about tasks ask of a piece of tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator


def nodes_of(piece: Any) -> Iterator[Any]:
    """Every node of a piece, those of nested functions, lambdas and classes left out, in no certain order."""
    waiting = [piece]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif hasattr(node, "__struct_fields__") and not isinstance(
            node, tree.Function | tree.Lambda | tree.Class
        ):
            yield node
            waiting.extend(getattr(node, name) for name in node.__struct_fields__)


def pauses(piece: Any) -> bool:
    """Does it await, itself?"""
    for node in nodes_of(piece):
        if isinstance(node, tree.Await):
            return True
        if isinstance(node, tree.ForLoop | tree.With | tree.For) and node.is_async:
            return True
    return False


def mentions(piece: Any, name: str) -> bool:
    """Does it read `name`, a plain name or an attribute chain such as `self.total`?"""
    return any(
        isinstance(node, tree.Name | tree.Attribute) and spelled(node) == name for node in nodes_of(piece)
    )
