"""What expressions, calls and functions are, across the whole project.

The top of four layers, each a room of its own: remembered answers (`hops.py`), names (`names.py`), attributes
(`members.py`), and here functions with their decorators, calls, and what containers hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .annotations import annotated
from .definitions import ClassDefinition, decorated_by
from .evaluator import Evaluator
from .events import Analysis
from .flow import analyse, analyse_module
from .generics import gives_receiver
from .members import Members
from .values import (
    CALLABLES,
    DECORATES,
    NONE,
    UNKNOWN,
    Awaitable,
    ClassValue,
    Constant,
    FunctionValue,
    Generator,
    Instance,
    Lazy,
    Managed,
    Outside,
    Partial,
    Property,
    TypedCallable,
    Union,
    Unknown,
    Value,
    each_of,
    union,
    without_none,
)

if TYPE_CHECKING:
    from .definitions import Definition, Scope
    from .project import Module

_TRANSPARENT: Final = frozenset(
    {"abc.abstractmethod", "typing.override", "typing.final", "typing.overload", "typing.no_type_check",
     "functools.lru_cache", "functools.cache", "functools.wraps", "functools.singledispatch",
     "atexit.register", "functools.singledispatchmethod", "warnings.deprecated", "typing.type_check_only",
     "types.coroutine", "async_lru.alru_cache", "builtins.staticmethod", "builtins.classmethod"}
)  # fmt: skip
_PROPERTIES: Final = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty"})
_MANAGERS: Final = {"contextlib.contextmanager": False, "contextlib.asynccontextmanager": True}
# Context managers that bind what they were made of.
_ENTERED_ARGUMENT: Final = frozenset(
    {"contextlib._GeneratorContextManager", "contextlib._AsyncGeneratorContextManager", "contextlib.closing",
     "contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager", "contextlib.aclosing",
     "contextlib.nullcontext"}
)  # fmt: skip
_CONTEXT_DECORATOR: Final = "contextlib.ContextDecorator"
_TYPING_MODULES: Final = ("typing.", "collections.abc.", "builtins.")


class Inference(Members):
    """Answers questions about one project."""

    # -- definitions

    def decorated(self, definition: Definition, scope: Scope) -> Value:
        """A function as its name gives it, its decorators applied."""
        return self.remembered(("decorated", id(definition)), lambda: self._decorated(definition, scope))

    def _decorated(self, definition: Definition, scope: Scope) -> Value:
        value: Value = FunctionValue(definition)
        node = definition.node
        assert isinstance(node, tree.Function)
        for decorator in reversed(node.decorators):
            value = self.decorate(value, decorator, scope)
            if isinstance(value, Unknown):
                break
        return value

    def decorate(self, value: Value, decorator: Any, scope: Scope) -> Value:
        """What a decorator makes of a value; unknown for decorators that can't be seen through."""
        target = self.static(decorated_by(decorator), scope)
        if isinstance(target, Outside):
            return self._decorated_outside(value, target)
        if isinstance(target, ClassValue | Managed):
            return self._wrapped(target, value, is_called=isinstance(decorator, tree.Call))
        if isinstance(target, Property) and isinstance(decorator, tree.Attribute):
            return target  # `@x.setter`: the name stays the property
        if isinstance(target, FunctionValue) and isinstance(value, FunctionValue):
            applied: Value = target
            if isinstance(decorator, tree.Call):
                applied = self.static(decorator, scope)
            if isinstance(applied, FunctionValue) and not applied.definition.is_async:
                return self.applied(applied, value)
        return UNKNOWN

    def _decorated_outside(self, value: Value, target: Outside) -> Value:
        """What a decorator that is never read makes of a value, where the knowledge files say it."""
        name = target.name
        if name in _TRANSPARENT or name in self.knowledge.transparent:
            return value
        made = self.outside.call(target, name, -1)
        if isinstance(made, Instance) and self.outside.awaitable_kind(f"{made.cls}.__call__"):
            return made  # `@sync_to_async`: what stands for the function must be awaited when called
        if not isinstance(value, FunctionValue):
            return UNKNOWN
        if name in _MANAGERS:
            return Managed(value, _MANAGERS[name])
        caches = name in self.knowledge.caches
        if name in _PROPERTIES or (caches and name.endswith(".cached_property")):
            return Property(value)
        return value if caches else UNKNOWN

    def _wrapped(self, cls: ClassValue | Managed, value: Value, *, is_called: bool) -> Value:
        """A class of the project as a decorator: its instance stands for the function, unless it binds. A context
        manager only goes around the call.
        """
        if is_called:
            if isinstance(cls, Managed) or _CONTEXT_DECORATOR in self.linear(cls.definition):
                return value
            method = self.member(cls.definition, "__call__", Instance(cls.definition))
            if isinstance(method, FunctionValue) and not method.definition.is_async:
                return self.applied(method, value)
            return UNKNOWN
        if isinstance(cls, Managed):
            return UNKNOWN
        instance = Instance(cls.definition)
        order = self.linear(cls.definition)
        if any(not isinstance(base, ClassDefinition) for base in order):
            return UNKNOWN
        special = (self.member(cls.definition, name, instance) for name in ("__get__", "__new__"))
        if any(isinstance(method, FunctionValue) for method in special):
            return UNKNOWN
        return Instance(cls.definition, (), (DECORATES, (value,), ()))

    def applied(self, function: FunctionValue, argument: Value) -> Value:
        """What a first-party decorator returns for a function."""
        parameters = [
            p for p in function.definition.node.parameters if p.kind in ("positional-only", "positional")
        ]
        if function.definition.is_method:
            parameters = parameters[1:]
        if not parameters:
            return UNKNOWN
        closure = (*function.closure, (parameters[0].name, argument))
        result = self.analysis(FunctionValue(function.definition, function.receiver, closure)).returned
        if isinstance(result, FunctionValue) and isinstance(argument, FunctionValue):
            if result.definition is argument.definition:
                return result
            return FunctionValue(
                result.definition, result.receiver, result.closure, argument.via or argument.definition
            )
        return result

    def analysis(self, function: FunctionValue) -> Analysis:
        """The body of a function, followed in order. `Analysis.EMPTY`-like when the fuel is spent."""
        key = ("analysis", id(function.definition), function.closure)
        found: Analysis = self.hop(key, lambda: analyse(self, function), Analysis())
        return found

    def module_analysis(self, module: Module) -> Analysis:
        """The statements of a module, followed in order."""
        found: Analysis = self.hop(
            ("module", id(module)), lambda: analyse_module(self, module.scope), Analysis()
        )
        return found

    # -- calls

    def result(self, function: FunctionValue, name: str = "", origin: int = -1) -> Value:
        """What calling a first-party function gives: a coroutine, a generator, or what it returns."""
        definition = function.definition
        if isinstance(definition.node, tree.Function) and definition.node.is_async:
            if definition.node.is_generator:
                return Awaitable("async-generator", name, function, origin)
            return Awaitable("coroutine", name, function, origin)
        if definition.is_generator:
            return Generator(function, self._yielded(function))
        returned = self.returned(function)
        if isinstance(definition.node, tree.Lambda) or function.via is not None:
            if function.via is not None and function.closure:
                returned = self.analysis(function).stated
            if isinstance(returned, Awaitable) and returned.via != "annotation":
                # The task of a wrapper is the wrapper's to keep.
                own = returned.kind in ("task", "future") and function.via is not None
                return Awaitable(
                    returned.kind, name, returned.source, origin, "sync" if own else returned.via
                )
        return self._as_call(returned, name, origin)

    def _as_call(self, value: Value, name: str, origin: int) -> Value:
        """A coroutine that a plain function returned, as made by the call of that function."""
        if isinstance(value, Awaitable) and value.kind in ("coroutine", "awaitable", "task", "future"):
            return Awaitable(value.kind, name, value.source, origin, "sync")
        return value

    def returned(self, function: FunctionValue) -> Value:
        """What the `return`s of a function give (for a coroutine function: what awaiting it gives)."""
        definition = function.definition
        node = definition.node
        if isinstance(node, tree.Function):
            if node.returns is not None and not function.closure:
                owner = function.receiver
                if isinstance(owner, ClassValue):
                    owner = Instance(owner.definition)
                if isinstance(owner, Instance) and definition.cls is not None and gives_receiver(node):
                    return owner
                key = ("returns", id(definition), owner)
                said = self.remembered(
                    key,
                    lambda: annotated(
                        self, node.returns, definition.parent, owner or self._self_type(definition.scope)
                    ),
                )
                if isinstance(said, TypedCallable) and node.returns_value:
                    body = self.analysis(function).returned
                    if isinstance(body, CALLABLES):  # which one it is says more than that it is one
                        return body
                if not isinstance(said, Unknown):
                    return said
                if not node.returns_value:
                    return UNKNOWN
            elif not node.returns_value:
                return NONE
        found = self.analysis(function).returned
        return self._of_receiver(function) if self._is_base_of_receiver(function, found) else found

    def _is_base_of_receiver(self, function: FunctionValue, returned: Value) -> bool:
        """Was a method that gives back an instance of its own class called on a class derived from it?"""
        cls = function.definition.cls
        if cls is None or not isinstance(returned, Instance) or returned.cls is not cls:
            return False
        receiver = function.receiver
        called_on = receiver.definition if isinstance(receiver, ClassValue) else getattr(receiver, "cls", cls)
        return called_on is not cls and function.definition.is_method

    def _of_receiver(self, function: FunctionValue) -> Value:
        """What a method returns when its first parameter is what it was called on: `return cls()`."""
        definition, receiver = function.definition, function.receiver
        assert receiver is not None
        closure = (*function.closure, (definition.node.parameters[0].name, receiver))
        return self.analysis(FunctionValue(definition, receiver, closure, function.via)).returned

    def _yielded(self, function: FunctionValue) -> Value:
        node = function.definition.node
        if isinstance(node, tree.Function) and node.returns is not None:
            return self.item(annotated(self, node.returns, function.definition.parent))
        return self.analysis(function).yielded

    def awaited(self, value: Value) -> Value:
        """What `await value` gives."""
        match value:
            case Awaitable():
                source = value.source
                if isinstance(source, FunctionValue):
                    return self.returned(source)
                if value.kind == "coroutine" or value.via == "annotation":
                    if isinstance(source, Instance) and source.cls in ("asyncio.Task", "asyncio.Future"):
                        return source.args[0] if source.args else UNKNOWN
                    return source if source is not None else UNKNOWN
                if isinstance(source, Instance):
                    if source.args and source.cls in ("asyncio.Task", "asyncio.Future"):
                        return source.args[0]
                    if isinstance(source.cls, str):
                        return self.outside.awaited(source.cls)
                elif source is not None and value.via == "sync":
                    return source
            case Instance(cls=str()):
                return self.outside.awaited(value.cls) if isinstance(value.cls, str) else UNKNOWN
            case Union():
                return union(self.awaited(item) for item in value.items)
        return UNKNOWN

    # -- containers and protocols

    def item(self, value: Value) -> Value:
        """What iterating gives."""
        match without_none(value):
            case Instance(cls=str() as cls, args=args):
                if cls == "builtins.tuple":
                    if len(args) == 2 and args[1] == Constant("ellipsis"):
                        return args[0]
                    return each_of(args)
                if cls == "asyncio._AsCompletedIterator":
                    return Awaitable("coroutine", "as_completed.__next__", UNKNOWN)
                known = self.outside.item(cls)
                if known != UNKNOWN:
                    return known
                return args[0] if args and cls.startswith((*_TYPING_MODULES, "collections.")) else UNKNOWN
            case Generator(item=item) | Lazy(item=item):
                return item
            case ClassValue(definition=definition) if self.is_enum(definition):
                return Instance(definition)
            case Union(items=items):
                return union(self.item(item) for item in items)
        return UNKNOWN

    def part(self, value: Value, index: int) -> Value:
        """The element at `index` of what is unpacked."""
        if isinstance(value, Union):
            each = value.each and not any(map(_is_marked, value.items))
            return union((self.part(item, index) for item in value.items), each=each)
        if isinstance(value, Instance) and value.cls == "builtins.tuple":
            if len(value.args) == 2 and value.args[1] == Constant("ellipsis"):
                return value.args[0]
            return value.args[index] if index < len(value.args) else UNKNOWN
        if isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            return self._field(value, value.cls, index)
        return self.item(value)

    def _field(self, value: Instance, cls: ClassDefinition, index: int) -> Value:
        """The field at `index` of a NamedTuple of the project."""
        bases = [self.static(base, cls.parent) for base in cls.node.bases]
        if Outside("typing.NamedTuple") not in bases:
            return UNKNOWN
        fields = [
            statement.target.id
            for statement in cls.node.body
            if isinstance(statement, tree.AnnotatedAssign) and isinstance(statement.target, tree.Name)
        ]
        return self.attribute(value, fields[index]) if index < len(fields) else UNKNOWN

    def async_item(self, value: Value) -> Value:
        """What `async for` gives."""
        if isinstance(value, Awaitable) and value.kind == "async-generator":
            source = value.source
            if isinstance(source, FunctionValue):
                node = source.definition.node
                if isinstance(node, tree.Function) and node.returns is not None:
                    said = annotated(self, node.returns, source.definition.parent, source.receiver)
                    if isinstance(said, Awaitable):
                        return self.async_item(said)
                    return said.args[0] if isinstance(said, Instance) and said.args else UNKNOWN
                return self.analysis(source).yielded
            return source if source is not None else UNKNOWN
        if isinstance(value, Awaitable) and value.kind == "awaitable" and isinstance(value.source, Instance):
            value = value.source  # such as `websockets.connect`, which may be awaited or iterated
        if isinstance(value, Instance) and isinstance(value.cls, str):
            known = self.outside.item(value.cls)
            return known if known != UNKNOWN else (value.args[0] if value.args else UNKNOWN)
        return UNKNOWN

    def entered(self, value: Value, *, is_async: bool) -> Value:
        """What `as` binds in `with` or `async with`."""
        value = without_none(value)
        if isinstance(value, Awaitable) and isinstance(value.source, Instance):
            value = value.source
        if not isinstance(value, Instance):
            return UNKNOWN
        if isinstance(value.cls, str):
            if value.cls in _ENTERED_ARGUMENT:
                return value.args[0] if value.args else UNKNOWN
            return self.outside.entered(value)
        method = self.member(value.cls, "__aenter__" if is_async else "__enter__", value)
        if isinstance(method, FunctionValue):
            by_hand = is_async and not method.definition.is_async  # a plain function that returns a coroutine
            return self.awaited(self.result(method)) if by_hand else self.returned(method)
        return self._entered_base(value, value.cls)

    def _entered_base(self, value: Instance, cls: ClassDefinition) -> Value:
        """What entering gives by what a class of the project inherits from outside: most give themselves."""
        for base in self.linear(cls):
            if base is None:
                return UNKNOWN
            if isinstance(base, str) and self.knowledge.protocols(base):
                entered = self.outside.entered(Instance(base))
                return value if entered == Instance(base) else entered
        return UNKNOWN

    def static(self, expression: Any, scope: Scope) -> Value:
        """What an expression is, seen from `scope`, whatever the flow."""
        return Evaluator(self, scope).value(expression)

    def callable_result(self, value: Value) -> Value:
        """What calling something gives, when only its value is known (no arguments)."""
        match value:
            case FunctionValue():
                return self.result(value, value.definition.name)
            case Partial():
                return self.callable_result(value.function)
            case ClassValue():
                return Instance(value.definition)
            case Outside():
                return self.outside.call(value, value.name, -1)
            case TypedCallable():
                return value.result
            case Union():
                return union(self.callable_result(item) for item in value.items)
        return UNKNOWN


def _is_marked(value: Value) -> bool:
    """Is it a tuple that says of what it holds whether it is one of a kind: `(load, True)`?"""
    parts = value.args if isinstance(value, Instance) else ()
    return any(isinstance(part, Constant) and part.kind == "bool" for part in parts)
