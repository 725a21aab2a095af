"""From annotations to values: what a parameter, a field or a returned value is said to be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from . import tree
from .generics import type_arguments
from .values import (
    NONE,
    UNKNOWN,
    Awaitable,
    ClassValue,
    Constant,
    Instance,
    Outside,
    TypedCallable,
    Value,
    union,
)

if TYPE_CHECKING:
    from .definitions import Scope
    from .names import Names

_WRAPPERS: Final = frozenset(
    {"typing.Annotated", "typing.Final", "typing.ClassVar", "typing.Required", "typing.NotRequired",
    "typing.ReadOnly", "dataclasses.InitVar"}
)  # fmt: skip
_SAY_NOTHING: Final = _WRAPPERS | {
    "typing.Any", "builtins.object", "typing.NoReturn", "typing.Never", "typing.LiteralString"
}  # fmt: skip
_BUILTIN_GENERICS: Final = {
    "typing.List": "builtins.list", "typing.Dict": "builtins.dict", "typing.Tuple": "builtins.tuple",
    "typing.Set": "builtins.set", "typing.FrozenSet": "builtins.frozenset", "typing.Type": "builtins.type",
    "typing.DefaultDict": "collections.defaultdict", "typing.OrderedDict": "collections.OrderedDict",
    "typing.Deque": "collections.deque",
    "collections.abc.Mapping": "typing.Mapping", "collections.abc.MutableMapping": "typing.MutableMapping",
    "collections.abc.Iterable": "typing.Iterable", "collections.abc.Iterator": "typing.Iterator",
    "collections.abc.Generator": "typing.Generator", "collections.abc.Sequence": "typing.Sequence",
    "collections.abc.MutableSequence": "typing.MutableSequence", "collections.abc.Collection":
    "typing.Collection", "collections.abc.Set": "typing.AbstractSet", "collections.abc.MutableSet":
    "typing.MutableSet",
}  # fmt: skip
_AWAITABLES: Final = {
    "typing.Awaitable": 0, "typing.Coroutine": 2, "types.CoroutineType": 2, "collections.abc.Awaitable": 0,
    "collections.abc.Coroutine": 2,
}  # fmt: skip
_PLAIN: Final = {
    name: Instance(f"builtins.{name}") for name in ("bool", "bytes", "dict", "float", "int", "list", "str")
}  # a third of all annotations
_ASYNC_ITERATORS: Final = frozenset({"types.AsyncGeneratorType", "typing.AsyncGenerator"})
_TASKS: Final = {"asyncio.Task": "task", "asyncio.Future": "future"}


def annotated(inference: Names, expression: Any, scope: Scope, owner: Value | None = None) -> Value:
    """What something with this annotation is. `owner`: what `Self` means here."""
    match expression:
        case tree.Name():
            plain = _PLAIN.get(expression.id)
            if plain is not None and inference.is_builtin(scope, expression.id):
                return plain
            if owner is not None:
                meant = type_arguments(inference, owner).get(expression.id)
                if meant is not None:
                    return meant
            alias = _alias(inference, expression.id, scope, owner)
            return alias if alias is not None else _instance(inference.name(scope, expression.id), owner)
        case tree.Constant(kind="none"):
            return NONE
        case tree.Constant(kind="str"):
            parsed = _parse_string(str(expression.value))
            return annotated(inference, parsed, scope, owner) if parsed is not None else UNKNOWN
        case tree.Binary(operator="|"):
            left = annotated(inference, expression.left, scope, owner)
            return union((left, annotated(inference, expression.right, scope, owner)))
        case tree.Subscript():
            return _subscript(inference, expression, scope, owner)
        case tree.Attribute():
            return _instance(inference.static(expression, scope), owner)
    return UNKNOWN


def _alias(inference: Names, name: str, scope: Scope, owner: Value | None) -> Value | None:
    """The type that a name of this project stands for: `Handler = Callable[..., Awaitable[None]]`."""
    seen = inference.visible(scope, name)
    if seen is None:
        return None
    home, bindings = seen
    if len(bindings) != 1:
        return None
    binding = bindings[0]
    if binding.kind == "alias" or (
        binding.kind == "assign"
        and isinstance(binding.node, tree.Subscript | tree.Binary | tree.Name | tree.Attribute)
    ):
        key = ("alias", id(home), name)
        return inference.remembered(key, lambda: annotated(inference, binding.node, home, owner))
    if binding.kind == "assign" and isinstance(binding.node, tree.Call):
        return inference.remembered(
            ("alias", id(home), name), lambda: _made_type(inference, binding.node, home, owner)
        )
    if binding.kind == "typed" and binding.node.value is not None:
        said = binding.node.annotation
        if (isinstance(said, tree.Name) and said.id == "TypeAlias") or (
            isinstance(said, tree.Attribute) and said.name == "TypeAlias"
        ):
            return inference.remembered(
                ("alias", id(home), name), lambda: annotated(inference, binding.node.value, home, owner)
            )
    if binding.kind == "from":
        target = inference.imported_scope(home, binding)
        if target is not None:
            other, original = target
            found: Value | None = inference.hop(
                ("alias of", id(other), original), lambda: _alias(inference, original, other, owner), None
            )
            return found
    return None


def _made_type(inference: Names, node: tree.Call, scope: Scope, owner: Value | None) -> Value:
    """What something of a `TypeVar` with a bound is at least, and what a `NewType` is at run time."""
    maker = inference.static(node.func, scope)
    said = None
    if maker == Outside("typing.TypeVar"):
        said = next((value for key, value in node.keywords if key == "bound"), None)
    elif maker == Outside("typing.NewType") and len(node.arguments) == 2:
        said = node.arguments[1]
    return annotated(inference, said, scope, owner) if said is not None else UNKNOWN


def _instance(value: Value, owner: Value | None) -> Value:
    """An instance of what a name in an annotation stands for."""
    if isinstance(value, ClassValue):
        return Instance(value.definition)
    if isinstance(value, Outside):
        return _outside(value.name, (), owner)
    return UNKNOWN


def _outside(name: str, args: tuple[Value, ...], owner: Value | None) -> Value:
    name = _BUILTIN_GENERICS.get(name, name)
    if name == "typing.Self":
        return owner if owner is not None else UNKNOWN
    if name in _SAY_NOTHING:
        return UNKNOWN
    if name in _AWAITABLES:
        index = _AWAITABLES[name]
        return Awaitable("awaitable", "", args[index] if len(args) > index else UNKNOWN, -1, "annotation")
    if name in _ASYNC_ITERATORS:
        return Awaitable("async-generator", "", args[0] if args else UNKNOWN, -1, "annotation")
    if name in _TASKS:
        return Awaitable(_TASKS[name], "", Instance(name, args), -1, "annotation")
    if name in ("typing.Callable", "collections.abc.Callable"):
        return TypedCallable(args[-1]) if args else UNKNOWN
    if name == "builtins.None":
        return NONE
    return Instance(name, args)


def _subscript(inference: Names, node: tree.Subscript, scope: Scope, owner: Value | None) -> Value:
    base = inference.static(node.value, scope)
    parts = (
        node.index.items
        if isinstance(node.index, tree.Sequence) and node.index.kind == "tuple"
        else (node.index,)
    )
    if isinstance(base, ClassValue):
        return Instance(base.definition, tuple(annotated(inference, part, scope, owner) for part in parts))
    if not isinstance(base, Outside):
        return UNKNOWN
    name = _BUILTIN_GENERICS.get(base.name, base.name)
    if name == "typing.Optional":
        return union((annotated(inference, parts[0], scope, owner), NONE))
    if name == "typing.Union":
        return union(annotated(inference, part, scope, owner) for part in parts)
    if name in _WRAPPERS:
        return annotated(inference, parts[0], scope, owner)
    if name == "typing.Literal":
        return UNKNOWN
    if name in ("typing.Callable", "collections.abc.Callable"):
        meant = _alias(inference, node.value.id, scope, owner) if isinstance(node.value, tree.Name) else None
        if isinstance(meant, TypedCallable):
            return meant  # `Handler[str]`, a generic alias: it matters whether the result is awaited
        return TypedCallable(annotated(inference, parts[-1], scope, owner))
    if name == "builtins.type":
        inner = annotated(inference, parts[0], scope, owner)
        if isinstance(inner, Instance):
            return Outside(inner.cls) if isinstance(inner.cls, str) else ClassValue(inner.cls)
        return UNKNOWN
    args = tuple(annotated(inference, part, scope, owner) for part in parts)
    if name == "builtins.tuple" and len(parts) == 2 and _is_ellipsis(parts[1]):
        args = (args[0], Constant("ellipsis"))
    return _outside(name, args, owner)


def _is_ellipsis(node: Any) -> bool:
    return isinstance(node, tree.Constant) and node.kind == "ellipsis"


def _parse_string(text: str) -> Any:
    """A quoted annotation as a `tree` expression (places are meaningless in it)."""
    try:
        return _convert(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _convert(node: ast.expr) -> Any:
    match node:
        case ast.Name():
            return tree.Name(0, node.id)
        case ast.Attribute():
            return tree.Attribute(0, _convert(node.value), node.attr, 0)
        case ast.Constant(value=None):
            return tree.Constant(0, "none")
        case ast.Constant(value=str() as text):
            return tree.Constant(0, "str", text)
        case ast.Subscript():
            return tree.Subscript(0, _convert(node.value), _convert(node.slice), 0)
        case ast.BinOp(op=ast.BitOr()):
            return tree.Binary(0, "|", _convert(node.left), _convert(node.right))
        case ast.Tuple():
            return tree.Sequence(0, "tuple", tuple(_convert(item) for item in node.elts))
        case ast.List():
            return tree.Sequence(0, "list", tuple(_convert(item) for item in node.elts))
    return tree.Constant(0, "ellipsis")
