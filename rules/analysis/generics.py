"""What the type variables of a generic class stand for in an instance: `Box[Path]` makes `T` a `Path`.

Variables are told apart by their names. Where a class and its bases mean different things by one name, nothing is
said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import tree
from .definitions import ClassDefinition
from .nodes import nodes_in
from .values import UNKNOWN, ClassValue, Instance, Outside, Value

if TYPE_CHECKING:
    from .names import Names

_DECLARE = frozenset({"typing.Generic", "typing.Protocol"})
_VARIABLE = Instance("typing.TypeVar")


def type_arguments(inference: Names, value: Value | None) -> dict[str, Value]:
    """The type variables of an instance's class and its bases, by name, with what they stand for."""
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassDefinition):
        return {}
    if not value.args and not any(isinstance(base, tree.Subscript) for base in value.cls.node.bases):
        return {}
    found: dict[str, Value] = inference.hop(
        ("type arguments", value.cls, value.args), lambda: _found(inference, value), {}
    )
    return found


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
                declared += [part.id for part in parts if _is_variable(inference, part, cls)]
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


def _is_variable(inference: Names, part: Any, cls: ClassDefinition) -> bool:
    return isinstance(part, tree.Name) and inference.static(part, cls.parent) == _VARIABLE


def _parts(node: tree.Subscript) -> list[Any]:
    if isinstance(node.index, tree.Sequence) and node.index.kind == "tuple":
        return list(node.index.items)
    return [node.index]
