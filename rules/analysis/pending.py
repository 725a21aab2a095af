"""The coroutines that variables hold while a body is followed, and what becomes of them.

A coroutine held by a variable is *pending* until something takes charge of it; `states.py` says what it is where paths
meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .definitions import Scope, spelled
from .events import PLAIN_USES, Analysis, Call, Lost, Use
from .nodes import names_in
from .states import Pending, States
from .values import (
    NONE,
    Awaitable,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Lazy,
    ModuleValue,
    Opaque,
    Outside,
    Stored,
    Union,
    Unknown,
    Value,
    members,
)

if TYPE_CHECKING:
    from .inference import Inference

_TRACKED: Final = frozenset({"coroutine", "awaitable"})
_GROWS: Final = frozenset(
    {
        "__setitem__",
        "append",
        "add",
        "insert",
        "extend",
        "appendleft",
        "__len__",
        "copy",
        "clear",
        "sort",
        "reverse",
    }
)
ADDS: Final = frozenset({"builtins.list.append", "builtins.set.add", "collections.deque.append"})
_HARMLESS: Final[frozenset[type]] = frozenset(
    {Unknown, Opaque, Constant, Outside, ModuleValue, FunctionValue, ClassValue}
)
_LOOKS: Final = frozenset({"truth", "compare", "identity", "plain", "statement", "format"})
# What looks at a container of coroutines; others may hand on what is in it, as `zip` and `enumerate` do.
_SHOWS: Final = frozenset(
    {"print", "pprint", "len", "repr", "str", "bool", "dumps", "debug", "info", "warning", "error"}
)
_COLLECTS: Final = frozenset({"list", "tuple", "set", "frozenset", "deque", "collections.deque"})
# Given a dict, they look at its keys and not at its values.
_OF_KEYS: Final = frozenset({"list", "tuple", "set", "sorted", "enumerate", "join"})
_LITERALS: Final = (tree.Sequence, tree.Comprehension, tree.Dict)
_RAISE_AT_ONCE: Final = (
    "gather",
    "shield",
    "ensure_future",
    "create_task",
)  # when given what they can't take
_COROUTINE_METHODS: Final = frozenset(
    {"send", "throw", "__await__", "__name__", "__qualname__", "__aenter__", "__aexit__"}
)


class Holder(States):
    """Follows coroutines from variable to variable."""

    def __init__(self, inference: Inference, scope: Scope, function: FunctionValue | None) -> None:
        super().__init__(inference, scope)
        self.function = function
        self.analysis = Analysis()
        self.expects = False  # in a `with pytest.raises(...)`
        self.expects_misuse = False  # ... of an error that a coroutine raises that is used as a value
        # Generator expressions, class bodies and lambdas around: no `await` may be written in them.
        self.enclosed = int(function is not None and isinstance(function.definition.node, tree.Lambda))
        self.finals: list[frozenset[str]] = []  # names that enclosing `finally` blocks mention
        self.taken: set[int] = set()  # `at` of coroutines that something took charge of, on any path
        self.log: list[str] = []  # variables whose coroutine was taken, in order
        self.nested: list[Any] = []
        self.outer: frozenset[str] = frozenset()
        self.escaped: set[str] = set()
        self.aliases: dict[str, str] = {}  # `x = y = work()`: y -> x
        self.parameters: frozenset[str] = frozenset()
        self.declared: dict[str, Value] = {}  # what annotations say of variables, instances only

    def declare(self, name: str, said: Value) -> None:
        """Remember what an annotation says of a variable, for when what it is assigned is not known."""
        if all(isinstance(member, Instance) or member == NONE for member in members(said)):
            self.declared[name] = said

    # -- coroutines in variables

    def leave(self, at: int, *, final: bool) -> None:
        """A path leaves the function: what is pending on it is lost."""
        if self.function is None:
            return
        for name, p in self.pending.items():
            if any(name in names for names in self.finals):
                continue
            if p.status == "sure" or final:
                if p.status == "conditional" and p.node.at in self.taken:
                    continue
                self.analysis.lost.append(Lost(p.node, p.value, name, "unused", at, p.collection))

    def take(self, name: str) -> None:
        """Something took charge of the coroutine in a variable."""
        p = self.pending.pop(name, None)
        if p is not None:
            self.taken.add(p.node.at)
            self.log.append(name)
        self.escaped.add(name)

    def handed_on(self, target: Any) -> None:
        if isinstance(target, tree.Name):
            self.take(target.id)

    def used(self, node: Any, value: Value, use: str, detail: str = "") -> None:
        is_name = node.__class__ is tree.Name
        if not is_name and value.__class__ in _HARMLESS:
            return
        if type(value) is Union:
            value = _one_awaitable(value)
        elif use == "truth" and type(value) is Instance:
            self._operated(node, value, "__bool__")
        if is_name:
            self._used_name(node, use, detail)
            if node.id in self.pending:
                self._used_pending(node, value, use, detail)
                return
            if use not in _LOOKS and not (use == "attribute" and detail in _GROWS):
                self.escaped.add(node.id)
        if self.expects_misuse and self._is_misuse(value, use):
            return
        if type(value) is Awaitable:
            if self.expects and value.via == "sync":
                return  # a plain function that is called to see it fail returns nothing
        elif not holds_awaitable(value) and value.__class__ is not Stored:
            return
        self.analysis.uses.append(Use(node, value, use, detail, tracked=is_name, plain=not self.enclosed))

    def _used_name(self, node: tree.Name, use: str, detail: str) -> None:
        """A parameter is used; what has a second name is taken from the first."""
        if node.id in self.parameters:
            driven = use == "attribute" and self._drives(detail)
            how = "driven" if driven else use
            self.analysis.parameter_uses.setdefault(node.id, []).append((how, node))
        if node.id in self.aliases:
            self.take(self.aliases[node.id])

    def _is_misuse(self, value: Value, use: str) -> bool:
        """May this be what raises the TypeError that is expected here?"""
        if use == "statement":
            return isinstance(value, Awaitable) and value.name.endswith(_RAISE_AT_ONCE)
        return use in PLAIN_USES or use == "iterated"

    def _used_pending(self, node: tree.Name, value: Value, use: str, detail: str) -> None:
        p = self.pending[node.id]
        if p.collection:
            looks = use in _LOOKS and (use != "plain" or detail.rpartition(".")[2] in _SHOWS)
            if looks or (use == "attribute" and detail in _GROWS) or _of_keys(value, use, detail):
                return
            self.take(node.id)
            self.analysis.uses.append(Use(node, value, use, detail, tracked=True, plain=not self.enclosed))
            return
        if use in ("statement", "identity"):
            return  # `x is None` takes charge of nothing
        if self.expects_misuse and self._is_misuse(value, use):
            self.take(node.id)
            return
        closes = use == "attribute" and self._drives(detail)
        if p.forgotten and use in PLAIN_USES and not closes:
            self.analysis.uses.append(Use(node, p.value, use, detail, tracked=True, plain=False))
        elif (use in PLAIN_USES and not closes) or use not in ("inspect", "attribute"):
            self.analysis.uses.append(Use(node, value, use, detail, tracked=True, plain=not self.enclosed))
        self.take(node.id)

    def _drives(self, attribute: str) -> bool:
        """Is this what coroutine objects themselves offer: to run them by hand, to end or to inspect them?"""
        return (
            attribute in self.inference.knowledge.closes
            or attribute in _COROUTINE_METHODS
            or attribute.startswith("cr_")
        )

    def assigned(  # noqa: C901 -- one case per kind of target
        self, target: Any, value: Value, node: Any
    ) -> None:
        if not isinstance(target, tree.Name):
            if isinstance(target, tree.Attribute):
                self._operated_setter(target, self.value(target.value, "attribute", target.name))
                self.env.pop(spelled(target), None)
            elif isinstance(target, tree.Subscript):
                self._operated(target, self.value(target.value, "attribute", "__setitem__"), "__setitem__")
                self.value(target.index, "other")
                if isinstance(target.value, tree.Name):
                    self._added(target.value.id, value, node)
            else:
                super().assigned(target, value, node)
            return
        name = target.id
        if name in self.outer:
            return
        replaced = self.pending.pop(name, None)
        if (
            replaced is not None
            and replaced.status == "sure"
            and replaced.node is not node
            and self.function is not None
        ):
            self.analysis.lost.append(
                Lost(replaced.node, replaced.value, name, "overwritten", target.at, replaced.collection)
            )
        self.env[name] = value
        self.escaped.discard(name)
        if self.function is None or name not in self.scope.bound:
            return
        if (
            isinstance(value, Awaitable)
            and value.kind in _TRACKED
            and isinstance(node, tree.Call)
            and value.origin == node.at
        ):
            if name == "_":
                self.analysis.lost.append(Lost(node, value, name, "discarded", node.at))
            else:
                self.pending[name] = Pending(node, value, "sure", "")
        elif isinstance(node, tree.Conditional | tree.Boolean) and self._half_awaited(name, node):
            pass
        elif isinstance(node, tree.Conditional) and isinstance(value, Union | Awaitable):
            self._chosen(name, value, node)
        elif isinstance(value, Instance) and value.args:
            held = members(value.args[-1])
            if value.cls == "builtins.tuple":
                held = tuple(item for item in value.args if item != Constant("ellipsis"))
            if not (held and isinstance(held[0], Awaitable)):
                return
            collects = self._collects(node)
            new = collects or isinstance(node, _LITERALS) or self._returns_new(node)
            if new and all(
                isinstance(item, Awaitable)
                and item.kind in _TRACKED
                and (item.origin >= 0 or (collects and item.via != "annotation"))
                for item in held
            ):
                self.pending[name] = Pending(node, held[0], "sure", str(value.cls).rpartition(".")[2])

    def _collects(self, node: Any) -> bool:
        """`list(work(i) for i in items)`, `list(map(work, items))`: coroutines that nothing else holds?"""
        if not (isinstance(node, tree.Call) and spelled(node.func) in _COLLECTS and len(node.arguments) == 1):
            return False
        source = node.arguments[0]
        if isinstance(source, tree.Name):
            return isinstance(self.env.get(source.id), Lazy)
        return isinstance(source, tree.Comprehension) or (
            isinstance(source, tree.Call) and spelled(source.func) == "map"
        )

    def _returns_new(self, node: Any) -> bool:
        """Is it a call of a first-party function that makes the container where it returns it, and so keeps nothing?"""
        node = node.value if isinstance(node, tree.Await) else node
        callee = next((call.callee for call in reversed(self.analysis.calls) if call.node is node), None)
        if not isinstance(callee, FunctionValue):
            return False
        returns = [s.value for s in callee.definition.scope.flat() if isinstance(s, tree.Return)]
        return bool(returns) and all(isinstance(value, _LITERALS) for value in returns)

    def _chosen(self, name: str, value: Value, node: tree.Conditional) -> None:
        """`x = work() if flag else None`: lost when nothing ever takes charge of it."""
        for branch in (node.body, node.orelse):
            for made in members(value):
                if (
                    isinstance(branch, tree.Call)
                    and isinstance(made, Awaitable)
                    and made.kind in _TRACKED
                    and made.via != "annotation"
                    and made.origin == branch.at
                ):
                    self.pending[name] = Pending(branch, made, "conditional", "")
                    return

    def _half_awaited(self, name: str, node: tree.Conditional | tree.Boolean) -> bool:
        """`x = await work() if flag else rest()`: only the first one is awaited."""
        sides = (node.body, node.orelse) if isinstance(node, tree.Conditional) else (node.left, node.right)
        if not isinstance(sides[0], tree.Await):
            sides = (sides[1], sides[0])
        awaited, other = sides
        if not (isinstance(awaited, tree.Await) and isinstance(other, tree.Call)):
            return False
        made = next((call.result for call in reversed(self.analysis.calls) if call.node is other), None)
        if not isinstance(made, Awaitable) or made.kind != "coroutine":
            return False
        if made.via not in ("function", "outside"):
            return False
        self.pending[name] = Pending(other, made, "conditional", "", forgotten=True)
        return True

    def appended(self, call: Call) -> None:
        """`tasks.append(work())` on a list made here."""
        func = call.node.func
        if not (isinstance(func, tree.Attribute) and isinstance(func.value, tree.Name) and call.arguments):
            return
        self._added(func.value.id, call.arguments[0], call.node.arguments[0])

    def _added(self, name: str, value: Value, node: Any) -> None:
        """A coroutine was put into the container that a variable holds."""
        if not isinstance(self.env.get(name), Instance):
            return
        if (
            name in self.parameters
            or name in self.escaped
            or name not in self.scope.bound
            or name in self.outer
        ):
            return
        fresh = (
            isinstance(value, Awaitable)
            and value.kind in _TRACKED
            and value.origin == getattr(node, "at", -1)
        )
        if fresh and name not in self.pending and isinstance(node, tree.Call) and self.function is not None:
            self.pending[name] = Pending(node, value, "sure", "appended")

    def settle(self) -> None:
        """Decide what each loss is, once all paths are known; forget what nested functions may await."""
        captured: set[str] = set()
        if self.nested and (self.analysis.lost or self.parameters):
            for node in self.nested:
                captured |= names_in(node)
        for name in self.parameters & captured:
            self.analysis.parameter_uses.setdefault(name, []).append(("captured", None))
        settled: dict[int, Lost] = {}
        for lost in self.analysis.lost:
            if lost.variable in captured or lost.node.at in settled:
                continue
            if lost.how in ("unused", "some-path"):
                lost.how = "some-path" if lost.node.at in self.taken else "unused"
            if lost.how == "some-path" and lost.collection:
                continue
            settled[lost.node.at] = lost
        self.analysis.lost = list(settled.values())


def _one_awaitable(value: Union) -> Value:
    """Several coroutines of which it is one: what holds for each may be said of the first."""
    first = value.items[0]
    if all(isinstance(item, Awaitable) and item.kind == getattr(first, "kind", "") for item in value.items):
        return first
    return value


def _of_keys(value: Value, use: str, detail: str) -> bool:
    """Does iterating over a dict of coroutines look at its keys alone?"""
    if not (isinstance(value, Instance) and value.cls == "builtins.dict"):
        return False
    return use == "for" or (use == "iterated" and detail.rpartition(".")[2] in _OF_KEYS)


def holds_awaitable(value: Value) -> bool:
    """Is it a container or iterator of coroutines?"""
    if type(value) is Instance:
        return bool(value.args) and type(value.args[-1]) is Awaitable
    return type(value) is Lazy and type(value.item) is Awaitable
