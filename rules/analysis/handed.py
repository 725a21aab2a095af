"""What the calls in a file tell about parameters without an annotation.

A function is followed a second time, with what every call of it in its own file agrees to hand over, where that
has methods that must be awaited: `async def produce(queue)`, called with an `asyncio.Queue`. Calls in other files
are not asked, so that a file gives the same findings alone as among all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .definitions import ClassDefinition, Definition, functions
from .values import FunctionValue, Instance, Value, members, union, without_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .events import Analysis, Call
    from .inference import Inference
    from .project import Module

_DEEPEST: Final = 2  # containers in containers


def as_called(inference: Inference, module: Module, analyses: Iterable[Analysis]) -> Iterator[FunctionValue]:
    """The functions of a module of whose parameters its own calls (those of `analyses`) tell more, in source
    order of the first such call.
    """
    told: dict[Definition, dict[str, list[Value]] | None] = {}
    for analysis in analyses:
        for call in analysis.calls:
            callee = call.callee
            if (
                isinstance(callee, FunctionValue)
                and call.kind == "call"
                and callee.definition.module is module
                and not callee.closure
                and _is_open(callee.definition)
            ):
                _add(told, callee.definition, call)
    for definition, by_name in told.items():
        closure = []
        for name, values in (by_name or {}).items():
            value = union(values)
            if _is_awaited_of(inference, value):
                closure.append((name, value))
        if closure:
            yield FunctionValue(definition, None, tuple(closure))


def _is_open(definition: Definition) -> bool:
    """Is there a parameter of which nothing is said?"""
    parameters = definition.node.parameters[definition.is_method :]
    return any(parameter.annotation is None for parameter in parameters)


def _add(told: dict[Definition, dict[str, list[Value]] | None], definition: Definition, call: Call) -> None:
    node = call.node
    if any(isinstance(argument, tree.Starred) for argument in node.arguments) or call.kept:
        told[definition] = None
    if any(key is None for key, _ in node.keywords):
        told[definition] = None
    by_name = told.setdefault(definition, {})
    if by_name is None:
        return  # what one of the calls hands over can't be told
    given: list[tuple[int | None, str | None, Value]] = [
        (index, None, value) for index, value in enumerate(call.arguments)
    ]
    given += [(None, key, value) for key, value in call.keywords.items()]
    for index, keyword, value in given:
        parameter = definition.parameter(index, keyword)
        if parameter is not None and parameter.annotation is None:
            by_name.setdefault(parameter.name, []).append(value)


def _is_awaited_of(inference: Inference, value: Value, depth: int = 0) -> bool:
    """Is it an object (or a container of such) with methods that must be awaited?"""
    held = without_none(value)
    return any(_has_async(inference, member, depth) for member in members(held))


def _has_async(inference: Inference, value: Any, depth: int) -> bool:
    if not isinstance(value, Instance):
        return False
    if not isinstance(value.cls, ClassDefinition):
        inside = depth < _DEEPEST and any(_is_awaited_of(inference, part, depth + 1) for part in value.args)
        return inside or inference.outside.has_awaitable(value.cls)
    return any(
        inference.outside.has_awaitable(cls)
        if isinstance(cls, str)
        else cls is not None and any(function.is_async for function in functions(cls.node.body))
        for cls in inference.linear(value.cls)
    )
