"""Calls whose result depends on their arguments: `partial`, `super`, `cast`, containers, tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .annotations import annotated
from .arguments import chosen, typed
from .definitions import ClassDefinition, Definition, spelled
from .values import (
    CALLABLES,
    EMPTY,
    UNKNOWN,
    Awaitable,
    ClassValue,
    Constant,
    FunctionValue,
    Generator,
    Instance,
    Lazy,
    Outside,
    Partial,
    Property,
    Super,
    Value,
    members,
    some_of,
    union,
)

if TYPE_CHECKING:
    from . import tree
    from .evaluation import Evaluation

_COPIES: Final = {
    "builtins.list": "builtins.list", "builtins.set": "builtins.set", "builtins.frozenset":
    "builtins.frozenset", "builtins.sorted": "builtins.list", "builtins.reversed": "typing.Iterator",
    "builtins.iter": "typing.Iterator", "collections.deque": "collections.deque",
}  # fmt: skip
_SELECTS: Final = frozenset({"itertools.islice", "itertools.cycle", "itertools.compress"})
TYPED_KEY: Final = "aiohttp.web.AppKey"  # says of what type the item is that a mapping has under it
_FIELDS: Final = {"dataclasses.field": "default_factory", "attrs.field": "factory", "attr.ib": "factory"}
_FILTERS: Final = frozenset(
    {"builtins.filter", "itertools.filterfalse", "itertools.dropwhile", "itertools.takewhile"}
)
_SAME: Final = frozenset(
    {"copy.copy", "copy.deepcopy", "copy.replace", "dataclasses.replace", "weakref.proxy"}
)
_AWAITS_ARGUMENT: Final = frozenset(
    {"asyncio.run", "asyncio.AbstractEventLoop.run_until_complete", "asyncio.Runner.run"}
)
_WRAPS_ARGUMENT: Final = frozenset({"asyncio.wait_for", "asyncio.shield"})
_TASKS: Final = frozenset(
    {"asyncio.create_task", "asyncio.ensure_future", "asyncio.AbstractEventLoop.create_task",
     "asyncio.TaskGroup.create_task", "asyncio.Task"}
)  # fmt: skip
_HANDS_OUT: Final = frozenset(
    {"contextvars.ContextVar.get", "queue.Queue.get", "queue.Queue.get_nowait", "asyncio.Queue.get_nowait",
     "concurrent.futures.Future.result"}
)  # fmt: skip
_AWAITED_FROM: Final = frozenset({"asyncio.Queue.get"})  # the same, once it is awaited
_GIVES: Final = _HANDS_OUT | _AWAITED_FROM
MAPPINGS: Final = frozenset(
    {"builtins.dict", "typing.Mapping", "typing.MutableMapping", "collections.defaultdict",
     "collections.OrderedDict"}
)  # fmt: skip


def special_result(  # noqa: C901 -- one case per kind
    evaluator: Evaluation,
    node: tree.Call,
    callee: Outside,
    arguments: tuple[Value, ...],
    keywords: dict[str, Value],
) -> Value | None:
    """What such a call gives; None when the callee is none of them."""
    name = callee.name
    inference = evaluator.inference
    first = arguments[0] if arguments else None
    if name in ("functools.partial", "functools.partialmethod"):
        return Partial(first, arguments[1:], tuple(keywords.items())) if first is not None else UNKNOWN
    if name in ("builtins.staticmethod", "builtins.classmethod") and first is not None:
        return first
    if name == "builtins.property" and isinstance(first, FunctionValue):
        return Property(first)
    if name == "builtins.super":
        return _super(evaluator, arguments)
    if name == "builtins.getattr" and len(arguments) == 2 and first is not None:
        attribute = arguments[1]
        if isinstance(attribute, Constant) and attribute.kind == "str":
            return inference.attribute(first, str(attribute.value))
        return UNKNOWN
    if name in ("importlib.import_module", "builtins.__import__") and isinstance(first, Constant):
        if first.kind == "str" and first.value and len(arguments) == 1 and not keywords:
            dotted = str(first.value)
            shown = dotted.partition(".")[0] if name == "builtins.__import__" else dotted
            return inference.module_called(evaluator.scope.module, shown, dotted)
        return UNKNOWN
    if name == TYPED_KEY and len(node.arguments) == 2:
        return Instance(name, (annotated(inference, node.arguments[1], evaluator.scope),))
    if name == "typing.cast" and node.arguments:
        return annotated(inference, node.arguments[0], evaluator.scope)
    if name == "builtins.type" and isinstance(first, Instance) and isinstance(first.cls, ClassDefinition):
        return ClassValue(first.cls)
    lazily = _called_lazily(evaluator, node, name, arguments, keywords)
    if lazily is not None:
        return lazily
    wrapped = _wrapped(evaluator, node, name, arguments, keywords)
    if wrapped is not None:
        return wrapped
    if name in _COPIES:
        return Instance(_COPIES[name], (inference.item(first),)) if first is not None else _empty(name)
    if name == "builtins.tuple" and first is not None:
        return Instance("builtins.tuple", (inference.item(first), Constant("ellipsis")))
    if name == "builtins.enumerate" and first is not None:
        return Instance(
            "typing.Iterator",
            (Instance("builtins.tuple", (Instance("builtins.int"), inference.item(first))),),
        )
    if name == "itertools.chain":
        return Instance("typing.Iterator", (union(map(inference.item, arguments)),))
    if name in _SELECTS and first is not None:
        return Instance("typing.Iterator", (inference.item(first),))
    if name == "builtins.zip":
        return Instance(
            "typing.Iterator", (Instance("builtins.tuple", tuple(map(inference.item, arguments))),)
        )
    if (
        name in ("builtins.next", "builtins.min", "builtins.max", "random.choice", "heapq.heappop")
        and len(arguments) == 1
        and first is not None
    ):
        return inference.item(first)
    if name in _SAME and first is not None:
        return first
    if name in _AWAITS_ARGUMENT and first is not None:
        return inference.awaited(first)
    if name in _WRAPS_ARGUMENT and isinstance(first, Awaitable):
        result = Instance("asyncio.Future", (inference.awaited(first),))
        return Awaitable("awaitable", spelled(node.func), result, node.at, "outside")
    if name in _TASKS:
        inner = inference.awaited(first) if first is not None else UNKNOWN
        kind = inference.outside.awaitable_kind(name) or "task"
        return Awaitable(kind, spelled(node.func), Instance("asyncio.Task", (inner,)), node.at, "outside")
    if name == "asyncio.gather":
        results = Instance("builtins.list", (union(inference.awaited(value) for value in arguments),))
        return Awaitable(
            "awaitable", spelled(node.func), Instance("asyncio.Future", (results,)), node.at, "outside"
        )
    if name.endswith((".enter_context", ".enter_async_context")) and first is not None:
        entered = inference.entered(first, is_async=name.endswith("async_context"))
        if name.endswith("async_context"):
            return Awaitable("coroutine", spelled(node.func), entered, node.at, "outside")
        return entered
    if name in ("contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext") and first is not None:
        return Instance(name, (first,))
    if name in _FIELDS:
        factory = keywords.get(_FIELDS[name])
        return inference.callable_result(factory) if factory is not None else UNKNOWN
    if name == "collections.defaultdict" and isinstance(first, CALLABLES):
        made = inference.callable_result(first)
        return Instance(name, (UNKNOWN, made)) if isinstance(made, Instance) else None
    if name == "sqlalchemy.orm.sessionmaker" and "class_" in keywords:
        return _session_maker(keywords["class_"])
    moved = _moved(evaluator, node, name, arguments, keywords)
    if moved is not None:
        return moved
    if callee.receiver is not None:
        handed = _container_method(name.rpartition(".")[2], callee.receiver, arguments)
        if handed is not None and name in _AWAITED_FROM:
            return Awaitable("coroutine", spelled(node.func), handed, node.at, "outside")
        return handed
    return None


def _called_lazily(
    evaluator: Evaluation,
    node: tree.Call,
    name: str,
    arguments: tuple[Value, ...],
    keywords: dict[str, Value],
) -> Value | None:
    """An iterator that calls a function at each step: `map` and its kin, `iter(function, end)`."""
    inference = evaluator.inference
    if name == "builtins.iter":
        if len(arguments) != 2:
            return None
        expression, function, iterables = node.arguments[0], arguments[0], list[Value]()
    else:
        argument = inference.knowledge.lazy_callers.get(name)
        given = chosen(argument, node, arguments, keywords) if argument is not None else []
        if not given:
            return None
        ((expression, function),) = given
        iterables = [value for value in arguments if value is not function]
    items = [inference.item(value) for value in iterables]
    if isinstance(function, FunctionValue) and name != "itertools.starmap":
        function = typed(function, [UNKNOWN, *items] if name == "itertools.accumulate" else items)
    results = ("builtins.map", "builtins.iter", "itertools.starmap")
    item = inference.callable_result(function) if name in results else (*items, UNKNOWN)[0]
    if name in ("itertools.groupby", "itertools.accumulate"):
        item = UNKNOWN
    elif name in _FILTERS:
        item = some_of(item)
    mapped = function if isinstance(function, FunctionValue | Outside | Partial) else None
    evaluator.deferred.add(id(expression))
    return Lazy(mapped, item, expression, mapped=True)


def _wrapped(
    evaluator: Evaluation,
    node: tree.Call,
    name: str,
    arguments: tuple[Value, ...],
    keywords: dict[str, Value],
) -> Value | None:
    """An iterator around a lazy one: consuming the outer one consumes the inner one."""
    outside = evaluator.inference.outside
    role = outside.role(name)
    if role is None or role.lazy is None:
        return None
    for expression, value in chosen(role.lazy, node, arguments, keywords):
        if isinstance(value, Lazy) and value.function is not None:
            item = value.item
            if name == "builtins.enumerate":
                item = Instance("builtins.tuple", (Instance("builtins.int"), item))
            evaluator.deferred.add(id(expression))
            return Lazy(value.function, item, value.expression or expression, mapped=value.mapped)
        if isinstance(value, Generator):
            return Generator(value.function, UNKNOWN)
        if isinstance(value, Instance) and isinstance(value.cls, str):
            method = f"{value.cls}.__iter__"
            if outside.find(outside.knowledge.blocking, method) is not None:
                return Lazy(Outside(method, value), UNKNOWN)
    return None


def _session_maker(made: Value) -> Value:
    """`sessionmaker(class_=AsyncSession)`: what calling it gives is an instance of that class."""
    if made == Outside("sqlalchemy.ext.asyncio.AsyncSession"):
        return Instance("sqlalchemy.ext.asyncio.async_sessionmaker")
    return made if isinstance(made, ClassValue | Outside) else UNKNOWN


def _moved(
    evaluator: Evaluation,
    node: tree.Call,
    name: str,
    arguments: tuple[Value, ...],
    keywords: dict[str, Value],
) -> Value | None:
    """A function that runs elsewhere, as `to_thread` does it: awaiting that gives what the function gives."""
    inference = evaluator.inference
    role = inference.outside.role(name)
    kind = inference.outside.awaitable_kind(name)
    argument = role.offloads if role is not None and kind is not None else None
    given = chosen(argument, node, arguments, keywords) if argument is not None else []
    if kind is None or len(given) != 1 or name.startswith("sqlalchemy."):
        return None
    ((expression, function),) = given
    result = inference.callable_result(function)
    if any(isinstance(member, Awaitable) for member in members(result)):
        return None
    handed = [value for item, value in zip(node.arguments, arguments, strict=True) if item is not expression]
    kept = tuple(handed[(argument.position or 0) if argument is not None else 0 :])
    while isinstance(function, Partial):
        kept, keywords = (*function.arguments, *kept), {**dict(function.keywords), **keywords}
        function = function.function
    if isinstance(function, Outside) and function.name in _COPIES and kept:
        result = Instance(_COPIES[function.name], (inference.item(kept[0]),))
    elif isinstance(function, Outside) and isinstance(result, Instance) and result.made is None:
        result = Instance(result.cls, result.args, (function.name, kept, tuple(keywords.items())))
    source = result if kind == "coroutine" else Instance("asyncio.Future", (result,))
    return Awaitable(kind, spelled(node.func), source, node.at, "outside")


def _empty(name: str) -> Instance:
    """What `list()` and its kin give."""
    return Instance(
        _COPIES[name], (), EMPTY if name in ("builtins.list", "builtins.set", "collections.deque") else None
    )


def _super(evaluator: Evaluation, arguments: tuple[Value, ...]) -> Value:
    owner = evaluator.scope.owner
    scope = evaluator.scope
    while isinstance(owner, Definition) and owner.cls is None and scope.parent is not None:
        scope = scope.parent
        owner = scope.owner
    if not isinstance(owner, Definition) or owner.cls is None or not owner.node.parameters:
        return UNKNOWN
    first = owner.node.parameters[0]
    receiver = evaluator.env.get(first.name) or evaluator.inference.parameter(owner.scope, first)
    if not isinstance(receiver, Instance | ClassValue):
        return UNKNOWN
    cls = owner.cls
    if len(arguments) == 2 and isinstance(arguments[0], ClassValue):
        cls = arguments[0].definition
    return Super(cls, receiver)


def _container_method(method: str, receiver: Value, arguments: tuple[Value, ...]) -> Value | None:
    """Methods of typed containers that hand out what they hold."""
    if not isinstance(receiver, Instance) or not receiver.args or not isinstance(receiver.cls, str):
        return None
    args = receiver.args
    if f"{receiver.cls}.{method}" in _GIVES:
        return args[0]
    if receiver.cls in MAPPINGS and len(args) == 2:
        if method == "values":
            return Instance("typing.Iterable", (args[1],))
        if method == "items":
            return Instance("typing.Iterable", (Instance("builtins.tuple", args),))
        if method in ("pop", "setdefault", "get"):
            plain = len(arguments) > 1 or method != "get"
            return union((args[1], *arguments[1:])) if plain else union((args[1], Constant("none")))
        if method in ("keys", "__iter__"):
            return Instance("typing.Iterable", (args[0],))
    if receiver.cls in ("builtins.list", "collections.deque", "builtins.set") and method in (
        "pop",
        "popleft",
    ):
        return args[0]
    if method == "copy":
        return receiver
    return None
