"""AWAIT202 coroutine-lost

What it does: a coroutine in a local variable that is not awaited, returned, stored or handed on, on at
least one path to the end of the function; one that is overwritten; one assigned to `_`; one that an attribute
keeps which nothing in the file reads.

Why is this bad? The promise is made and forgotten: on that path its work never happens.

Example: `order = cook()`, and then a `return` before the `await order`.

Use instead: `order = await cook()`, or await it on every path; `order.close()` says that it is dropped on
purpose.

Silent about optional coroutines, variables that nested functions use, and what `finally` takes care of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.nodes import nodes_in
from rules.analysis.values import Awaitable

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT202"


def check(unit: Unit, report: Reporter) -> None:
    """Report what following the body found lost."""
    for use in unit.analysis.uses:
        if use.use == "store" and isinstance(use.value, Awaitable) and use.value.kind == "coroutine":
            attribute = _kept_in(unit, use.node)
            if attribute is not None and not _is_read(unit, attribute):
                shown = spelled(attribute)
                report.add(unit.module, use.node, CODE, "unused", variable=shown, name=use.value.name)
    for lost in unit.analysis.lost:
        value = lost.value
        if lost.collection or not isinstance(value, Awaitable):
            continue
        params: dict[str, Any] = {"variable": lost.variable, "name": value.name}
        if lost.how in ("some-path", "overwritten"):
            params["line"] = lost.at
        report.add(unit.module, lost.node, CODE, lost.how, **params)


def _kept_in(unit: Unit, made: Any) -> tree.Attribute | None:
    """The attribute of `self` that alone gets what this call makes."""
    if unit.definition is None or not unit.definition.is_method or not isinstance(made, tree.Call):
        return None
    for statement in unit.statements():
        match statement:
            case tree.Assign(targets=(tree.Attribute(value=tree.Name(id=name)) as target,), value=value):
                if value is made and name == unit.definition.node.parameters[0].name:
                    return target
    return None


def _is_read(unit: Unit, attribute: tree.Attribute) -> bool:
    """May anything read it: something in this file, or, unless it is private or the file a script, in another?"""
    body = unit.module.facts.body
    if not (attribute.name.startswith("_") or _is_script(unit)) or attribute.name.endswith("__"):
        return True
    reads = 0
    for node in nodes_in(body):
        if isinstance(node, tree.Attribute):
            reads += (node.name == attribute.name) + (node.name == "__dict__")
        elif isinstance(node, tree.Assign):
            reads -= sum(
                isinstance(part, tree.Attribute) and part.name == attribute.name for part in node.targets
            )
        elif isinstance(node, tree.Constant):
            reads += node.value == attribute.name
        elif isinstance(node, tree.Name):
            reads += node.id in ("getattr", "vars")
    return reads > 0


def _is_script(unit: Unit) -> bool:
    """Is it a file outside of packages that starts something itself?"""
    if "." in unit.module.name:
        return False
    for statement in unit.module.facts.body:
        match statement:
            case tree.If(test=tree.Compare(left=tree.Name(id="__name__"))):
                return True
            case tree.Expression(
                value=tree.Call(func=tree.Attribute(value=tree.Name(id="asyncio"), name="run"))
            ):
                return True
    return False
