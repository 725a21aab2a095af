"""What the other side has to know to make a stand-in for an object of this side.

A description is taken once per object. What can change later (attributes, class attributes, content) is not in it.
"""

from __future__ import annotations

import abc
import asyncio
import dataclasses
import enum
import types
import typing
from typing import TYPE_CHECKING, Any

from grader.bridge import errors, functions, hints, known, signatures

if TYPE_CHECKING:
    from grader.bridge.codec import Codec
    from grader.bridge.endpoint import Endpoint

COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__")
_BINARY = [
    "add",
    "sub",
    "mul",
    "matmul",
    "truediv",
    "floordiv",
    "mod",
    "divmod",
    "pow",
    "lshift",
    "rshift",
    "and",
    "or",
    "xor",
]
ARITHMETIC = tuple(
    f"__{prefix}{name}__" for prefix in ("", "r", "i") for name in _BINARY if prefix + name != "idivmod"
)
OTHER = tuple(
    f"__{name}__"
    for name in [
        "init",
        "call",
        "repr",
        "str",
        "bytes",
        "format",
        "hash",
        "bool",
        "len",
        "length_hint",
        "iter",
        "next",
        "reversed",
        "getitem",
        "setitem",
        "delitem",
        "missing",
        "enter",
        "exit",
        "aenter",
        "aexit",
        "await",
        "aiter",
        "anext",
        "neg",
        "pos",
        "abs",
        "invert",
        "int",
        "float",
        "complex",
        "index",
        "round",
        "trunc",
        "floor",
        "ceil",
        "fspath",
        "instancecheck",
        "subclasscheck",
        "copy",
        "deepcopy",
        "get",
        "set",
        "delete",
    ]
)
SPECIALS = frozenset(COMPARISONS + ARITHMETIC + OTHER)
BASES = frozenset((*known.IMMUTABLE_BASES, *known.CONTAINER_BASES, object))
_MEMBER_TABLES = ("_member_map_", "_member_names_", "_value2member_map_", "_member_type_")
"""What an enum's own code reads of an enum; it would find those of `Enum` itself."""
_OMITTED = (typing.Generic, typing.Protocol)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType,
              types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType)  # fmt: skip


def is_base(cls: type) -> bool:
    """May a stand-in class really derive from `cls`? Then its instances have a value of that type on both sides, or
    are blank."""
    if cls in BASES or cls in known.LIBRARY:
        return True
    return id(cls) in known.NAMES and issubclass(cls, (BaseException, enum.Enum))


def storage(cls: type) -> type | None:
    """The builtin whose value an instance of `cls` has, if any."""
    for base in cls.__mro__:
        if base in known.IMMUTABLE_BASES or base in known.CONTAINER_BASES:
            return base
    return None


def describe(endpoint: Endpoint, value: Any) -> list[Any]:
    """By `type(value)` alone: `isinstance` also believes `__class__`, which a mock (or a liar) sets as it likes."""
    codec, kind = endpoint.codec, type(value)
    if issubclass(kind, type):
        return _class(endpoint, value)
    if issubclass(kind, _FUNCTIONS):
        return _function(endpoint, value)
    if issubclass(kind, types.ModuleType):
        doc = value.__doc__
        return ["module", value.__name__, doc if isinstance(doc, str) else None]
    if (running := functions.running_kind(value)) is not None:
        return ["running", running, value.__name__, value.__qualname__]
    if issubclass(kind, BaseException):
        exact = id(type(value)) in known.NAMES
        cls = codec.encode(type(value)) if exact else codec.reference(type(value), given=False)
        return errors.describe(
            codec, value, cls, endpoint.told(value.__traceback__), endpoint.tells_reasons(value)
        )
    library = id(kind) in known.NAMES and kind in known.LIBRARY
    cls = codec.encode(kind) if library else codec.reference(kind, given=False)
    if issubclass(kind, asyncio.Future):
        return ["future", cls, codec.encode(value.get_loop())]
    base: Any = storage(kind)
    if base in known.IMMUTABLE_BASES:
        plain = complex(value.real, value.imag) if base is complex else base.__new__(base, _raw(base, value))
        return ["value", cls, codec.encode(plain)]
    if base is not None:
        return ["container", cls, codec.twin(value, base.__name__).number]
    return ["object", cls]


