"""What evaluating an expression consists of: an environment, and what is told when something is called, used,
assigned or iterated.

`Evaluator` derives from this what each kind of expression is; `Flow` records what it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from . import tree
from .definitions import ClassDefinition, Scope
from .events import Call
from .values import (
    FunctionValue,
    Generator,
    Instance,
    Lazy,
    Outside,
    Partial,
    Value,
    members,
    without_none,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inference import Inference


class Evaluation:
    """Evaluates expressions of one scope, in the order in which Python does."""

    handlers: ClassVar[dict[type, Callable[[Any, Any, str, str], Value]]]

    def __init__(self, inference: Inference, scope: Scope) -> None:
        self.inference = inference
        self.scope = scope
        self.env: dict[str, Value] = {}  # names with a value of their own here
        self.deferred: set[int] = set()  # the expressions here (their ids) that run when they are consumed

    # -- what `flow.Flow` overrides

    def called(self, call: Call) -> None:
        """A call happened."""

    def used(self, node: Any, value: Value, use: str, detail: str = "") -> None:
        """A value was used."""

    def assigned(self, target: Any, value: Value, node: Any) -> None:
        """A walrus or a loop of a comprehension assigned."""
        if isinstance(target, tree.Name):
            self.env[target.id] = value
        elif isinstance(target, tree.Sequence):
            starred = False
            for index, item in enumerate(target.items):
                if isinstance(item, tree.Starred):
                    starred = True
                    rest = Instance("builtins.list", (self.inference.item(value),))
                    self.assigned(item.value, rest, item)
                else:
                    part = self.inference.item(value) if starred else self.inference.part(value, index)
                    self.assigned(item, part, node)
        elif isinstance(target, tree.Attribute | tree.Subscript):
            self.value(target.value)

    def handed_on(self, target: Any) -> None:
        """What a walrus assigned goes on to whoever takes the value of the expression."""

    def name(self, node: tree.Name) -> Value:
        """What a name is here."""
        found = self.env.get(node.id)
        if found is not None:
            return found
        scope = self.scope
        if scope.is_class and scope.parent is not None and not scope.bound_before(node.id, node.at):
            scope = scope.parent  # the body of a class runs once, from top to bottom
        return self.inference.name(scope, node.id)

    def awaits(self, node: tree.Await, value: Value) -> None:
        """An await happened."""

    # -- expressions

    def value(self, node: Any, use: str = "other", detail: str = "") -> Value:
        """What an expression is; `use` says what is done with it."""
        return self.handlers[node.__class__](self, node, use, detail)

    # -- what runs without being called by name

    def iterated(self, node: Any, expression: Any, value: Value, *, is_async: bool) -> None:
        """Something is iterated here, on this thread."""
        if not is_async:
            self.consume(expression, value)

    def opened(self, node: Any, expression: Any, value: Value) -> None:
        """A generator expression asks its first iterable for an iterator; nothing of it is consumed yet."""

    def consume(self, node: Any, value: Value) -> None:
        """Iterating `value` runs code: a generator's body, a mapped function, `__iter__` of a class."""
        for member in members(without_none(value)):
            if isinstance(member, Generator):
                self.called(Call(node, member.function, "consume"))
            elif isinstance(member, Lazy) and member.function is not None:
                inner = member.expression
                place = inner if id(inner) in self.deferred and inner.at >= node.at else node
                function = member.function
                while isinstance(function, Partial):
                    function = function.function
                self.called(Call(place, function, "applied" if member.mapped else "consume"))
            elif isinstance(member, Outside) and member.receiver is None:
                self.called(Call(node, Outside(f"{member.name}.__iter__"), "iterate"))
            elif isinstance(member, Instance):
                self.implicit(node, member, "__iter__", "iterate")
                if isinstance(member.cls, ClassDefinition):
                    self.implicit(node, member, "__next__", "iterate")
                    self._consume_what_iterates(node, member, member.cls)

    def _consume_what_iterates(self, node: Any, value: Instance, cls: ClassDefinition) -> None:
        """`def __iter__(self): return lines(self.path)`: it is the generator that is consumed."""
        method = self.inference.member(cls, "__iter__", value)
        if isinstance(method, FunctionValue) and not method.definition.is_generator:
            iterator = self.inference.result(method)
            if isinstance(iterator, Generator | Lazy):
                self.consume(node, iterator)

    def spread(self, node: Any) -> Value:
        """`*iterable`: it is consumed here; its items."""
        value = self.value(node, "spread")
        self.consume(node, value)
        return self.inference.item(value)

    def implicit(self, node: Any, value: Instance, method: str, kind: str) -> None:
        """A statement calls a special method."""
        if isinstance(value.cls, ClassDefinition):
            callee = self.inference.member(value.cls, method, value)
            if isinstance(callee, FunctionValue):
                runs = callee.definition.is_generator and kind == "iterate"
                self.called(Call(node, callee, "consume" if runs else kind))
        else:
            self.called(Call(node, Outside(f"{value.cls}.{method}", value), kind))

    def entering(self, node: Any, value: Instance) -> None:
        """A context manager is entered: its `__enter__` runs, or its generator does."""
        if value.cls == "contextlib._GeneratorContextManager":
            for member in value.args[1:]:
                if isinstance(member, Generator):
                    self.called(Call(node, member.function, "manage"))
        else:
            self.implicit(node, value, "__enter__", "enter")

    def _operated(self, node: Any, value: Value, method: str) -> None:
        """An operator calls a special method of a class of the project."""
        value = without_none(value)
        if method and isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            self.implicit(node, value, method, "operator")

    def operated_in_order(self, node: Any, value: Value, *methods: str) -> None:
        """An operator calls the first of these special methods that the value's class, one of the project, has."""
        value = without_none(value)
        if isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            for method in methods:
                if isinstance(self.inference.member(value.cls, method, value), FunctionValue):
                    self.implicit(node, value, method, "operator")
                    return

    def _operated_setter(self, target: tree.Attribute, owner: Value) -> None:
        """Assigning to an attribute calls the setter of a property."""
        owner = without_none(owner)
        if isinstance(owner, Instance):
            setter = self.inference.property_setter(owner, target.name)
            if setter is not None:
                self.called(Call(target, setter, "operator"))

    def closure(self) -> tuple[tuple[str, Value], ...]:
        """What nested functions see of values that only this call knows."""
        return ()
