"""What names, attributes and calls are, across the whole project.

Deterministic whatever the order of questions: every step from one place of the project to another (a
binding, an attribute, a function's returned value) is a *hop*, hops are limited by fuel, and a remembered
answer says how much fuel it needed. So a file gives the same findings alone as among all others, and cycles
end.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Final

from . import tree
from .annotations import annotated
from .definitions import Binding, ClassDefinition, Definition, Scope, global_assignments
from .outside import OutsideWorld
from .values import (
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
    ModuleValue,
    Namespace,
    Opaque,
    Outside,
    Partial,
    Property,
    Super,
    TypedCallable,
    Union,
    Unknown,
    Value,
    union,
    without_none,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.knowledge import Knowledge

    from .events import Analysis
    from .project import Module, Project

FUEL: Final = 9
_BUILTINS: Final = frozenset(dir(builtins))
_TRANSPARENT: Final = frozenset(
    {"abc.abstractmethod", "typing.override", "typing.final", "typing.overload", "typing.no_type_check",
     "functools.lru_cache", "functools.cache", "functools.wraps", "functools.singledispatch",
     "atexit.register", "functools.singledispatchmethod", "warnings.deprecated", "typing.type_check_only",
     "types.coroutine", "async_lru.alru_cache", "builtins.staticmethod", "builtins.classmethod"}
)  # fmt: skip
_PROPERTIES: Final = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty"})
_MANAGERS: Final = {"contextlib.contextmanager": False, "contextlib.asynccontextmanager": True}
_BLANK_BASES: Final = frozenset(
    {
        "typing.Generic",
        "typing.Protocol",
        "builtins.object",
        "abc.ABC",
        "typing.NamedTuple",
        "typing.TypedDict",
    }
)
# Context managers that bind what they were made of.
_ENTERED_ARGUMENT: Final = frozenset(
    {"contextlib._GeneratorContextManager", "contextlib._AsyncGeneratorContextManager", "contextlib.closing",
     "contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager", "contextlib.aclosing"}
)  # fmt: skip
_TYPING_MODULES: Final = ("typing.", "collections.abc.", "builtins.")


class Inference:
    """Answers questions about one project; see the module's docstring."""

    def __init__(self, project: Project, knowledge: Knowledge) -> None:
        self.project = project
        self.knowledge = knowledge
        self.outside = OutsideWorld(knowledge)
        self.fuel = FUEL
        self._exhausted = False
        self._need = 0
        self._complete: dict[Any, tuple[Any, int]] = {}
        self._partial: dict[tuple[Any, int], Any] = {}
        self._globals: dict[int, dict[str, list[tuple[Scope, Binding]]]] = {}

    # -- hops

    def hop(self, key: Any, compute: Callable[[], Any], empty: Any = UNKNOWN) -> Any:
        """The remembered or computed answer for `key`; `empty` when the fuel is spent."""
        known = self._complete.get(key)
        if known is not None and self.fuel >= known[1]:
            self._need = max(self._need, known[1])
            return known[0]
        if self.fuel <= 0:
            self._exhausted = True
            return empty
        partial = (key, self.fuel)
        if partial in self._partial:
            self._exhausted = True
            return self._partial[partial]
        outer_exhausted, outer_need = self._exhausted, self._need
        self._exhausted, self._need = False, 0
        self.fuel -= 1
        try:
            value = compute()
        finally:
            self.fuel += 1
        need = self._need + 1
        if self._exhausted:
            self._partial[partial] = value
        else:
            self._complete[key] = (value, need)
        self._exhausted = self._exhausted or outer_exhausted
        self._need = max(outer_need, need)
        return value

    def remembered(self, key: Any, compute: Callable[[], Value]) -> Value:
        """`hop` for values."""
        value: Value = self.hop(key, compute)
        return value

    # -- names

    def visible(self, scope: Scope, name: str) -> tuple[Scope, list[Binding]] | None:
        """The scope in which a name used in `scope` is bound, and its bindings there."""
        current: Scope | None = scope
        while current is not None:
            if name in current.bound and (current is scope or not current.is_class):
                return current, current.bindings(name)
            current = current.parent
        return None

    def name(self, scope: Scope, name: str) -> Value:
        """What a name is where it is read, whatever the flow."""
        found = self.visible(scope, name)
        if found is not None:
            home, bindings = found
            return self.remembered(("name", id(home), name), lambda: self._named(home, name, bindings))
        starred = self._starred(scope.module, name)
        if starred is not None:
            return starred
        if name in _BUILTINS:
            return Outside(self.outside.canonical(f"builtins.{name}"))
        return self._undefined(scope, name)

    def _named(self, home: Scope, name: str, bindings: list[Binding]) -> Value:
        """What the bindings of a name say; `None` at the top of a module waits for who declares it global."""
        value = self._bound(home, bindings)
        if value == NONE and home.owner is None:
            assigned = self._assigned_globally(home.module, name)
            return union((NONE, *(self.binding(scope, binding) for scope, binding in assigned)))
        return value

    def _undefined(self, scope: Scope, name: str) -> Value:
        """A name that nothing in the file defines: a forgotten import, where a module is called so."""
        assigned = self._assigned_globally(scope.module, name)
        if assigned:
            return self.remembered(
                ("global", id(scope.module), name),
                lambda: union(self.binding(home, binding) for home, binding in assigned),
            )
        if name in self.outside.modules:
            return Outside(self.outside.canonical(name))
        return Outside(f"typing.{name}") if name in ("Optional", "Union") else UNKNOWN

    def _assigned_globally(self, module: Module, name: str) -> list[tuple[Scope, Binding]]:
        """The assignments in functions that declare the name `global`."""
        found = self._globals.get(id(module))
        if found is None:
            found = self._globals[id(module)] = global_assignments(module)
        return found.get(name, [])

    def _starred(self, module: Module, name: str) -> Value | None:
        """A name that a star import brings into a module; None when no star import can."""
        unsure = False
        for binding in module.scope.bindings("*"):
            source = self.project.imported(module, binding.node[0])
            if source is None:
                unsure = True
            elif name in source.exported() or self._starred(source, name) is not None:
                return self.module_member(source, name)
        return UNKNOWN if unsure and name not in _BUILTINS else None

    def _bound(self, scope: Scope, bindings: list[Binding]) -> Value:
        if not bindings:
            return UNKNOWN
        typed = [binding for binding in bindings if binding.kind == "typed"]
        overloads = [b for b in bindings if b.kind == "function"]
        if len(overloads) > 1 and len(overloads) == len(bindings):
            bindings = self._without_overloads(overloads, scope)
        return union(self.binding(scope, binding) for binding in (typed[:1] or bindings))

    def _without_overloads(self, bindings: list[Binding], scope: Scope) -> list[Binding]:
        """`@overload` stubs, property setters and earlier definitions of the same method give way to one
        another.
        """
        real = []
        for binding in bindings:
            names = scope.module.definition(binding.node, scope).decorator_names()
            last = {name.rpartition(".")[2] for name in names}
            if not last & {"overload", "setter", "deleter"}:
                real.append(binding)
        return real or bindings[-1:]

    def binding(self, scope: Scope, binding: Binding) -> Value:
        """What one binding of a name gives it."""
        node = binding.node
        match binding.kind:
            case "import":
                return self._import(scope.module, *node)
            case "from":
                return self._from(scope.module, *node)
            case "function":
                return self.decorated(scope.module.definition(node, scope), scope)
            case "class":
                definition = scope.module.class_definition(node, scope)
                return ClassValue(definition) if self._plain_class(definition) else UNKNOWN
            case "assign":
                return self.static(node, scope)
            case "typed":
                if isinstance(node.annotation, tree.Name) and node.annotation.id == "TypeAlias":
                    return self.static(node.value, scope) if node.value is not None else UNKNOWN
                return annotated(self, node.annotation, scope, self._self_type(scope))
            case "item":
                return self.item(self.static(node, scope))
            case "entered" | "async-entered":
                return self.entered(self.static(node, scope), is_async=binding.kind == "async-entered")
            case "part":
                inner, index = node
                return self.part(self.binding(scope, inner), index)
            case "parameter":
                return self.parameter(scope, node)
        return UNKNOWN

    def _plain_class(self, definition: ClassDefinition) -> bool:
        """Do its decorators leave it the class that it is?"""
        for decorator in definition.node.decorators:
            target = decorator.func if isinstance(decorator, tree.Call) else decorator
            value = self.static(target, definition.parent)
            known = isinstance(value, Outside) and value.name.partition(".")[0] in (
                "dataclasses", "attr", "attrs", "functools", "typing", "enum", "pydantic",
            )  # fmt: skip
            if not known:
                return False
        return True

    def _self_type(self, scope: Scope) -> Value | None:
        if isinstance(scope.owner, ClassDefinition):
            return Instance(scope.owner)
        if isinstance(scope.owner, Definition) and scope.owner.cls is not None:
            return Instance(scope.owner.cls)
        return None

    def parameter(self, scope: Scope, parameter: tree.Parameter) -> Value:
        """What a parameter of the function that owns `scope` is."""
        definition = scope.owner
        assert isinstance(definition, Definition)
        parameters = definition.node.parameters
        if definition.cls is not None and parameters and parameters[0] is parameter and definition.is_method:
            if "classmethod" in definition.decorator_names() or definition.name in (
                "__new__",
                "__init_subclass__",
            ):
                return ClassValue(definition.cls)
            return Instance(definition.cls)
        if parameter.annotation is None:
            return Opaque(parameter.name)
        value = annotated(self, parameter.annotation, definition.parent, self._self_type(scope))
        if parameter.kind == "rest":
            return Instance("builtins.tuple", (value, Constant("ellipsis")))
        if parameter.kind == "keywords":
            return Instance("builtins.dict", (Instance("builtins.str"), value))
        if isinstance(parameter.default, tree.Constant) and parameter.default.kind == "none":
            return union((value, NONE))
        return value

    # -- first-party modules by name

    def _import(self, module: Module, shown: str, dotted: str) -> Value:
        found = self.project.module(shown, module)
        if found is not None:
            return ModuleValue(found)
        if self.project.finder.find(shown, module.path) is not None:
            return UNKNOWN  # ours, but it can't be read
        if self.project.finder.is_namespace(shown, module.path) and (
            shown == dotted or self.project.finder.find(dotted, module.path) is not None
        ):
            return Namespace(shown, module)
        return Outside(self.outside.canonical(shown))

    def _from(self, module: Module, statement: tree.ImportFrom, name: str) -> Value:
        source = self.project.imported(module, statement)
        if source is not None:
            return self.module_member(source, name)
        if statement.level:
            finder = self.project.finder
            dotted = f"{statement.module}.{name}" if statement.module else name
            path = finder.relative(module.path, statement.level, dotted)
            found = self.project.at(path) if path is not None else None
            return ModuleValue(found) if found is not None else UNKNOWN
        if self.project.finder.find(statement.module, module.path) is not None:
            return UNKNOWN
        found = self.project.module(f"{statement.module}.{name}", module)
        if found is not None:
            return ModuleValue(found)
        return self.outside.module_attribute(f"{statement.module}.{name}")

    def imported_scope(self, scope: Scope, binding: Binding) -> tuple[Scope, str] | None:
        """Where a `from` import's name is defined: a first-party module's scope and the name there."""
        source = self.project.imported(scope.module, binding.node[0])
        return (source.scope, binding.node[1]) if source is not None else None

    def module_member(self, module: Module, name: str) -> Value:
        """An attribute of a first-party module."""
        if name in module.scope.bound:
            bindings = module.scope.bindings(name)
            own = [b for b in bindings if not (b.kind == "from" and self._is_self_import(module, b))]
            if own:
                return self.name(module.scope, name)
        submodule = self.project.submodule(module, name)
        if submodule is not None:
            return ModuleValue(submodule)
        starred = self._starred(module, name)
        return starred if starred is not None else UNKNOWN

    def _is_self_import(self, module: Module, binding: Binding) -> bool:
        """`from . import name` in a package's `__init__`: the submodule, not a name of the package itself."""
        statement = binding.node[0]
        return module.is_package and statement.level == 1 and not statement.module

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
        target = self.static(decorator.func if isinstance(decorator, tree.Call) else decorator, scope)
        if isinstance(target, Outside):
            name = target.name
            if name in _TRANSPARENT or name in self.knowledge.transparent:
                return value
            if isinstance(value, FunctionValue):
                if name in _PROPERTIES:
                    return Property(value)
                if name in _MANAGERS:
                    return Managed(value, _MANAGERS[name])
            return UNKNOWN
        if isinstance(target, Property) and isinstance(decorator, tree.Attribute):
            return target  # `@x.setter`: the name stays the property
        if isinstance(target, FunctionValue) and isinstance(value, FunctionValue):
            applied: Value = target
            if isinstance(decorator, tree.Call):
                applied = self.static(decorator, scope)
            if isinstance(applied, FunctionValue) and not applied.definition.is_async:
                return self.applied(applied, value)
        return UNKNOWN

    def applied(self, function: FunctionValue, argument: Value) -> Value:
        """What a first-party decorator returns for a function."""
        parameters = [
            p for p in function.definition.node.parameters if p.kind in ("positional-only", "positional")
        ]
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
        from .events import Analysis
        from .flow import analyse

        key = ("analysis", id(function.definition), function.closure)
        found: Analysis = self.hop(key, lambda: analyse(self, function), Analysis())
        return found

    def module_analysis(self, module: Module) -> Analysis:
        """The statements of a module, followed in order."""
        from .events import Analysis
        from .flow import analyse_module

        found: Analysis = self.hop(
            ("module", id(module)), lambda: analyse_module(self, module.scope), Analysis()
        )
        return found

    # -- classes

    def linear(self, definition: ClassDefinition) -> tuple[ClassDefinition | str | None, ...]:
        """The class and its bases in the order of lookup; None stands for a base that is not known."""
        found = self.hop(("linear", id(definition)), lambda: self._linear(definition), (definition, None))
        assert isinstance(found, tuple)
        return found

    def _linear(self, definition: ClassDefinition) -> tuple[ClassDefinition | str | None, ...]:
        order: list[ClassDefinition | str | None] = [definition]
        for base in definition.node.bases:
            value = self.static(base.value if isinstance(base, tree.Subscript) else base, definition.parent)
            more: tuple[ClassDefinition | str | None, ...] = (None,)
            if isinstance(value, ClassValue) and value.definition is not definition:
                more = self.linear(value.definition)
            elif isinstance(value, Outside):
                more = () if value.name in _BLANK_BASES else (value.name,)
            for item in more:  # a shared base comes after everything that derives from it
                if item in order and item is not definition:
                    order.remove(item)
                order.append(item)
        return tuple(order)

    def member(
        self, definition: ClassDefinition, name: str, receiver: Value, after: ClassDefinition | None = None
    ) -> Value:
        """An attribute looked up in a class and its bases; `after`: only in what follows this class
        (`super()`).
        """
        order = self.linear(definition)
        if after is not None:
            order = order[order.index(after) + 1 :] if after in order else ()
        for cls in order:
            if cls is None:
                return UNKNOWN
            if isinstance(cls, str):
                holder = receiver if isinstance(receiver, Instance) else None
                if name in (
                    "__init__",
                    "__enter__",
                    "__exit__",
                    "__aenter__",
                    "__aexit__",
                    "__iter__",
                    "__aiter__",
                ):
                    continue
                return (
                    Outside(f"{cls}.{name}", holder)
                    if holder is not None
                    else self.outside.module_attribute(f"{cls}.{name}")
                )
            value = self._own_member(cls, name)
            if value is not None:
                return self._bind(value, receiver)
        return UNKNOWN

    def _own_member(self, cls: ClassDefinition, name: str) -> Value | None:
        in_class = cls.scope.bindings(name) if name in cls.scope.bound else []
        assigned = cls.assigned(name)
        if not in_class and not assigned:
            return None
        return self.remembered(
            ("member", id(cls), name), lambda: self._merged_member(cls, in_class, assigned)
        )

    def _merged_member(
        self, cls: ClassDefinition, in_class: list[Binding], assigned: list[tuple[Definition, Binding]]
    ) -> Value:
        if any(binding.kind == "typed" for binding in in_class):
            return self._bound(cls.scope, in_class)
        for definition, binding in assigned:
            if binding.kind == "typed":
                return self.binding(definition.scope, binding)
        values = [self._bound(cls.scope, in_class)] if in_class else []
        for definition, binding in assigned:
            value = self.binding(definition.scope, binding)
            fresh = (
                isinstance(value, Awaitable)
                and value.via != "annotation"
                and value.kind not in ("task", "future")
            )
            values.append(UNKNOWN if fresh else value)
        return union(values)

    def _bind(self, value: Value, receiver: Value) -> Value:
        """A class's attribute as its instance (or the class itself) gives it."""
        if isinstance(value, Property):
            if isinstance(receiver, Instance):
                return self.result(FunctionValue(value.function.definition, receiver, value.function.closure))
            return UNKNOWN
        if isinstance(value, FunctionValue) and value.definition.cls is not None and value.receiver is None:
            if not value.definition.is_method or (
                isinstance(receiver, ClassValue) and not self._is_class_method(value)
            ):
                return value
            return FunctionValue(value.definition, receiver, value.closure, value.via)
        if isinstance(value, Managed):
            return Managed(
                FunctionValue(value.function.definition, receiver, value.function.closure), value.is_async
            )
        if isinstance(value, Union):
            return union(self._bind(item, receiver) for item in value.items)
        return value

    def _is_class_method(self, value: FunctionValue) -> bool:
        return "classmethod" in value.definition.decorator_names()

    def property_getter(self, value: Value, name: str) -> FunctionValue | None:
        """The getter that reading `value.name` runs."""
        if isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            for cls in self.linear(value.cls):
                if not isinstance(cls, ClassDefinition):
                    return None
                found = self._own_member(cls, name)
                if found is not None:
                    return found.function if isinstance(found, Property) else None
        return None

    # -- attributes

    def attribute(self, value: Value, name: str) -> Value:  # noqa: C901 -- one case per kind
        """What `value.name` is."""
        value = without_none(value)
        match value:
            case Outside():
                if value.receiver is not None:
                    return UNKNOWN
                return self.outside.module_attribute(f"{value.name}.{name}")
            case ModuleValue():
                return self.module_member(value.module, name)
            case Namespace():
                dotted = f"{value.name}.{name}"
                found = self.project.module(dotted, value.importer)
                if found is not None:
                    return ModuleValue(found)
                inside = self.project.finder.is_namespace(dotted, value.importer.path)
                return Namespace(dotted, value.importer) if inside else UNKNOWN
            case Instance(cls=str()):
                return self.outside.attribute(value, name)
            case Instance():
                assert isinstance(value.cls, ClassDefinition)
                if name == "__class__":
                    return ClassValue(value.cls)
                return self.member(value.cls, name, value)
            case ClassValue():
                return self.member(value.definition, name, value)
            case Super():
                cls = value.receiver
                start = (
                    cls.cls
                    if isinstance(cls, Instance)
                    else cls.definition
                    if isinstance(cls, ClassValue)
                    else None
                )
                if isinstance(start, ClassDefinition):
                    return self.member(start, name, value.receiver, after=value.cls)
            case Awaitable():
                if isinstance(value.source, Instance) and value.kind != "coroutine":
                    return self.attribute(value.source, name)
                if value.kind == "async-generator":
                    return Outside(f"types.AsyncGeneratorType.{name}", Instance("types.AsyncGeneratorType"))
            case Union():
                return union(self.attribute(item, name) for item in value.items)
            case Constant(kind="str"):
                return Outside(f"builtins.str.{name}", Instance("builtins.str"))
        return UNKNOWN

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
            if function.via is not None:
                returned = without_none(returned)  # at the end of a loop that always returns from inside
            if isinstance(returned, Awaitable) and returned.via != "annotation":
                return Awaitable(returned.kind, name, returned.source, origin, returned.via)
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
                key = ("returns", id(definition), owner)
                said = self.remembered(
                    key,
                    lambda: annotated(
                        self, node.returns, definition.parent, owner or self._self_type(definition.scope)
                    ),
                )
                if not isinstance(said, Unknown):
                    return said
                if not node.returns_value:
                    return UNKNOWN
            elif not node.returns_value:
                return NONE
        return self.analysis(function).returned

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
                    return union(item for item in args if item != Constant("ellipsis")) if args else UNKNOWN
                known = self.outside.item(cls)
                if known != UNKNOWN:
                    return known
                return args[0] if args and cls.startswith((*_TYPING_MODULES, "collections.")) else UNKNOWN
            case Generator(item=item) | Lazy(item=item):
                return item
        return UNKNOWN

    def part(self, value: Value, index: int) -> Value:
        """The element at `index` of what is unpacked."""
        if isinstance(value, Instance) and value.cls == "builtins.tuple":
            if len(value.args) == 2 and value.args[1] == Constant("ellipsis"):
                return value.args[0]
            return value.args[index] if index < len(value.args) else UNKNOWN
        return self.item(value)

    def async_item(self, value: Value) -> Value:
        """What `async for` gives."""
        if isinstance(value, Awaitable) and value.kind == "async-generator":
            source = value.source
            if isinstance(source, FunctionValue):
                node = source.definition.node
                if isinstance(node, tree.Function) and node.returns is not None:
                    said = annotated(self, node.returns, source.definition.parent)
                    if isinstance(said, Awaitable):
                        return self.async_item(said)
                    return said.args[0] if isinstance(said, Instance) and said.args else UNKNOWN
                return self.analysis(source).yielded
            return source if source is not None else UNKNOWN
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
            return self.returned(method)
        return UNKNOWN

    def static(self, expression: Any, scope: Scope) -> Value:
        """What an expression is, seen from `scope`, whatever the flow."""
        from .evaluator import Evaluator

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
