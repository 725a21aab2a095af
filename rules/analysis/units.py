"""What rules look at: one unit per function of a module, and one for the module's own statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from . import tree
from .handed import as_called
from .primitives import blocking
from .values import FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.knowledge import Blocking

    from .definitions import Definition, Scope
    from .events import Analysis, Call
    from .graph import Graph
    from .inference import Inference
    from .project import Module


class World(msgspec.Struct):
    """What all units of a run share."""

    inference: Inference
    graph: Graph
    codes: frozenset[str]  # the rules that are on
    is_test: dict[str, bool]  # path -> is it a test file


class Unit(msgspec.Struct):
    """A function (`definition`), or a module's own statements (`definition` is None)."""

    world: World
    module: Module
    definition: Definition | None
    analysis: Analysis
    _loop_calls: list[tuple[Call, Analysis]] | None = None
    _blocking: dict[str, list[tuple[Call, str, Blocking]]] | None = None

    @property
    def is_async(self) -> bool:
        return self.definition is not None and self.definition.is_async

    @property
    def on_loop(self) -> bool:
        """Does its body run on the event loop: is it async, or a method that the loop calls?"""
        return self.is_async or (
            self.definition is not None and self.world.inference.called_by_loop(self.definition)
        )

    @property
    def name(self) -> str:
        return self.definition.name if self.definition is not None else ""

    @property
    def scope(self) -> Scope:
        return self.definition.scope if self.definition is not None else self.module.scope

    @property
    def body(self) -> tuple[Any, ...]:
        return self.scope.body()

    def statements(self) -> Iterator[Any]:
        """Every statement of the body, branches included, nested functions and classes not."""
        return iter(self.scope.flat())

    def loop_calls(self) -> list[tuple[Call, Analysis]]:
        """The calls that run on the event loop by themselves, each with the analysis of the body it stands
        in: those of an async function, and those of lambdas that are called here or handed to what calls
        them on the loop.
        """
        if self._loop_calls is None:
            self._loop_calls = list(self._on_loop(self.analysis, on_loop=self.on_loop, depth=0))
        return self._loop_calls

    def blocking_calls(self, code: str) -> list[tuple[Call, str, Blocking]]:
        """The calls on the loop that block under this code, each with canonical name and entry."""
        if self._blocking is None:
            self._blocking = {}
            for call, analysis in self.loop_calls():
                found = blocking(self.world.inference, call, analysis, self.definition)
                if found is not None:
                    self._blocking.setdefault(found[1].code, []).append((call, *found))
        return self._blocking.get(code, [])

    def _on_loop(self, analysis: Analysis, *, on_loop: bool, depth: int) -> Iterator[tuple[Call, Analysis]]:
        for call in analysis.calls:
            if call.guarded:
                continue
            inline = inline_lambda(call, self.module)
            if inline is not None and (on_loop or call.kind == "scheduled") and depth < _DEEPEST:
                inner = self.world.inference.analysis(inline)
                yield from self._on_loop(inner, on_loop=True, depth=depth + 1)
            elif on_loop or call.kind == "scheduled":
                yield call, analysis


def inline_lambda(call: Call, module: Module) -> FunctionValue | None:
    """The lambda of this module that is called here, or handed to something outside that calls it."""
    callee = call.callee
    if (
        call.kind in ("call", "applied", "scheduled")
        and isinstance(callee, FunctionValue)
        and isinstance(callee.definition.node, tree.Lambda)
        and callee.definition.module is module
        and (call.kind != "call" or isinstance(call.node.func, tree.Lambda))
    ):
        return callee
    return None


_DEEPEST = 4  # lambdas in lambdas


def units(world: World, module: Module) -> Iterator[Unit]:
    """The units of a module: itself, then its functions in source order."""
    inference = world.inference
    followed: list[tuple[Definition | None, Analysis]] = [(None, inference.module_analysis(module))]
    yield Unit(world, module, None, followed[0][1])
    wrappers: set[FunctionValue] = set()
    for definition in definitions(module.scope, module):
        analysis = inference.analysis(FunctionValue(definition))
        followed.append((definition, analysis))
        yield Unit(world, module, definition, analysis)
        if (
            isinstance(definition.node, tree.Function)
            and definition.node.decorators
            and definition.cls is None
        ):
            value = inference.decorated(definition, definition.parent)
            if isinstance(value, FunctionValue) and value.closure and value.definition.module is module:
                wrappers.add(FunctionValue(value.definition, None, value.closure))
    for wrapper in wrappers:  # bodies of decorators, now that it is known what they wrap
        yield Unit(world, module, wrapper.definition, inference.analysis(wrapper))
    for function in as_called(inference, module, followed):
        yield Unit(world, module, function.definition, inference.analysis(function))


def definitions(scope: Scope, module: Module) -> Iterator[Definition]:
    """Every function below a scope, methods and nested functions included."""
    for statement in scope.flat():
        if statement.__class__ is tree.Function:
            definition = module.definition(statement, scope)
            yield definition
            yield from definitions(definition.scope, module)
        elif statement.__class__ is tree.Class:
            yield from definitions(module.class_definition(statement, scope).scope, module)
