"""What a file tells about parameters without an annotation.

A function is followed a second time, with what every call of it in its own file agrees to hand over, where that
has methods that must be awaited, or that block on the loop: `async def produce(queue)`, called with an
`asyncio.Queue`. The same with what a framework hands to it: `start_server(handle, ...)`, `@bot.command()`,
`on_message` of a `discord.Client`. Calls in other files are not asked, so that a file gives the same findings alone
as among all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .arguments import chosen
from .definitions import ClassDefinition, Definition, decorated_by, functions, kept_in
from .nodes import nodes_in
from .values import ClassValue, FunctionValue, Instance, Outside, Value, members, union, without_none

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.knowledge import Handler

    from .events import Analysis, Call
    from .inference import Inference
    from .project import Module

_DEEPEST: Final = 2  # containers in containers
_ROUNDS: Final = 3  # functions that hand on what they are handed


_Told = dict[
    Definition, dict[str, list[Value]] | None
]  # values of parameters; None: a call that can't be read


def as_called(
    inference: Inference, module: Module, followed: Sequence[tuple[Definition | None, Analysis]]
) -> Iterator[FunctionValue]:
    """The functions of a module of whose parameters the module tells more. followed: all that it defines, and
    itself (None). What such a function hands on is asked again, now that it is known what it got.
    """
    analyses = dict(followed)
    known: dict[Definition, dict[str, Value]] = {}
    for _ in range(_ROUNDS):
        found = _agreed(inference, module, analyses)
        if found == known:
            break
        known = found
        analyses.update(
            (definition, inference.analysis(_typed(definition, values)))
            for definition, values in known.items()
        )
    for definition, values in known.items():
        yield _typed(definition, values)


def _typed(definition: Definition, values: dict[str, Value]) -> FunctionValue:
    return FunctionValue(definition, None, tuple(values.items()))


def _agreed(
    inference: Inference, module: Module, analyses: dict[Definition | None, Analysis]
) -> dict[Definition, dict[str, Value]]:
    """What all that these analyses tell of a function's parameters, and of what its object keeps, agrees on."""
    told: _Told = {}
    for definition, analysis in analyses.items():
        if definition is not None and definition.is_async and _is_open(definition):
            _give(inference, told, definition, _given_by_framework(inference, definition))
        for call in analysis.calls:
            if call.kind == "call" and isinstance(call.node, tree.Call):
                _learn(inference, told, call, module)
    known: dict[Definition, dict[str, Value]] = {}
    for definition, by_name in told.items():
        agreed = {name: union(values) for name, values in (by_name or {}).items()}
        on_loop = definition.is_async or definition.name == "__init__"
        agreed = {
            name: value
            for name, value in agreed.items()
            if _is_awaited_of(inference, value) or (on_loop and _may_block(inference, value))
        }
        if agreed:
            known.setdefault(definition, {}).update(agreed)
            if definition.cls is not None and definition.name == "__init__":
                for method, attributes in _kept(definition, definition.cls, agreed):
                    known.setdefault(method, {}).update(attributes)
    return known


def _kept(
    constructor: Definition, cls: ClassDefinition, given: dict[str, Value]
) -> Iterator[tuple[Definition, dict[str, Value]]]:
    """What the methods of a class find in the attributes where its constructor keeps what it is given, each with
    the spelling of the attribute there: `self.session`.
    """
    held: dict[str, Value] = {}
    for attribute, name in kept_in(constructor):
        if name.id in given and _only_here(cls, attribute, name):
            held[attribute] = given[name.id]
    for function in functions(cls.node.body) if held else ():
        method = cls.module.definition(function, cls.scope)
        if method.is_method and function.parameters and method is not constructor:
            receiver = function.parameters[0].name
            read = {
                node.name
                for node in nodes_in(method.scope.body())
                if isinstance(node, tree.Attribute) and node.name in held
            }
            if read and "classmethod" not in method.decorator_names():
                yield method, {f"{receiver}.{name}": held[name] for name in held if name in read}


def _only_here(cls: ClassDefinition, attribute: str, given: tree.Name) -> bool:
    """Is an attribute assigned by this statement alone, but for a None before or after it?"""
    others = [
        binding
        for _, binding in cls.assigned(attribute)
        if not (isinstance(binding.node, tree.Constant) and binding.node.kind == "none")
    ]
    return (
        len(others) == 1
        and others[0].kind == "assign"
        and others[0].node is given
        and attribute not in cls.scope.bound
    )


