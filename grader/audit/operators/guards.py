"""Mistakes about shared things: the semaphore, the lock or another `async with` is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import Change, Operator, Place, called, code, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def drop_guard(nodes: Sequence[Place]) -> Iterator[Change]:
    """`async with lock: ...` -> `...`; `async with open() as x: ...` -> `x = open()`, then `...`"""
    for place in nodes:
        node = place.node
        if not isinstance(node, cst.With) or not isinstance(node.body, cst.IndentedBlock):
            continue
        for item in node.items:
            if node.asynchronous is None and not _looks_like_a_lock(item.item):
                continue
            if called(item.item, "asyncio.timeout", "asyncio.timeout_at"):
                continue  # an operator of its own
            others = [other for other in node.items if other is not item]
            bound = (
                [cst.parse_statement(f"{code(item.asname.name)} = {code(item.item)}")] if item.asname else []
            )
            if others:
                others[-1] = others[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                kept: list[cst.BaseStatement] = [node.with_changes(items=others)]
            else:
                kept = list(node.body.body)
            word = "async with" if node.asynchronous else "with"
            yield Change(node, cst.FlattenSentinel([*bound, *kept]), f"{word} {text(item.item)} removed")


def _looks_like_a_lock(node: cst.CSTNode) -> bool:
    return any(word in code(node).lower() for word in ("lock", "semaphore", "mutex"))


OPERATORS = (Operator("guard-removed", drop_guard),)
