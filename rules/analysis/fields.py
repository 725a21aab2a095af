"""What constructing a dataclass, an attrs class or a pydantic model calls for the fields that it is not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from . import tree
from .definitions import ClassDefinition, spelled
from .values import FunctionValue, Outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .inference import Inference

_MAKERS: Final = frozenset({"dataclasses.field", "attr.field", "attrs.field", "attr.ib", "pydantic.Field"})
_KEYWORDS: Final = frozenset({"default_factory", "factory"})


class Factory(NamedTuple):
    """A field whose default a function makes."""

    name: str
    position: int  # among the arguments of the constructor, at least
    init: bool  # may the constructor be given it?
    function: FunctionValue


def factories(inference: Inference, definition: ClassDefinition) -> Iterator[Factory]:
    """The fields of a class and its bases of this project whose default a function of the project makes."""
    taken: set[str] = set()
    for cls in inference.linear(definition):
        if not isinstance(cls, ClassDefinition):
            continue
        position = 0
        for statement in cls.node.body:
            if not (isinstance(statement, tree.AnnotatedAssign) and isinstance(statement.target, tree.Name)):
                continue
            name = statement.target.id
            made = _made_by(inference, cls, statement.value) if name not in taken else None
            taken.add(name)
            if made is not None and isinstance(statement.value, tree.Call):
                # Which positions the fields of a base take is not counted: any argument may be for this one.
                counted = position if cls is definition and not _inherits(inference, definition) else 0
                yield Factory(name, counted, not _kept_out(statement.value), made)
            position += "ClassVar" not in spelled(statement.annotation)


def _made_by(inference: Inference, cls: ClassDefinition, value: object) -> FunctionValue | None:
    """The function of `field(default_factory=function)`."""
    if not isinstance(value, tree.Call):
        return None
    given = next((item for key, item in value.keywords if key in _KEYWORDS), None)
    if given is None:
        return None
    maker = inference.static(value.func, cls.scope)
    if not (isinstance(maker, Outside) and maker.name in _MAKERS):
        return None
    function = inference.static(given, cls.scope)
    return function if isinstance(function, FunctionValue) and not function.definition.is_async else None


def _inherits(inference: Inference, definition: ClassDefinition) -> bool:
    return any(isinstance(base, ClassDefinition) for base in inference.linear(definition)[1:])


def _kept_out(call: tree.Call) -> bool:
    """`field(init=False)`"""
    return any(
        key == "init" and isinstance(value, tree.Constant) and value.kind == "bool" and not value.value
        for key, value in call.keywords
    )
