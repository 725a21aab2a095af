"""The part of AWAIT211 that is about callbacks that an object keeps: `Button(on_click=...)`.

A constructor stores its parameter in an attribute, and the methods of the class call that attribute as a statement,
and do nothing else with it but ask whether it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import ClassDefinition, functions
from rules.analysis.nodes import nodes_in
from rules.analysis.values import Awaitable, FunctionValue, TypedCallable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules.analysis.units import Unit


def kept_and_dropped(unit: Unit, constructor: FunctionValue, parameter: tree.Parameter) -> bool:
    """Does the object that is made call what it is given here, and drop what that returns?"""
    definition = constructor.definition
    cls = definition.cls
    if cls is None or definition.name != "__init__":
        return False
    said = unit.world.inference.parameter(definition.scope, parameter)
    if isinstance(said, TypedCallable) and isinstance(said.result, Awaitable):
        return False  # AWAIT205 says it where it is called
    analysis = unit.world.inference.analysis(FunctionValue(definition))
    uses = analysis.parameter_uses.get(parameter.name, [])
    if [use for use, _ in uses] != ["store"]:
        return False
    ((_, stored),) = uses
    for statement in definition.scope.flat():
        if isinstance(statement, tree.Assign) and statement.value is stored and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, tree.Attribute) and len(cls.assigned(target.name)) == 1:
                return _only_dropped(cls, target)
    return False


def _only_dropped(cls: ClassDefinition, stored: tree.Attribute) -> bool:
    """Is an attribute called as a statement in the methods of a class, and not used in another way?"""
    dropped = False
    for function in functions(cls.node.body):
        method = cls.module.definition(function, cls.scope)
        places = {
            id(node)
            for node in nodes_in(method.scope.body())
            if isinstance(node, tree.Attribute) and node.name == stored.name and node is not stored
        }
        if not places:
            continue
        calls = {
            id(statement.value.func)
            for statement in method.scope.flat()
            if isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Call)
        }
        asked = {id(node) for node in _asked(method.scope.flat())}
        if not places <= calls | asked:
            return False
        dropped = dropped or not places.isdisjoint(calls)
    return dropped


def _asked(statements: Iterable[Any]) -> Iterator[Any]:
    """What `if` statements ask for without calling anything: `if self.on_click is not None`."""
    for statement in statements:
        if isinstance(statement, tree.If):
            nodes = list(nodes_in((statement.test,)))
            if not any(isinstance(node, tree.Call) for node in nodes):
                yield from nodes
