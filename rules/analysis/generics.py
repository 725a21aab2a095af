"""What the type variables of a generic class stand for in an instance: `Box[Path]` makes `T` a `Path`.

Variables are told apart by their names. Where a class and its bases mean different things by one name, nothing is
said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import tree
from .definitions import ClassDefinition, spelled
from .nodes import nodes_in
from .values import UNKNOWN, Awaitable, ClassValue, Instance, Outside, Value, members, union

if TYPE_CHECKING:
    from .definitions import Definition, Scope
    from .inference import Inference
    from .names import Names

_DECLARE = frozenset({"typing.Generic", "typing.Protocol"})
_VARIABLE = "typing.TypeVar"
_ELEMENTS = frozenset(
    {"list", "set", "frozenset", "tuple", "List", "Set", "Iterable", "Iterator", "Sequence", "Collection"}
)


def type_arguments(inference: Names, value: Value | None) -> dict[str, Value]:
    """The type variables of an instance's class and its bases, by name, with what they stand for."""
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassDefinition):
        return {}
    if not value.args and not value.cls.has_arguments:
        return {}
    found: dict[str, Value] = inference.hop(
        ("type arguments", value.cls, value.args), lambda: _found(inference, value), {}
    )
    return found


def from_arguments(
    inference: Inference, definition: Definition, arguments: tuple[Value, ...], keywords: dict[str, Value]
) -> Value:
    """What a function returns that is annotated to return a type variable, by the arguments of a call."""
    variable = definition.node.returns if isinstance(definition.node, tree.Function) else None
    if not isinstance(variable, tree.Name) or not _is_variable(inference, variable, definition.parent):
        return UNKNOWN
    meant = [
        found
        for parameter, value in definition.received(arguments, keywords)
        if parameter is not None
        and (found := _meant(inference, parameter.annotation, value, variable.id)) is not None
    ]
    found = union(meant) if meant else UNKNOWN
    # Whether a coroutine that goes through a function is awaited in it is not asked here.
    return UNKNOWN if any(isinstance(item, Awaitable) for item in members(found)) else found


def _meant(inference: Inference, annotation: Any, value: Value, variable: str) -> Value | None:
    """What the variable stands for where an argument's annotation is `T`, `type[T]` or `list[T]`."""
    if isinstance(annotation, tree.Name) and annotation.id == variable:
        return value
    if not isinstance(annotation, tree.Subscript) or _parts(annotation)[:1] != [annotation.index]:
        return None
    if not isinstance(annotation.index, tree.Name) or annotation.index.id != variable:
        return None
    container = spelled(annotation.value).rpartition(".")[2]
    if container in ("type", "Type"):
        return inference.callable_result(value) if isinstance(value, ClassValue | Outside) else UNKNOWN
    return inference.item(value) if container in _ELEMENTS else None


def gives_receiver(function: tree.Function) -> bool:
    """`def make(cls: type[T]) -> T`, `def __enter__(self: T) -> T`: whatever class it is called on?"""
    if not (isinstance(function.returns, tree.Name) and function.parameters):
        return False
    first = function.parameters[0].annotation
    if isinstance(first, tree.Subscript) and spelled(first.value).rpartition(".")[2] in ("type", "Type"):
        first = first.index
    return isinstance(first, tree.Name) and first.id == function.returns.id


def mentions(annotation: Any, variables: dict[str, Value]) -> bool:
    """Does an annotation, written without quotes, name one of these variables?"""
    return annotation is not None and any(
        isinstance(node, tree.Name) and node.id in variables for node in nodes_in((annotation,))
    )


def _found(inference: Names, value: Instance) -> dict[str, Value]:
    found: dict[str, Value | None] = {}
    assert isinstance(value.cls, ClassDefinition)
    _fill(inference, value.cls, value.args, found, 0)
    return {name: meant for name, meant in found.items() if meant is not None}


def _fill(
    inference: Names,
    cls: ClassDefinition,
    args: tuple[Value, ...],
    found: dict[str, Value | None],
    depth: int,
) -> None:
    declared: list[str] = []
    bases: list[tuple[ClassDefinition, list[Any]]] = []
    for base in cls.node.bases:
        if isinstance(base, tree.Subscript):
            parts = _parts(base)
            target = inference.static(base.value, cls.parent)
            if isinstance(target, ClassValue) and target.definition is not cls:
                bases.append((target.definition, parts))
            if isinstance(target, Outside) and target.name in _DECLARE:
                declared[:0] = [part.id for part in parts if isinstance(part, tree.Name)]
            else:
                declared += [part.id for part in parts if _is_variable(inference, part, cls.parent)]
    names = list(dict.fromkeys(declared))
    given = dict(zip(names, args, strict=True)) if len(names) == len(args) else {}
    for name in names:
        meant = given.get(name)
        found[name] = meant if found.get(name, meant) == meant else UNKNOWN
    for parent, parts in bases if depth < _DEEPEST else ():
        handed = tuple(_handed(inference, part, cls, given) for part in parts)
        _fill(inference, parent, handed, found, depth + 1)


_DEEPEST = 4


def _handed(inference: Names, part: Any, cls: ClassDefinition, given: dict[str, Value]) -> Value:
    from .annotations import annotated

    if isinstance(part, tree.Name) and part.id in given:
        return given[part.id]
    return annotated(inference, part, cls.parent)


def _is_variable(inference: Names, part: Any, scope: Scope) -> bool:
    value = inference.static(part, scope) if isinstance(part, tree.Name) else None
    return isinstance(value, Instance) and value.cls == _VARIABLE


def _parts(node: tree.Subscript) -> list[Any]:
    if isinstance(node.index, tree.Sequence) and node.index.kind == "tuple":
        return list(node.index.items)
    return [node.index]