def _raw(base: Any, value: Any) -> Any:
    """The builtin value inside an instance of a subclass, past whatever the subclass overrides."""
    match base.__name__:
        case "int" | "float":
            return base.__pos__(value) if type(base.__pos__(value)) is base else base.__add__(value, base(0))
        case "str":
            return str.__str__(value) if type(str.__str__(value)) is str else "".join(str.__iter__(value))
        case "bytes":
            return bytes.__getitem__(value, slice(None))
    return base.__iter__(value)


def _class(endpoint: Endpoint, cls: type) -> list[Any]:
    codec = endpoint.codec
    own = vars(cls)
    bases = [
        codec.encode(base) if is_base(base) else codec.reference(base, given=False)
        for base in cls.__bases__
        if base not in _OMITTED and base is not object
    ]
    specials = {name: own[name] is not None for name in own if name in SPECIALS}
    told = endpoint.tells_names(cls)
    names = [name for name in own if not name.startswith("__")] if told else []
    if isinstance(cls, enum.EnumType) and not told:
        names = [name for name in _MEMBER_TABLES if name in own]
    fields = _fields(codec, cls) if told and "__dataclass_fields__" in own else None
    doc = cls.__doc__ if isinstance(cls.__doc__, str) else None
    abstract = sorted(getattr(cls, "__abstractmethods__", ()))
    interface = known.NAMES.get(id(cls)) if isinstance(cls, abc.ABCMeta) else None
    return ["class", _metaclass(cls), cls.__name__, cls.__qualname__, endpoint.module_name(cls), doc, bases, specials,
            names, abstract, fields, interface]  # fmt: skip


def _fields(codec: Codec, cls: Any) -> list[list[Any]]:
    missing = dataclasses.MISSING
    return [
        [
            f.name,
            f.init,
            f.repr,
            f.compare,
            f.kw_only,
            f.default is not missing or f.default_factory is not missing,
            hints.encode(codec, f.type),
        ]
        for f in dataclasses.fields(cls)
    ]


def _metaclass(cls: type) -> str:
    if isinstance(cls, enum.EnumType):
        return "enum"
    if any(
        name in vars(meta)
        for meta in type.mro(type(cls))[:-2]
        for name in ("__iter__", "__getitem__", "__len__")
    ):
        return "container"
    return "plain"


def _place(endpoint: Endpoint, function: types.FunctionType) -> tuple[str, int] | None:
    """File and line, as far as they may be told."""
    told = endpoint.tells(function.__code__.co_filename)
    return None if told is None else (told, function.__code__.co_firstlineno)


def _function(endpoint: Endpoint, value: Any) -> list[Any]:
    codec = endpoint.codec
    plain = type(value) is types.FunctionType
    told = endpoint.tells_attributes(value)
    attributes = codec.encode(vars(value)) if plain and vars(value) and told else None
    kind = functions.kind_of(value.__code__) if plain else _wrapped_kind(value)
    name = getattr(value, "__name__", "function")
    parameters = _parameters(codec, value, told=told) if plain else None
    notes = _annotations(codec, value) if plain and told else None
    place = _place(endpoint, value) if plain else None
    return ["function", kind, name, endpoint.function_name(value), endpoint.module_name(value),
            getattr(value, "__doc__", None), parameters, attributes, notes, place]  # fmt: skip


def _wrapped_kind(value: Any) -> str:
    """A bound method is of its function's kind."""
    function = getattr(value, "__func__", None)
    return functions.kind_of(function.__code__) if type(function) is types.FunctionType else "function"


def _parameters(codec: Codec, function: types.FunctionType, *, told: bool) -> list[Any]:
    """Its shape, and its defaults as far as they are told."""
    shape = signatures.shape_of(function)
    names = list(function.__kwdefaults__ or ())
    if not told:
        return [shape, None, names]
    return [shape, [codec.encode(each) for each in function.__defaults__ or ()],
            {name: codec.encode(each) for name, each in (function.__kwdefaults__ or {}).items()}]  # fmt: skip


def _annotations(codec: Codec, value: Any) -> dict[str, Any] | None:
    found = getattr(value, "__annotations__", None)
    if type(found) is not dict or not found:
        return None
    return {str(name): hints.encode(codec, each) for name, each in found.items()}
