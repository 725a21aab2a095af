"""What an attribute is: of a class and its bases, an instance, a module, something outside."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from . import tree
from .annotations import annotated
from .definitions import ClassDefinition
from .generics import mentions, type_arguments
from .names import Names, is_abstract
from .values import (
    UNKNOWN,
    Awaitable,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Managed,
    ModuleValue,
    Namespace,
    Outside,
    Partial,
    Property,
    Stored,
    Super,
    Union,
    Value,
    members,
    union,
    without_none,
)

if TYPE_CHECKING:
    from .definitions import Binding, Definition

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


_RUNS_BY_ITSELF: Final = frozenset({"task", "future"})
_STREAMS: Final = frozenset({"typing.IO", "typing.TextIO", "typing.BinaryIO"})
_FILE: Final = "io.FileIO"
_ENUMS: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


class Members(Names):
    """Answers what attributes are."""

    @abstractmethod
    def result(self, function: FunctionValue, name: str = "", origin: int = -1) -> Value:
        """What calling a first-party function gives: a coroutine, a generator, or what it returns."""

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
                if holder is not None:
                    return Outside(f"{cls}.{name}", holder)
                said = self.knowledge.attribute_type(cls, name)  # such as a Django model's `objects`
                if said is not None:
                    return self.outside.type(said, cls)
                return self.outside.module_attribute(f"{cls}.{name}")
            value = self._own_member(cls, name)
            if value is not None:
                meant = self._meant(cls, name, receiver)
                return self._bind(value, receiver) if meant is None else meant
        return UNKNOWN

    def constructor(self, definition: ClassDefinition) -> Value:
        """The `__init__` that making an instance of a class runs."""
        return self.member(definition, "__init__", Instance(definition))

    def _meant(self, cls: ClassDefinition, name: str, receiver: Value) -> Value | None:
        """What an attribute annotated with a type variable is in this instance of a generic class."""
        variables = type_arguments(self, receiver)
        if not variables:
            return None
        places = (
            [(cls.scope, binding) for binding in cls.scope.bindings(name)] if name in cls.scope.bound else []
        )
        places += [(definition.scope, binding) for definition, binding in cls.assigned(name)]
        if len(places) != 1:
            return None
        ((scope, binding),) = places
        said = binding.node.annotation if binding.kind == "typed" else None
        if binding.kind == "assign" and isinstance(binding.node, tree.Name):  # `self.value = value`
            given = scope.bindings(binding.node.id) if binding.node.id in scope.bound else []
            if [other.kind for other in given] == ["parameter"]:
                said = given[0].node.annotation
        return annotated(self, said, cls.parent, receiver) if mentions(said, variables) else None

    def _own_member(self, cls: ClassDefinition, name: str) -> Value | None:
        in_class = cls.scope.bindings(name) if name in cls.scope.bound else []
        assigned = cls.assigned(name)
        if not in_class and not assigned:
            return None
        return self.remembered(
            ("member", id(cls), name),
            lambda: self.whole(self._merged_member(cls, in_class, assigned), cls.module, f".{name}"),
        )

    def _merged_member(
        self, cls: ClassDefinition, in_class: list[Binding], assigned: list[tuple[Definition, Binding]]
    ) -> Value:
        if any(binding.kind == "typed" for binding in in_class):
            return self._shown(self._bound(cls.scope, in_class), cls, in_class, assigned)
        for definition, binding in assigned:
            if binding.kind == "typed":
                if len(assigned) == 1 and not in_class:
                    said = self.made(definition.scope, binding)
                else:
                    said = self.binding(definition.scope, binding)
                return self._shown(said, cls, in_class, assigned)
        values = [self._bound(cls.scope, in_class)] if in_class else []
        for definition, binding in assigned:
            value = self.binding(definition.scope, binding)
            if (
                isinstance(value, Awaitable)
                and value.via != "annotation"
                and value.kind not in _RUNS_BY_ITSELF
            ):
                alone = len(assigned) == 1 and not in_class
                value = Stored(value.name) if alone and value.kind == "coroutine" else UNKNOWN
            values.append(value)
        return union(values)

    def _shown(
        self,
        said: Value,
        cls: ClassDefinition,
        in_class: list[Binding],
        assigned: list[tuple[Definition, Binding]],
    ) -> Value:
        """What an attribute is whose annotation only says its kind, by all that the class assigns to it:
        `self.file: TextIO | None = None`, then `self.file = open(path)`.
        """
        meant = without_none(said)
        kind = meant.cls if isinstance(meant, Instance) else None
        if kind not in _STREAMS and not is_abstract(meant):
            return said
        places = [(cls.scope, binding) for binding in in_class]
        places += ((definition.scope, binding) for definition, binding in assigned)
        values = []
        for scope, binding in places:
            if binding.kind != "typed":
                values.append(self.binding(scope, binding))
            elif binding.node.value is not None:
                values.append(self.static(binding.node.value, scope))
        found = union(values)
        for value in members(without_none(found)):
            if not isinstance(value, Instance) or value.cls is kind:
                return said
            if isinstance(kind, str) and not (
                isinstance(value.cls, str) and self.outside.is_a(value.cls, _FILE)
            ):
                return said  # in memory, or a wrapper of something
        return found

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
        if isinstance(value, Partial):  # `partialmethod`, whose function is still to be bound
            return Partial(self._bind(value.function, receiver), value.arguments, value.keywords)
        if isinstance(value, Union):
            return union(self._bind(item, receiver) for item in value.items)
        return value

    def _is_class_method(self, value: FunctionValue) -> bool:
        return "classmethod" in value.definition.decorator_names()

    def _is_enum_member(self, definition: ClassDefinition, name: str) -> bool:
        bindings = definition.scope.bindings(name) if name in definition.scope.bound else []
        return (
            [binding.kind for binding in bindings] == ["assign"]
            and not name.startswith("_")
            and self.is_enum(definition)
        )

    def called_by_loop(self, definition: Definition) -> bool:
        """Is it a method of a class that outside code calls on the loop, such as a protocol's `data_received`?"""
        if definition.cls is None or definition.name not in self.outside.loop_methods:
            return False
        if definition.decorator_names():
            return False  # such as `run_on_executor`
        names = self.knowledge.loop_methods
        return any(
            f"{ancestor}.{definition.name}" in names
            for base in self.linear(definition.cls)
            if isinstance(base, str)
            for ancestor in self.knowledge.mro(base)
        )

    def is_enum(self, definition: ClassDefinition) -> bool:
        """Is it an enumeration, whose members are its instances?"""
        return not _ENUMS.isdisjoint(self.linear(definition))

    def property_getter(self, value: Value, name: str) -> FunctionValue | None:
        """The getter that reading `value.name` runs."""
        if isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            for cls in self.linear(value.cls):
                if not isinstance(cls, ClassDefinition):
                    return None
                found = self._own_member(cls, name)
                if found is not None:
                    if isinstance(found, Property):
                        return found.function
                    return self._descriptor(cls, name, found)
        return None

    def _descriptor(self, cls: ClassDefinition, name: str, value: Value) -> FunctionValue | None:
        """The `__get__` of an object that stands in a class."""
        if not isinstance(value, Instance) or isinstance(value.cls, str) or cls.assigned(name):
            return None
        getter = self.member(value.cls, "__get__", value)
        return getter if isinstance(getter, FunctionValue) else None

    def property_setter(self, value: Instance, name: str) -> FunctionValue | None:
        """The setter that assigning to `value.name` runs."""
        for cls in self.linear(value.cls) if isinstance(value.cls, ClassDefinition) else ():
            if not isinstance(cls, ClassDefinition):
                return None
            for binding in cls.scope.bindings(name) if name in cls.scope.bound else ():
                if binding.kind == "function":
                    definition = cls.module.definition(binding.node, cls.scope)
                    if f"{name}.setter" in definition.decorator_names():
                        return FunctionValue(definition, value)
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
                if self._is_enum_member(value.definition, name):
                    return Instance(value.definition)
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
                return union((self.attribute(item, name) for item in value.items), each=value.each)
            case Constant(kind="str" | "bytes" as kind):
                return Outside(f"builtins.{kind}.{name}", Instance(f"builtins.{kind}"))
        return UNKNOWN
