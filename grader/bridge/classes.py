"""Stand-ins for classes and their instances.

A special method is a real function on the stand-in class, where Python looks for it, and forwards to the class of the
other side that defines it: so implicit lookup, missing methods and `super().__init__()` work as in one process. Every
other name in a class body is a descriptor that reads the other side anew each time, so instance attributes, counters
on the class and patched methods are never stale.
"""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from grader.bridge import describe, errors, known
from grader.bridge.functions import signature
from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    import inspect

    from grader.bridge.endpoint import Endpoint

_LOCAL = frozenset({"__traceback__", "__cause__", "__context__", "__suppress_context__", "args"})
_ON_CLASS = frozenset({"_abc_impl", "__abstractmethods__", "__set_name__"})
_ABSENT = frozenset({"__class_getitem__", "__orig_bases__", "__isabstractmethod__"})


LONGEST_NAME = 1_000
"""Characters of the name of a class or of something in it."""
MOST_NAMES = 10_000


class Mirror:
    """What every instance of a stand-in class does."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        return endpoint_of(self).ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        __tracebackhide__ = True
        if name in _LOCAL and isinstance(self, BaseException):
            object.__setattr__(self, name, value)
        else:
            endpoint_of(self).ask("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        __tracebackhide__ = True
        endpoint_of(self).ask("delattr", self, name)

    def __dir__(self) -> list[str]:
        return _names(endpoint_of(self).ask("dir", self))

    def __copy__(self) -> Any:
        return endpoint_of(self).ask("copy", self, False)  # noqa: FBT003

    def __deepcopy__(self, memo: Any) -> Any:
        return endpoint_of(self).ask("copy", self, True)  # noqa: FBT003

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: it lives in the other process")


class ClassProxy(type):
    """The class of stand-in classes."""

    _bridge: ClassVar[Endpoint]

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> Any:
        """A class statement of this side that derives from a class of the other side."""
        cls = super().__new__(mcls, name, bases, {"__slots__": (), **namespace})
        mcls._bridge.define(cls, name, bases, namespace, kwargs)
        return cls

    def __init__(cls, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        return type(cls)._bridge.ask("call", cls, *args, **kwargs)

    def __getattr__(cls, name: str) -> Any:
        if name in _ON_CLASS:
            raise AttributeError(name)
        return type(cls)._bridge.class_attribute(cls, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name in _ON_CLASS:
            type.__setattr__(cls, name, value)
            return
        type(cls)._bridge.ask("setattr", cls, name, value)
        own = namespace(cls)
        if name in own and not isinstance(own[name], Forward):
            type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        type(cls)._bridge.ask("delattr", cls, name)

    @property  # type: ignore[misc]
    def __dict__(cls) -> Any:  # type: ignore[override]
        return types.MappingProxyType(Namespace(type(cls)._bridge, cls))

    @property
    def __mro__(cls) -> tuple[type, ...]:
        """Without our own root, which nobody asked for."""
        return tuple(base for base in type.__dict__["__mro__"].__get__(cls) if not _is_root(base))

    @property
    def __bases__(cls) -> tuple[type, ...]:  # type: ignore[override]
        bases = type.__dict__["__bases__"].__get__(cls)
        return tuple(base for base in bases if not _is_root(base)) or (object,)

    @property
    def __signature__(cls) -> inspect.Signature:
        bridge = type(cls)._bridge
        parameters = bridge.ask("signature", cls)
        return signature([(*each[:5], bridge.note(each[5])) for each in parameters])

    def __dir__(cls) -> list[str]:
        return _names(type(cls)._bridge.ask("dir", cls))


class ContainerClassProxy(ClassProxy):
    """For classes whose own metaclass makes them containers."""

    def __iter__(cls) -> Any:
        return iter(type(cls)._bridge.ask("list", cls))

    def __len__(cls) -> int:
        return len(type(cls)._bridge.ask("list", cls))

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return type(cls)._bridge.ask("getitem", cls, key)

    def __contains__(cls, item: Any) -> bool:
        return any(item is member or item == member for member in cls)


class EnumClassProxy(ClassProxy):
    """For enums: `EnumType`'s own code runs here, over the member tables of the other side."""


