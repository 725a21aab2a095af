"""TASK302 sequential-awaits (off by default)

What it does: independent coroutines awaited one after the other: in a row of assignments, or one by one in
a loop.

Why is this bad? The cook stands beside the pot until the meat is done and only then puts on the rice.
Nothing is wrong, it is only as slow as the sum.

Example: `a = await fetch(1)` followed by `b = await fetch(2)`.

Use instead: `a, b = await asyncio.gather(fetch(1), fetch(2))`.

Only coroutine functions of the project count, and only where the second needs nothing of the first.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.values import Awaitable

from .awaits import mentions, nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK302"


def check(unit: Unit, report: Reporter) -> None:
    """Report awaits that could share their waiting."""
    if not unit.is_async:
        return
    own = {
        node.at: node
        for node, value in unit.analysis.awaited
        if isinstance(value, Awaitable) and value.kind == "coroutine" and value.via == "function"
    }
    for block in _blocks(unit.body):
        for first, second in itertools.pairwise(block):
            _row(unit, report, own, first, second)
    for statement in unit.statements():
        if isinstance(statement, tree.ForLoop) and not statement.is_async and len(statement.body) == 1:
            _loop(unit, report, own, statement)
        for node in nodes_of(statement):
            if isinstance(node, tree.Comprehension):
                _comprehension(unit, report, own, node)


def _blocks(body: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield body
    for statement in body:
        for name in ("body", "orelse", "final"):
            inner = getattr(statement, name, ())
            if isinstance(inner, tuple) and inner:
                yield from _blocks(inner)


def _assigned(statement: Any, own: dict[int, Any]) -> tuple[str, tree.Await] | None:
    """`name = await coroutine(...)`."""
    if (
        isinstance(statement, tree.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.value, tree.Await)
    ):
        target = statement.targets[0]
        if isinstance(target, tree.Name) and statement.value.at in own:
            return target.id, statement.value
    return None


def _row(unit: Unit, report: Reporter, own: dict[int, Any], first: Any, second: Any) -> None:
    one, other = _assigned(first, own), _assigned(second, own)
    if one is not None and other is not None and not mentions(other[1], one[0]):
        report.add(
            unit.module, other[1], CODE, "row", first=spelled(one[1].value), second=spelled(other[1].value)
        )


def _loop(unit: Unit, report: Reporter, own: dict[int, Any], loop: tree.ForLoop) -> None:
    """`results.append(await f(item))` is all that the loop does."""
    statement = loop.body[0]
    if isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Call):
        call = statement.value
        appends = isinstance(call.func, tree.Attribute) and call.func.name in ("append", "add")
        if appends and len(call.arguments) == 1 and isinstance(call.arguments[0], tree.Await):
            awaited = call.arguments[0]
            holder = spelled(call.func).rpartition(".")[0]
            if awaited.at in own and not mentions(awaited, holder) and _uses(awaited, loop.target):
                report.add(unit.module, awaited, CODE, "loop", name=spelled(awaited.value))


def _comprehension(unit: Unit, report: Reporter, own: dict[int, Any], node: tree.Comprehension) -> None:
    """`[await f(item) for item in items]`."""
    element = node.element
    targets = tuple(loop.target for loop in node.loops)
    plain = not any(loop.is_async for loop in node.loops)
    if plain and isinstance(element, tree.Await) and element.at in own and _uses(element, targets):
        report.add(unit.module, element, CODE, "loop", name=spelled(element.value))


def _uses(awaited: tree.Await, target: Any) -> bool:
    """Does each round do something of its own? (Reading a stream again and again is a sequence by nature.)"""
    names = {node.id for node in nodes_of(target) if isinstance(node, tree.Name)}
    return any(isinstance(node, tree.Name) and node.id in names for node in nodes_of(awaited))
