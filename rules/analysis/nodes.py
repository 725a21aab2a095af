"""Searching a piece of tree for names and nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAVES = frozenset({str, int, bool, bytes, type(None)})


def names_in(node: Any) -> frozenset[str]:
    """Every name in a piece of tree, nested functions included."""
    return frozenset(item.id for item in nodes_in(node) if item.__class__ is tree.Name)


def nodes_in(node: Any) -> Iterator[Any]:
    """Every node of a piece of tree, nested functions included, in no certain order."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        kind = item.__class__
        if kind is tuple:
            waiting.extend(item)
        elif kind is tree.Function:
            waiting.extend(tree.unpack(item))
            waiting.append(item.decorators)
        elif kind not in _LEAVES and hasattr(item, "__struct_fields__"):
            yield item
            waiting.extend(getattr(item, name) for name in item.__struct_fields__)
