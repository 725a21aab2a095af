"""What a name is where it is read: its scope, its bindings, imports and star imports, parameters.

The name's scope is searched as Python does; every binding there counts, whatever the flow (a function's own
locals are followed in order, by `flow.py`).
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

from . import tree
from .annotations import annotated
from .definitions import (
    Binding,
    ClassDefinition,
    Definition,
    Scope,
    decorated_by,
    global_assignments,
    mutated,
    spelled,
)
from .hops import Hops
from .outside import OutsideWorld
from .values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    ModuleValue,
    Namespace,
    Opaque,
    Outside,
    TypedCallable,
    Unknown,
    Value,
    members,
    union,
)

if TYPE_CHECKING:
    from rules.knowledge import Knowledge

    from .project import Module, Project

_BUILTINS: Final = frozenset(dir(builtins))
_TABLED: Final = (FunctionValue, ClassValue, Outside)
_BARE: Final = frozenset({"Final", "ClassVar"})  # alone, they leave the type to the value


class Names(Hops, ABC):
    """Answers what names are. What expressions, functions and classes are is answered on top of it."""

    def __init__(self, project: Project, knowledge: Knowledge) -> None:
        super().__init__()
        self.project = project
        self.knowledge = knowledge
        self.outside = OutsideWorld(knowledge)
        self._mutated: dict[int, frozenset[str]] = {}
        self._star_sources: dict[tuple[int, str], Module | Unknown | None] = {}  # by module and name
        self._globals: dict[int, dict[str, list[tuple[Scope, Binding]]]] = {}

    @abstractmethod
    def static(self, expression: Any, scope: Scope) -> Value:
        """What an expression is, seen from `scope`, whatever the flow."""

    @abstractmethod
    def decorated(self, definition: Definition, scope: Scope) -> Value:
        """A function as its name gives it, its decorators applied."""

    @abstractmethod
    def applied(self, function: FunctionValue, argument: Value) -> Value:
        """What a first-party decorator returns for a function or a class."""

    @abstractmethod
    def item(self, value: Value) -> Value:
        """What iterating gives."""

    @abstractmethod
    def part(self, value: Value, index: int) -> Value:
        """The element at `index` of what is unpacked."""

    @abstractmethod
    def entered(self, value: Value, *, is_async: bool) -> Value:
        """What `as` binds in `with` or `async with`."""

    def visible(self, scope: Scope, name: str) -> tuple[Scope, list[Binding]] | None:
        """The scope in which a name used in `scope` is bound, and its bindings there."""
        current: Scope | None = scope
        while current is not None:
            if name in current.bound and (current is scope or not current.is_class):
                return current, current.bindings(name)
            current = current.parent
        return None

    def is_builtin(self, scope: Scope, name: str) -> bool:
        """Is a name of Python's own surely nothing else in this scope?"""
        return self.visible(scope, name) is None and not scope.module.scope.bindings("*")

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
        value = self.whole(self._bound(home, bindings), home.module, name)
        if value == NONE and home.owner is None:
            assigned = self._assigned_globally(home.module, name)
            return union((NONE, *(self.binding(scope, binding) for scope, binding in assigned)))
        return value

    def whole(self, value: Value, module: Module, name: str) -> Value:
        """A table of functions, unless its module puts something else into it elsewhere."""
        if not (isinstance(value, Instance) and isinstance(value.cls, str) and _holds(value, _TABLED)):
            return value
        changed = self._mutated.get(id(module))
        if changed is None:
            changed = self._mutated[id(module)] = mutated(module)
        return Instance(value.cls) if name in changed else value

    def _undefined(self, scope: Scope, name: str) -> Value:
        """A name that nothing in the file defines: a forgotten import, where a module is called so."""
        assigned = self._assigned_globally(scope.module, name)
        if assigned:
            return self.remembered(
                ("global", id(scope.module), name),
                lambda: union(self.binding(home, binding) for home, binding in assigned),
            )
        if name in self.knowledge.modules:
            return Outside(self.outside.canonical(name))
        return Outside(f"typing.{name}") if name in ("Optional", "Union") else UNKNOWN

    def constant(self, scope: Scope, name: str) -> Constant | None:
        """The True or False that an upper-case name of a module always stands for."""
        if not name.strip("_").isupper():
            return None
        seen = self.visible(scope, name)
        if seen is None or seen[0].owner is not None or len(seen[1]) != 1:
            return None
        home, (binding,) = seen
        if binding.kind == "from":
            target = self.imported_scope(home, binding)
            if target is None:
                return None
            other, original = target
            found: Constant | None = self.hop(
                ("constant", id(other), original), lambda: self.constant(other, original), None
            )
            return found
        value = self.name(home, name)
        fixed = binding.kind == "assign" and not self._assigned_globally(home.module, name)
        return value if fixed and isinstance(value, Constant) and value.kind == "bool" else None

    def _assigned_globally(self, module: Module, name: str) -> list[tuple[Scope, Binding]]:
        """The assignments in functions that declare the name `global`."""
        found = self._globals.get(id(module))
        if found is None:
            found = self._globals[id(module)] = global_assignments(module)
        return found.get(name, [])

    def _starred(self, module: Module, name: str) -> Value | None:
        """A name that a star import brings into a module; None when no star import can."""
        if not module.scope.bindings("*"):
            return None
        key = (id(module), name)
        if key not in self._star_sources:
            self._star_sources[key] = self._star_source(module, name, {id(module)})
        source = self._star_sources[key]
        if source is None or isinstance(source, Unknown):
            return source
        return self.module_member(source, name)

    def _star_source(self, module: Module, name: str, seen: set[int]) -> Module | Unknown | None:
        """The module from which a star import brings a name; unknown when it may be one that is not read."""
        unsure = False
        for star in module.scope.bindings("*"):
            source = self.project.imported(module, star.node[0])
            if source is None:
                unsure = True
            elif name in source.exported():
                return source
            elif id(source) not in seen:  # modules may import everything from one another
                seen.add(id(source))
                found = self._star_source(source, name, seen)
                if found is not None:
                    return found
        return UNKNOWN if unsure and name not in _BUILTINS else None

    def _bound(self, scope: Scope, bindings: list[Binding]) -> Value:
        if not bindings:
            return UNKNOWN
        typed = [binding for binding in bindings if binding.kind == "typed"]
        overloads = [b for b in bindings if b.kind == "function"]
        if len(overloads) > 1 and len(overloads) == len(bindings):
            bindings = self._without_overloads(overloads, scope)
        if len(bindings) == 1 and typed:
            return self.made(scope, typed[0])
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
                return self.module_called(scope.module, *node)
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
                return self._declared(scope, node)
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

    def made(self, scope: Scope, binding: Binding) -> Value:
        """What an annotated name is that is bound once, with the call that made it where it matters which."""
        value = self.binding(scope, binding)
        if not isinstance(binding.node.value, tree.Call) or not isinstance(value, Instance):
            return value
        if not isinstance(value.cls, str) or not self.outside.has_blocking(value.cls):
            return value
        shown = self.static(binding.node.value, scope)
        if not isinstance(shown, Instance) or shown.cls != value.cls:
            return value
        return Instance(value.cls, value.args, shown.made)

    def _declared(self, scope: Scope, node: tree.AnnotatedAssign) -> Value:
        """What an annotated name is. What a table is made of says more than that it holds callables, or objects of
        classes derived from an abstract one.
        """
        if node.value is not None and spelled(node.annotation).rpartition(".")[2] in _BARE:
            return self.static(node.value, scope)
        said = annotated(self, node.annotation, scope, self._self_type(scope))
        if isinstance(said, Instance) and said.args and isinstance(node.value, tree.Dict | tree.Sequence):
            held = said.args[-1]
            objects = is_abstract(held)
            if objects or isinstance(held, TypedCallable | Unknown):
                shown = self.static(node.value, scope)
                if _holds(shown, (Instance,) if objects else _TABLED):
                    return shown
        return said

    def _plain_class(self, definition: ClassDefinition) -> bool:
        """Do its decorators leave it the class that it is?"""
        for decorator in definition.node.decorators:
            target = decorated_by(decorator)
            value = self.static(target, definition.parent)
            if isinstance(value, FunctionValue) and self._keeps(decorator, definition):
                continue
            known = isinstance(value, Outside) and value.name.partition(".")[0] in (
                "dataclasses", "attr", "attrs", "functools", "typing", "enum", "pydantic",
            )  # fmt: skip
            if not known:
                return False
        return True

    def _keeps(self, decorator: Any, definition: ClassDefinition) -> bool:
        """Does a decorator of the project give back the class that it is given?"""
        applied = self.static(decorator, definition.parent)
        cls = ClassValue(definition)
        return isinstance(applied, FunctionValue) and self.applied(applied, cls) == cls

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
            default = parameter.default
            if isinstance(default, tree.Name | tree.Attribute | tree.Call):
                shown = self.static(default, definition.parent)
                if isinstance(shown, Instance) and not _is_builtin(shown.cls):
                    return shown
            return Opaque(parameter.name, isinstance(default, tree.Constant) and default.kind == "none")
        value = annotated(self, parameter.annotation, definition.parent, self._self_type(scope))
        if parameter.kind == "rest":
            return Instance("builtins.tuple", (value, Constant("ellipsis")))
        if parameter.kind == "keywords":
            return Instance("builtins.dict", (Instance("builtins.str"), value))
        if isinstance(parameter.default, tree.Constant) and parameter.default.kind == "none":
            return union((value, NONE))
        return value

    # -- first-party modules by name

    def module_called(self, module: Module, shown: str, dotted: str) -> Value:
        """The module `shown`, of the project or not, that an import of `dotted` in `module` gives."""
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
            original = bindings[-1].node[1] if bindings else name
            if original != name:  # `from . import http as transport`
                return self.module_member(module, original)
        submodule = self.project.submodule(module, name)
        if submodule is not None:
            return ModuleValue(submodule)
        starred = self._starred(module, name)
        return starred if starred is not None else UNKNOWN

    def _is_self_import(self, module: Module, binding: Binding) -> bool:
        """`from . import name` in a package's `__init__`: the submodule, not a name of the package itself."""
        statement = binding.node[0]
        return module.is_package and statement.level == 1 and not statement.module


def _holds(value: Value, kinds: tuple[type, ...]) -> bool:
    """Is it a container of which it is known that all that it holds are of these kinds?"""
    return (
        isinstance(value, Instance)
        and bool(value.args)
        and all(isinstance(item, kinds) for item in members(value.args[-1]))
    )


def is_abstract(value: Value) -> bool:
    """Is it said to be of a class of the project that says of itself that it only describes others?"""
    if not isinstance(value, Instance) or isinstance(value.cls, str):
        return False
    bases = (base.value if isinstance(base, tree.Subscript) else base for base in value.cls.node.bases)
    return any(spelled(base).rpartition(".")[2] in ("ABC", "Protocol") for base in bases)


def _is_builtin(cls: ClassDefinition | str) -> bool:
    return isinstance(cls, str) and cls.startswith("builtins.")
