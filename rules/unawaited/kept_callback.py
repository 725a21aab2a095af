"""The part of AWAIT211 that is about callbacks that an object keeps: `Button(on_click=...)`, `event.subscribe(...)`.

A constructor stores its parameter in an attribute, or a method adds it to a list or set in one. The methods of the
class call it as a statement, and do nothing else with it but ask whether it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rules.analysis import tree
from rules.analysis.definitions import ClassDefinition, Definition, functions
from rules.analysis.nodes import nodes_in
from rules.analysis.values import Awaitable, FunctionValue, Instance, TypedCallable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.analysis.units import Unit

_ADDS: Final = frozenset({"append", "add"})
_CHANGES: Final = _ADDS | {"remove", "discard", "clear"}
_COPIES: Final = frozenset({"list", "tuple", "set", "copy", "get"})


def kept_and_dropped(unit: Unit, function: FunctionValue, parameter: tree.Parameter) -> bool:
    """Does the object whose method this is call what it is given here, and drop what that returns?"""
    definition, receiver = function.definition, function.receiver
    cls = definition.cls
    if cls is None or not isinstance(receiver, Instance) or not isinstance(receiver.cls, ClassDefinition):
        return False
    said = unit.world.inference.parameter(definition.scope, parameter)
    if isinstance(said, TypedCallable) and isinstance(said.result, Awaitable):
        return False  # AWAIT205 says it where it is called
    attribute = _keeps(definition, parameter.name)
    if attribute is None or len(cls.assigned(attribute)) != 1:
        return False
    dropping = _only_dropped(cls, attribute)
    order = unit.world.inference.linear(receiver.cls)
    derived = order[: order.index(cls)] if cls in order else order
    return bool(dropping) and not any(
        not isinstance(other, ClassDefinition) or _overrides(other, dropping, attribute) for other in derived
    )


def _keeps(definition: Definition, parameter: str) -> str | None:
    """The attribute in which a method keeps its parameter, when it does nothing else with it."""
    names = [n for n in nodes_in(definition.scope.body()) if isinstance(n, tree.Name) and n.id == parameter]
    if len(names) != 1:
        return None
    for statement in definition.scope.flat():
        match statement:
            case tree.Assign(targets=(tree.Attribute(name=attribute),), value=value) if value is names[0]:
                return attribute if definition.name == "__init__" else None
            case tree.Expression(
                value=tree.Call(func=tree.Attribute(name=method, value=held), arguments=(given,))
            ) if method in _ADDS and given is names[0]:
                return next((n.name for n in nodes_in(held) if _of_receiver(n, definition)), None)
    return None


def _of_receiver(node: Any, definition: Definition) -> bool:
    return (
        isinstance(node, tree.Attribute)
        and isinstance(node.value, tree.Name)
        and node.value.id == definition.node.parameters[0].name
    )


def _only_dropped(cls: ClassDefinition, attribute: str) -> set[str]:
    """The methods of a class that call what an attribute holds as a statement; none when it is used in another way
    as well.
    """
    dropping = set()
    for function in functions(cls.node.body):
        method = cls.module.definition(function, cls.scope)
        places = {id(node) for node in _mentions(method.scope.body(), attribute)}
        if not places:
            continue
        called = {id(node) for node in _called(method)}
        if not places <= called | {id(node) for node in _harmless(method)}:
            return set()
        if not places.isdisjoint(called):
            dropping.add(function.name)
    return dropping


def _mentions(tree_: Any, attribute: str) -> Iterator[tree.Attribute]:
    return (n for n in nodes_in(tree_) if isinstance(n, tree.Attribute) and n.name == attribute)


def _called(method: Definition) -> Iterator[Any]:
    """What stands in `self.on_click(...)` as a statement, or in the head of a loop whose variable is called so."""
    for statement in method.scope.flat():
        match statement:
            case tree.Expression(value=tree.Call(func=tree.Attribute() as func)):
                yield func
            case tree.ForLoop(target=tree.Name(id=name), iter=over, is_async=False) if _hands_out(over):
                calls = {
                    id(inner.value.func)
                    for inner in method.scope.flat()
                    if isinstance(inner, tree.Expression) and isinstance(inner.value, tree.Call)
                }
                used = [n for n in nodes_in(statement.body) if isinstance(n, tree.Name) and n.id == name]
                if used and all(id(node) in calls for node in used):
                    yield from nodes_in(over)


def _hands_out(over: Any) -> bool:
    """Does a loop go through what is kept itself, or a copy of it?"""
    calls = [node.func for node in nodes_in(over) if isinstance(node, tree.Call)]
    return all(getattr(func, "name", getattr(func, "id", "")) in _COPIES for func in calls)


def _harmless(method: Definition) -> Iterator[Any]:
    """What is asked whether it is there, made, added to or taken from."""
    for statement in method.scope.flat():
        match statement:
            case tree.If(test=test):
                nodes = list(nodes_in(test))
                if not any(isinstance(node, tree.Call) for node in nodes):
                    yield from nodes
            case tree.Assign(targets=targets):
                yield from (node for node in targets if isinstance(node, tree.Attribute))
            case tree.AnnotatedAssign(target=tree.Attribute() as target):
                yield target
            case tree.Expression(value=tree.Call(func=tree.Attribute(name=name, value=held))):
                if name in _CHANGES:
                    yield from nodes_in(held)


def _overrides(cls: ClassDefinition, methods: set[str], attribute: str) -> bool:
    """Does a derived class replace one of these methods, or use the attribute itself?"""
    own = list(functions(cls.node.body))
    return any(function.name in methods for function in own) or any(
        True
        for function in own
        for _ in _mentions(cls.module.definition(function, cls.scope).scope.body(), attribute)
    )
