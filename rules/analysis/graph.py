"""The call graph, searched from a function for what blocks: the shortest chain of first-party calls to a
primitive.

Edges are the calls that run on the caller's own thread: plain calls, constructors, properties, special
methods of statements, generators where they are consumed, callbacks where they are called. A coroutine
function is no edge (its body is judged by itself), and what is handed to a thread was never called here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from . import tree
from .choices import one_suffices
from .definitions import kept_in
from .events import Call
from .fields import Factory, factories
from .primitives import blocking, in_memory
from .report import Link
from .values import DECORATES, ClassValue, Constant, FunctionValue, Generator, Instance, Union, Value, members

if TYPE_CHECKING:
    from .definitions import ClassDefinition, Definition
    from .inference import Inference
    from .project import Module


class Chain(NamedTuple):
    """From a function to what blocks in it: the steps, the code and canonical name of the last one."""

    links: tuple[Link, ...]
    code: str
    target: str


_DEEPEST_CHOICE = 2
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init")
Allowed = Callable[["Module", Call, str], bool]


class Graph:
    """Answers "does calling this function block?", remembering the answers."""

    def __init__(self, inference: Inference, allowed: Allowed) -> None:
        self.inference = inference
        self._allowed = allowed  # is a primitive's own rule on there, and not silenced on its line?
        self._chains: dict[tuple[int, object], Chain | None] = {}
        self._factories: dict[int, tuple[Factory, ...]] = {}
        self._made_by: dict[int, tuple[FunctionValue, ...]] = {}

    def chain(self, function: FunctionValue) -> Chain | None:
        """The shortest way from calling `function` to a primitive that blocks, None when there is none."""
        key = _key(function)
        if key not in self._chains:
            self._chains[key] = self._search(function)
        return self._chains[key]

    def targets(self, call: Call) -> tuple[FunctionValue, ...]:
        """The first-party functions whose body runs, on this thread, when `call` happens."""
        found: list[FunctionValue] = []
        for member in members(call.callee):
            if isinstance(member, ClassValue):
                found.extend(
                    self._as_called(call, method) for method in self._constructors(member.definition)
                )
                found.extend(self._filled(call, member))
            elif isinstance(member, FunctionValue):
                if member.definition.is_async or (
                    member.definition.is_generator and call.kind not in ("consume", "manage")
                ):
                    return ()
                found.append(self._as_called(call, member))
            elif isinstance(member, Instance) and not isinstance(member.cls, str):
                method = self.inference.attribute(member, "__call__")
                if not isinstance(method, FunctionValue) or method.definition.is_async:
                    return ()
                found.append(self._as_called(call, self._decorating(member, method)))
            else:
                return ()
        return tuple(found)

    def _constructors(self, cls: ClassDefinition) -> tuple[FunctionValue, ...]:
        """The methods that run when an instance is made."""
        known = self._made_by.get(id(cls))
        if known is None:
            instance = Instance(cls)
            methods = [self.inference.member(cls, name, instance) for name in _CONSTRUCTORS]
            known = self._made_by[id(cls)] = tuple(
                method
                for method in methods
                if isinstance(method, FunctionValue) and not method.definition.is_async
            )
        return known

    def _decorating(self, decorator: Instance, method: FunctionValue) -> FunctionValue:
        """`__call__` of an object that stands for a function, which its constructor has kept."""
        if decorator.made is None or decorator.made[0] != DECORATES or isinstance(decorator.cls, str):
            return method
        made = self.inference.constructor(decorator.cls)
        given = made.definition.parameter(0, None) if isinstance(made, FunctionValue) else None
        if given is None or not isinstance(made, FunctionValue) or not method.definition.node.parameters:
            return method
        receiver = method.definition.node.parameters[0].name
        kept = [
            (f"{receiver}.{attribute}", decorator.made[1][0])
            for attribute, name in kept_in(made.definition)
            if name.id == given.name
        ]
        return FunctionValue(method.definition, method.receiver, (*method.closure, *kept), method.via)

    def _filled(self, call: Call, value: ClassValue) -> Iterator[FunctionValue]:
        """The factories of fields for which this call of a dataclass, or the like, gives nothing."""
        if call.kind != "call" or not isinstance(call.node, tree.Call):
            return
        cls = value.definition
        known = self._factories.get(id(cls))
        if known is None:
            known = self._factories[id(cls)] = tuple(factories(self.inference, cls))
        spread = any(isinstance(argument, tree.Starred) for argument in call.node.arguments) or any(
            key is None for key, _ in call.node.keywords
        )
        for factory in known:
            given = factory.name in call.keywords or len(call.arguments) > factory.position
            if not factory.init or not (given or spread):
                yield factory.function

    def _as_called(self, call: Call, function: FunctionValue) -> FunctionValue:
        """A function with what this call tells about its parameters: the class of `self` where that inherits the
        method, the types of arguments whose parameters have no annotation, and constants that decide what it does.
        """
        definition = function.definition
        known = dict(function.closure)
        receiver = function.receiver
        parameters = definition.node.parameters
        if definition.is_method and parameters:
            if isinstance(receiver, ClassValue) and receiver.definition is not definition.cls:
                known[parameters[0].name] = receiver
            elif isinstance(receiver, Instance) and receiver.cls is not definition.cls:
                known[parameters[0].name] = Instance(receiver.cls)
        if call.kind == "call" and isinstance(call.node, tree.Call):
            for parameter, value in _handed(call, call.node, definition):
                if self._decides(function, parameter, value) or (
                    parameter.annotation is None and self._tells(function, parameter, value)
                ):
                    known[parameter.name] = value
        if len(known) == len(function.closure):
            return function
        return FunctionValue(definition, receiver, tuple(known.items()), function.via)

    def _decides(self, function: FunctionValue, parameter: tree.Parameter, value: Value) -> bool:
        """Is it a constant by which the function chooses what to do?"""
        if not (isinstance(value, Constant) and value.kind in ("none", "bool", "int")):
            return False
        uses = self.inference.analysis(function).parameter_uses.get(parameter.name, ())
        return any(use in ("truth", "identity") for use, _ in uses)

    def _tells(self, function: FunctionValue, parameter: tree.Parameter, value: Value) -> bool:
        """Is it worth following the function with this argument?"""
        if isinstance(value, Instance):
            matters = (
                not isinstance(value.cls, str)
                or self.inference.outside.has_blocking(value.cls)
                or in_memory(self.inference, value)
            )
            return matters and parameter.name in self.inference.analysis(function).parameter_uses
        if isinstance(value, Generator):  # its body runs where the function consumes it
            return parameter.name in self.inference.analysis(function).parameter_uses
        if isinstance(value, FunctionValue):
            uses = self.inference.analysis(function).parameter_uses.get(parameter.name, ())
            return any(use == "parameter" for use, _ in uses) and not any(use == "call" for use, _ in uses)
        return False

    def _search(self, start: FunctionValue, depth: int = 0) -> Chain | None:
        """Breadth first, so that the shortest chain is shown. depth: of choices between several callees, all
        of which have to block.
        """
        waiting: deque[tuple[FunctionValue, tuple[Link, ...]]] = deque([(start, ())])
        seen = {_key(start)}
        while waiting:
            function, links = waiting.popleft()
            module = function.definition.module
            analysis = self.inference.analysis(function)
            for call in analysis.calls:
                if call.guarded or call.depends or call.kind == "scheduled":
                    continue
                found = blocking(self.inference, call, analysis, function.definition)
                if found is not None:
                    name, entry = found
                    if self._allowed(module, call, entry.code):
                        return Chain((*links, Link(module, call.node, name)), entry.code, name)
                    continue
                targets = self.targets(call)
                if len(targets) > 1 and isinstance(call.callee, Union):
                    if not one_suffices(call, analysis, function.definition.body()):
                        if depth >= _DEEPEST_CHOICE:
                            continue
                        if not all(self._search(target, depth + 1) for target in targets):
                            continue
                for target in targets:
                    if _key(target) not in seen:
                        seen.add(_key(target))
                        link = Link(module, call.node, target.definition.qualified)
                        waiting.append((target, (*links, link)))
        return None


def _handed(call: Call, node: tree.Call, definition: Definition) -> Iterator[tuple[tree.Parameter, Value]]:
    """The parameters for which a call says what they are, by an argument or by their default."""
    spread = any(isinstance(argument, tree.Starred) for argument in node.arguments)
    told = set()
    handed: list[tuple[int | None, str | None, Value]] = []
    if not spread:
        handed = [(index, None, value) for index, value in enumerate((*call.kept, *call.arguments))]
    handed += [(None, key, value) for key, value in call.keywords.items()]
    for index, keyword, value in handed:
        parameter = definition.parameter(index, keyword)
        if parameter is not None:
            told.add(parameter.name)
            yield parameter, value
    if spread or any(key is None for key, _ in node.keywords):
        return
    for parameter in definition.node.parameters:
        default = parameter.default
        if parameter.name not in told and isinstance(default, tree.Constant):
            yield parameter, Constant(default.kind, default.value)


def _key(function: FunctionValue) -> tuple[int, object]:
    return id(function.definition), function.closure


def steps(first: str, chain: Chain) -> str:
    """The whole way as text: `load() -> util.read() -> requests.get()`."""
    return " -> ".join(f"{name}()" for name in (first, *(link.name for link in chain.links)))
