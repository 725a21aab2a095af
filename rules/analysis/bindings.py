"""Which statements bind which names, and what to: the raw material of scopes and classes.

Statements in, in source order; the bindings of every name out, whatever the flow. What to do with a statement
is looked up by its class, here and wherever every statement of a project is asked: `isinstance` takes five
times as long where the class is a struct's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from . import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Binding(msgspec.Struct, frozen=True):
    """How a name comes to be. `node` is the statement, definition, parameter or expression that says it.

    kind: import, from, star, function, class, assign (node: the expression), typed (node: the annotated
    assignment), item (node: the iterable of a loop), entered / async-entered (node: the context manager),
    part (node: (expression, index)), parameter, alias, unknown.
    """

    kind: str
    node: Any


NameBindings = dict[str, list[Binding]]
_UNSURE: Final = Binding("unknown", None)


def flattened(statements: Iterable[Any]) -> list[Any]:
    """Every statement, those in branches included, those of nested functions and classes not."""
    found: list[Any] = []
    _flatten(statements, found)
    return found


def _flatten(statements: Iterable[Any], into: list[Any]) -> None:
    for statement in statements:
        into.append(statement)
        blocks = _BLOCKS.get(statement.__class__)
        if blocks is not None:
            for block in blocks(statement):
                _flatten(block, into)


_BLOCKS: Final[dict[type, Callable[[Any], Iterable[tuple[Any, ...]]]]] = {
    tree.If: lambda node: (node.body, node.orelse),
    tree.While: lambda node: (node.body, node.orelse),
    tree.ForLoop: lambda node: (node.body, node.orelse),
    tree.With: lambda node: (node.body,),
    tree.Try: lambda node: (node.body, *(handler.body for handler in node.handlers), node.orelse, node.final),
    tree.Match: lambda node: [case.body for case in node.cases],
}


def collect(statements: Iterable[Any], found: NameBindings) -> None:
    """Add what flattened statements bind. Star imports bind `*`."""
    for statement in statements:
        binds = _BINDS.get(statement.__class__)
        if binds is not None:
            binds(statement, found)


def bind(target: Any, into: dict[str, None]) -> None:
    """Add the names that assigning to `target` binds."""
    if isinstance(target, tree.Name):
        into[target.id] = None
    elif isinstance(target, tree.Sequence):
        for item in target.items:
            bind(item, into)
    elif isinstance(target, tree.Starred):
        bind(target.value, into)


def _add(name: str, binding: Binding, found: NameBindings) -> None:
    known = found.get(name)
    if known is None:
        found[name] = [binding]
    else:
        known.append(binding)


def _target(target: Any, binding: Binding, found: NameBindings) -> None:
    if target.__class__ is tree.Name:
        _add(target.id, binding, found)
    elif target.__class__ is tree.Sequence:
        for index, item in enumerate(target.items):
            if item.__class__ is tree.Starred:
                _target(item.value, _UNSURE, found)
            else:
                _target(item, Binding("part", (binding, index)), found)


def _import(statement: tree.Import, found: NameBindings) -> None:
    for dotted, name in statement.names:
        shown = dotted if name else dotted.partition(".")[0]
        _add(name or shown, Binding("import", (shown, dotted)), found)


def _import_from(statement: tree.ImportFrom, found: NameBindings) -> None:
    for original, name in statement.names:
        _add(name or original, Binding("star" if original == "*" else "from", (statement, original)), found)


def _assign(statement: tree.Assign, found: NameBindings) -> None:
    for target in statement.targets:
        _target(target, Binding("assign", statement.value), found)


def _loop(statement: tree.ForLoop, found: NameBindings) -> None:
    _target(statement.target, Binding("unknown" if statement.is_async else "item", statement.iter), found)


def _entered(statement: tree.With) -> list[tuple[Any, Binding]]:
    kind = "async-entered" if statement.is_async else "entered"
    return [(target, Binding(kind, context)) for context, target in statement.items]


def _with(statement: tree.With, found: NameBindings) -> None:
    for target, binding in _entered(statement):
        _target(target, binding, found)


def _try(statement: tree.Try, found: NameBindings) -> None:
    for handler in statement.handlers:
        if handler.name:
            _add(handler.name, _UNSURE, found)


def _match(statement: tree.Match, found: NameBindings) -> None:
    for case in statement.cases:
        for name in case.names:
            _add(name, _UNSURE, found)


_BINDS: Final[dict[type, Callable[[Any, NameBindings], None]]] = {
    tree.Function: lambda node, found: _add(node.name, Binding("function", node), found),
    tree.Class: lambda node, found: _add(node.name, Binding("class", node), found),
    tree.Import: _import,
    tree.ImportFrom: _import_from,
    tree.Assign: _assign,
    tree.AnnotatedAssign: lambda node, found: _target(node.target, Binding("typed", node), found),
    tree.AugmentedAssign: lambda node, found: _target(node.target, _UNSURE, found),
    tree.ForLoop: _loop,
    tree.With: _with,
    tree.Try: _try,
    tree.Match: _match,
    tree.AliasStatement: lambda node, found: _add(node.name, Binding("alias", node.value), found),
}


def attributes(statements: Iterable[Any], receiver: str) -> list[tuple[str, Binding]]:
    """What flattened statements of a method assign to attributes of `receiver`."""
    found: list[tuple[str, Binding]] = []
    for statement in statements:
        assigned = _ASSIGNS.get(statement.__class__)
        if assigned is not None:
            for target, binding in assigned(statement):
                _attribute(target, binding, receiver, found)
    return found


def _attribute(target: Any, binding: Binding, receiver: str, found: list[tuple[str, Binding]]) -> None:
    if target.__class__ is tree.Attribute:
        if target.value.__class__ is tree.Name and target.value.id == receiver:
            found.append((target.name, binding))
    elif target.__class__ is tree.Sequence:
        for index, item in enumerate(target.items):
            _attribute(item, Binding("part", (binding, index)), receiver, found)


# An augmented assignment changes a value, not its type.
_ASSIGNS: Final[dict[type, Callable[[Any], list[tuple[Any, Binding]]]]] = {
    tree.Assign: lambda node: [(target, Binding("assign", node.value)) for target in node.targets],
    tree.AnnotatedAssign: lambda node: [(node.target, Binding("typed", node))],
    tree.ForLoop: lambda node: [(node.target, _UNSURE)],
    tree.With: _entered,
}
