"""Mistakes about waiting: an await that is missing, a sleep that blocks, a step on the wrong side of an
await.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import (
    Change,
    Operator,
    Place,
    called,
    dotted,
    inner,
    names_assigned,
    names_read,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PURE = {
    "len",
    "str",
    "int",
    "float",
    "list",
    "tuple",
    "dict",
    "set",
    "sorted",
    "sum",
    "min",
    "max",
    "range",
    "repr",
}


def drop_await(nodes: Sequence[Place]) -> Iterator[Change]:
    """`await f()` -> `f()`"""
    for place in nodes:
        if isinstance(place.node, cst.Await):
            yield Change(place.node, _bare(place.node), "await dropped")


def block_in_sleep(nodes: Sequence[Place]) -> Iterator[Change]:
    """`await asyncio.sleep(x)` -> `time.sleep(x)`"""
    for place in nodes:
        node = place.node
        if isinstance(node, cst.Await) and (call := called(node.expression, "asyncio.sleep")):
            blocking = cst.Call(
                cst.Attribute(cst.Name("time"), cst.Name("sleep")),
                [call.args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if call.args else [],
                lpar=node.lpar,
                rpar=node.rpar,
            )
            yield Change(node, blocking, "asyncio.sleep became time.sleep", needs="time")


def call_on_the_loop(nodes: Sequence[Place]) -> Iterator[Change]:
    """`await asyncio.to_thread(f, x)` -> `f(x)`, and the same for `run_in_executor`"""
    for place in nodes:
        node = place.node
        if not (isinstance(node, cst.Await) and isinstance(node.expression, cst.Call)):
            continue
        call = node.expression
        skipped = 0 if called(call, "asyncio.to_thread") else 1
        if skipped and not dotted(call.func).endswith(".run_in_executor"):
            continue
        if len(call.args) > skipped:
            function, *args = call.args[skipped:]
            direct = cst.Call(function.value, args, lpar=node.lpar, rpar=node.rpar)
            yield Change(node, direct, f"{text(function.value)} called on the loop instead of in a thread")


def move_across_await(nodes: Sequence[Place]) -> Iterator[Change]:
    """`a(); await b()` -> `await b(); a()`, where both orders can run and somebody could see the
    difference.
    """
    for place in nodes:
        if not isinstance(place.node, cst.IndentedBlock):
            continue
        shared = _shared_names(place)
        body = place.node.body
        for first, second in itertools.pairwise(body):
            if not (
                isinstance(first, cst.SimpleStatementLine) and isinstance(second, cst.SimpleStatementLine)
            ):
                continue
            mover, waiter = (second, first) if _awaits(first) else (first, second)
            if _awaits(mover) or not _awaits(waiter) or not _can_be_seen(mover, shared):
                continue
            if names_assigned(first) & names_read(second) or names_assigned(second) & names_read(first):
                continue
            at = body.index(first)
            swapped = [*body[:at], second, first, *body[at + 2 :]]
            yield Change(
                place.node, place.node.with_changes(body=swapped), f"{text(mover)} moved across an await"
            )


def _bare(node: cst.Await) -> cst.BaseExpression:
    inside = node.expression
    return inside.with_changes(lpar=[*node.lpar, *inside.lpar], rpar=[*inside.rpar, *node.rpar])


def _awaits(node: cst.CSTNode) -> bool:
    return any(isinstance(child, cst.Await) for child in inner(node))


def _can_be_seen(line: cst.SimpleStatementLine, shared: set[str]) -> bool:
    """Whether others may notice when this statement runs: it calls something or changes what is shared."""
    for statement in line.body:
        if isinstance(
            statement,
            cst.Return | cst.Raise | cst.Break | cst.Continue | cst.Pass | cst.Global | cst.Nonlocal,
        ):
            return False
        if isinstance(statement, cst.Import | cst.ImportFrom):
            return False
    for node in inner(line):
        if isinstance(node, cst.Call) and dotted(node.func) not in _PURE:
            return True
        if isinstance(node, cst.AssignTarget | cst.AugAssign) and not isinstance(
            node.target, cst.Name | cst.Tuple
        ):
            return True
    return bool(names_assigned(line) & shared)


def _shared_names(place: Place) -> set[str]:
    """Names that the function around declares `global` or `nonlocal`."""
    if place.function is None:
        return set()
    return {
        item.name.value
        for node in inner(place.function.body)
        if isinstance(node, cst.Global | cst.Nonlocal)
        for item in node.names
    }


OPERATORS = (
    Operator("sleep-blocks", block_in_sleep),
    Operator("await-dropped", drop_await),
    Operator("offload-dropped", call_on_the_loop),
    Operator("moved-across-await", move_across_await),
)