class Namespace(Mapping[str, Any]):
    """The raw namespace of a class or module of the other side as it is at each look.

    `monkeypatch` and `mock` put back what they find here, and `import *` takes its names from here.
    """

    def __init__(self, endpoint: Endpoint, target: Any) -> None:
        self._endpoint = endpoint
        self._target = target

    def __getitem__(self, name: str) -> Any:
        if isinstance(self._target, type):
            own = namespace(self._target)
            if (
                name in describe.SPECIALS
                or name == "__hash__"
                or not self._endpoint.looks_inside(self._target)
            ):
                return own[name]  # all of them were told, or nothing else will be
        return self._endpoint.ask("raw", self._target, name)

    def __iter__(self) -> Iterator[str]:
        if isinstance(self._target, type) and not self._endpoint.looks_inside(self._target):
            return iter(list(namespace(self._target)))
        return iter(_names(self._endpoint.ask("names", self._target)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, Any]:
        return dict(self)


class Forward:
    """A class attribute of the other side, read anew at each access."""

    __slots__ = ("_endpoint", "_name", "_owner")

    def __init__(self, endpoint: Endpoint, name: str) -> None:
        self._endpoint = endpoint
        self._name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        __tracebackhide__ = True
        if instance is None:
            return self._endpoint.class_attribute(owner, self._name)
        first = next(ns[self._name] for ns in map(namespace, mro(type(instance))) if self._name in ns)
        if first is self:
            return self._endpoint.ask("getattr", instance, self._name)
        return self._endpoint.ask("super", self._owner, self._name, instance)  # reached through super()

    def __set__(self, instance: Any, value: Any) -> None:
        __tracebackhide__ = True
        self._endpoint.ask("setattr", instance, self._name, value)

    def __delete__(self, instance: Any) -> None:
        self._endpoint.ask("delattr", instance, self._name)


def make_class(  # noqa: C901
    endpoint: Endpoint,
    metaclass: Any,
    root: type,
    name: str,
    qualname: str,
    module: str,
    doc: str | None,
    bases: list[Any],
    specials: dict[str, bool],
    names: list[str],
    abstract: list[str],
    fields: Any,
    interface: str | None,
) -> type:
    """The stand-in for a class. `specials`: special methods defined in its body (False: set to None there); `names`:
    its other names, as far as they are told; `fields`: those of a dataclass; `interface`: the abstract class of the
    library that it is."""
    _insist_on_names([name, qualname, module, *names, *abstract])
    if any(each.startswith("__") for each in names):
        raise ProtocolError("a class that says what Python's own names in it are")
    parents = tuple(endpoint.standins.parent(endpoint.codec.decode(base)) for base in bases)
    for parent in parents:
        if not isinstance(parent, ClassProxy) and not describe.is_base(parent):
            raise ProtocolError(f"{parent!r:.80} as a base")
    if not any(isinstance(parent, ClassProxy) for parent in parents):
        parents = (root, *parents)
    body: dict[str, Any] = {"__module__": module, "__qualname__": qualname, "__doc__": doc}
    if any(issubclass(parent, SyntaxError) for parent in parents):
        names = [each for each in names if each not in errors.OF_SYNTAX]  # whoever prints it counts on them
    body |= {each: Forward(endpoint, each) for each in names}
    owner: list[type] = []
    for special, callable_ in specials.items():
        if special not in describe.SPECIALS:
            raise ProtocolError(f"{special} is not a special method")
        body[special] = endpoint.special(special, owner) if callable_ else None
    if "__eq__" in specials and "__hash__" not in specials:
        body["__hash__"] = None
    if fields is not None:
        body |= _dataclass(endpoint, fields)
    try:
        cls: Any = type.__new__(metaclass, name, parents, {**body, "__slots__": ("__weakref__",)})
    except TypeError:  # a base has one already, or (int, tuple, bytes) can have none
        try:
            cls = type.__new__(metaclass, name, parents, {**body, "__slots__": ()})
        except TypeError as error:
            raise ProtocolError(f"not a class: {error}") from None
    owner.append(cls)
    if getattr(cls, "__hash__", None) is enum.Enum.__hash__:
        # It would ask for the name, in the middle of a frame.
        type.__setattr__(cls, "__hash__", endpoint.special("__hash__", owner))
    if abstract:
        cls.__abstractmethods__ = frozenset(abstract)
    abstract_base: Any = known.OBJECTS.get(interface) if interface is not None else None
    if abstract_base in known.INTERFACES:  # registering looks into the class
        endpoint.kernel.postponed.append(lambda: abstract_base.register(cls))
    return cls  # type: ignore[no-any-return]


def _insist_on_names(names: list[Any]) -> None:
    if len(names) > MOST_NAMES or any(type(each) is not str or len(each) > LONGEST_NAME for each in names):
        raise ProtocolError("a class with names that are none")


def _dataclass(endpoint: Endpoint, fields: list[Any]) -> dict[str, Any]:
    """What `dataclasses.fields`, `asdict` and `replace` look for. Defaults stay with the real class."""
    _insist_on_names([name for name, *_ in fields])
    made = {}
    for name, init, repr_, compare, kw_only, has_default, note in fields:
        default: Any = {"default": None} if has_default else {}
        field: Any = dataclasses.field(init=init, repr=repr_, compare=compare, kw_only=kw_only, **default)
        field.name, field.type = name, endpoint.annotation(note)
        field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
        made[name] = field
    return {"__dataclass_fields__": made}


def endpoint_of(value: Any) -> Endpoint:
    return type(type(value))._bridge  # type: ignore[attr-defined, no-any-return]


def _names(value: Any) -> list[str]:
    return [name for name in value if type(name) is str] if type(value) is list else []


def _is_root(cls: type) -> bool:
    return cls is Mirror or Mirror in type.__dict__["__bases__"].__get__(cls)


def mro(cls: type) -> tuple[type, ...]:
    """The order in which this side's Python looks through `cls`."""
    return type.__dict__["__mro__"].__get__(cls)  # type: ignore[no-any-return]


def namespace(cls: type) -> Any:
    """The local namespace of a class, whatever its metaclass says `__dict__` is."""
    return type.__dict__["__dict__"].__get__(cls)