def _is_open(definition: Definition) -> bool:
    """Is there a parameter of which nothing is said?"""
    parameters = definition.node.parameters[definition.is_method :]
    return any(parameter.annotation is None for parameter in parameters)


def _learn(inference: Inference, told: _Told, call: Call, module: Module) -> None:
    callee = call.callee
    if isinstance(callee, ClassValue) and callee.definition.module is module:
        callee = inference.constructor(callee.definition)
    if isinstance(callee, FunctionValue):
        if _is_ours(callee, module):
            _add(told, callee.definition, call)
    elif isinstance(callee, Outside):
        handler = inference.outside.find(inference.knowledge.handlers, callee.name)
        if handler is not None and handler.argument is not None:
            for _, value in chosen(handler.argument, call.node, call.arguments, call.keywords):
                if isinstance(value, FunctionValue) and _is_ours(value, module):
                    _give(inference, told, value.definition, handler.gives)


def _is_ours(function: FunctionValue, module: Module) -> bool:
    return function.definition.module is module and not function.closure and _is_open(function.definition)


def _given_by_framework(inference: Inference, definition: Definition) -> tuple[str, ...]:
    """The types of what a framework hands to a function that it decorates, or to a method of a class of its own
    that the project overrides.
    """
    knowledge = inference.knowledge
    decorators = definition.node.decorators if isinstance(definition.node, tree.Function) else ()
    if not decorators:
        bases = inference.linear(definition.cls) if definition.cls is not None else ()
        names = [f"{base}.{definition.name}" for base in bases if isinstance(base, str)]
        return next((types for name in names if (types := knowledge.find(knowledge.events, name))), ())
    found: tuple[str, ...] = ()
    frameworks = set()
    for decorator in decorators:
        called = decorated_by(decorator)
        target = inference.static(called, definition.parent)
        if not isinstance(target, Outside):
            return ()  # it may hand over something else
        frameworks.add(target.name.partition(".")[0])
        handler = inference.outside.find(knowledge.handlers, target.name)
        if handler is not None and handler.argument is None:
            found = found or handler.gives or _event(inference, handler, definition, decorator)
    return found if len(frameworks) == 1 else ()


def _event(inference: Inference, handler: Handler, definition: Definition, decorator: Any) -> tuple[str, ...]:
    """What the event is called with for which a function listens: the one that it is named after, or that the
    decorator names.
    """
    name = definition.name
    if isinstance(decorator, tree.Call):
        for given in (*decorator.arguments, *(value for _, value in decorator.keywords)):
            name = str(given.value) if isinstance(given, tree.Constant) and given.kind == "str" else ""
    return inference.knowledge.find(inference.knowledge.events, f"{handler.events}.{name}") or ()


def _give(inference: Inference, told: _Told, definition: Definition, types: tuple[str, ...]) -> None:
    if not types or not definition.is_async:
        return
    by_name = told.setdefault(definition, {})
    if by_name is None:
        return
    for index, text in enumerate(types):
        parameter = definition.parameter(index, None)
        if parameter is not None and parameter.annotation is None:
            by_name.setdefault(parameter.name, []).append(inference.outside.type(text))


def _add(told: _Told, definition: Definition, call: Call) -> None:
    node = call.node
    if any(isinstance(argument, tree.Starred) for argument in node.arguments) or call.kept:
        told[definition] = None
    if any(key is None for key, _ in node.keywords):
        told[definition] = None
    by_name = told.setdefault(definition, {})
    if by_name is None:
        return  # what one of the calls hands over can't be told
    for parameter, value in definition.received(call.arguments, call.keywords):
        if parameter is not None and parameter.annotation is None:
            by_name.setdefault(parameter.name, []).append(value)


def _is_awaited_of(inference: Inference, value: Value, depth: int = 0) -> bool:
    """Is it an object (or a container of such) with methods that must be awaited?"""
    held = without_none(value)
    return any(_has_async(inference, member, depth) for member in members(held))


def _may_block(inference: Inference, value: Value) -> bool:
    """Is it an object with methods of which some may block?"""
    return any(
        isinstance(member, Instance)
        and (not isinstance(member.cls, str) or inference.outside.has_blocking(member.cls))
        for member in members(without_none(value))
    )


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
