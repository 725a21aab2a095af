"""What rules look at: one unit per function of a module, and one for the module's own statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import tree
from .definitions import Definition, Scope, flattened
from .events import Analysis, Call
from .flow import analyse_module
from .values import FunctionValue, Partial, Value, members

if TYPE_CHECKING:
    from .graph import Graph
    from .inference import Inference
    from .project import Module


@dataclass(slots=True)
class World:
    """What all units of a run share."""

    inference: Inference
    graph: Graph
    codes: frozenset[str]  # the rules that are on
    is_test: dict[str, bool]  # path -> is it a test file


@dataclass(slots=True)
class Unit:
    """A function (`definition`), or a module's own statements (`definition` is None)."""

    world: World
    module: Module
    definition: Definition | None
    analysis: Analysis

    @property
    def is_async(self) -> bool:
        return self.definition is not None and self.definition.is_async

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
        return flattened(self.body)

    def loop_calls(self) -> Iterator[Call]:
        """The calls that run on the event loop by themselves: those of an async function, and those of lambdas that
        are handed here to something that calls them on the loop.
        """
        yield from self._on_loop(self.analysis, on_loop=self.is_async, depth=0)

    def _on_loop(self, analysis: Analysis, *, on_loop: bool, depth: int) -> Iterator[Call]:
        for call in analysis.calls:
            if call.guarded:
                continue
            inline = inline_lambda(call, self.module)
            if inline is not None and (on_loop or call.kind == "scheduled") and depth < 4:
                inner = self.world.inference.analysis(inline)
                yield from self._on_loop(inner, on_loop=True, depth=depth + 1)
            elif on_loop or call.kind == "scheduled":
                yield call


def inline_lambda(call: Call, module: Module) -> FunctionValue | None:
    """The lambda of this module that a call hands over to be called."""
    callee = call.callee
    if (
        call.kind in ("callback", "scheduled")
        and isinstance(callee, FunctionValue)
        and isinstance(callee.definition.node, tree.Lambda)
        and callee.definition.module is module
    ):
        return callee
    return None


def units(world: World, module: Module) -> Iterator[Unit]:
    """The units of a module: itself, then its functions in source order."""
    yield Unit(world, module, None, analyse_module(world.inference, module.scope))
    for definition in definitions(module.scope, module):
        yield Unit(world, module, definition, world.inference.analysis(FunctionValue(definition)))


def definitions(scope: Scope, module: Module) -> Iterator[Definition]:
    """Every function below a scope, methods and nested functions included."""
    for statement in flattened(scope.body()):
        if isinstance(statement, tree.Function):
            definition = module.definition(statement, scope)
            yield definition
            yield from definitions(definition.scope, module)
        elif isinstance(statement, tree.Class):
            yield from definitions(module.class_definition(statement, scope).scope, module)


def functions_of(value: Value) -> tuple[FunctionValue, ...]:
    """The first-party functions that a callable value stands for; empty when one of them is something else."""
    found = []
    for member in members(value):
        while isinstance(member, Partial):
            member = member.function
        if not isinstance(member, FunctionValue):
            return ()
        found.append(member)
    return tuple(found)


