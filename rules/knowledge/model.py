"""The shapes of what the analyzer knows about libraries that it never reads.

Every key is a *canonical* dotted name: `requests.Session.get`, `builtins.open`, `asyncio.Lock.acquire`.
What a `with` statement, a `for` loop or an instance call does implicitly has a name too: `__enter__`,
`__exit__`, `__iter__`, `__call__`. Types are written as an annotation would say them, in canonical names:
`list[pathlib.Path]`, `tuple[asyncio.StreamReader, asyncio.StreamWriter]`, `self`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

import msgspec

Kind = Literal["coroutine", "awaitable", "task", "future", "async-generator"]
Protocol = Literal["with", "async-with", "for", "async-for", "await"]
Takes = Literal["awaitable", "iterable", "function"]

V = TypeVar("V")


class Argument(msgspec.Struct, frozen=True, array_like=True):
    """Which argument of a call is meant: a position (0-based, `self` not counted), a keyword, or both.

    With `rest`, every positional argument from `position` on.
    """

    position: int | None = None
    keyword: str | None = None
    rest: bool = False


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """Holds when the argument is one of `values`, or an instance of one of `types`.

    A value is a Python literal as source (`0`, `False`, `None`) or a canonical name (`os.WNOHANG`); `absent`
    holds when the argument is not given. An argument that can't be resolved fulfils no condition.
    """

    argument: Argument
    values: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class Blocking(msgspec.Struct, frozen=True, array_like=True):
    """A call that does not return before the outside world has answered.

    `silent`: the call is harmless when any of these holds. `needs`: it blocks only when one of these holds
    (if there are any). `lazy`: the call itself is harmless, consuming its result blocks. `made`: for a method
    that blocks only on some instances: harmless when any of these holds for the call that made the instance,
    or that call is not seen. A constructor that is `silent` made something in memory: the methods of that
    instance are harmless too. `instead`: a key of the `[advice]` table of `rules/locale`, or, for names that
    a project adds (`configured`), the text itself.
    """

    code: str
    instead: str
    silent: tuple[Condition, ...] = ()
    needs: tuple[Condition, ...] = ()
    lazy: bool = False
    made: tuple[Condition, ...] = ()
    configured: bool = False


class Class(msgspec.Struct, frozen=True, array_like=True):
    """What is known of the instances of a class.

    `methods` and `attributes`: what a method call returns (for a coroutine: what awaiting it gives) and what
    an attribute holds. `enter`: what `as` binds in `with` or `async with` (default: the instance). `item`:
    what iterating gives. `awaited`: what awaiting an instance gives. `protocols`: the statements that an
    instance works in; empty when nothing is known.
    """

    bases: tuple[str, ...] = ()
    methods: Mapping[str, str] = {}
    attributes: Mapping[str, str] = {}
    protocols: tuple[Protocol, ...] = ()
    enter: str = "self"
    item: str | None = None
    awaited: str | None = None


class Consumer(msgspec.Struct, frozen=True, array_like=True):
    """A callable that takes charge of coroutines given to it.

    `awaitable`: the argument is a coroutine or another awaitable. `iterable`: an iterable of them.
    `function`: the coroutine *function*, called by the consumer. With `rest` in the argument, each of the
    positional ones.
    """

    argument: Argument
    takes: Takes = "awaitable"


class Handler(msgspec.Struct, frozen=True, array_like=True):
    """What a framework hands to a function that it is given: as an `argument` of a call, or, when there is none,
    by decorating it. `gives`: the types, in order. `events`: a class among whose `events` the function's own
    name (or the one that the decorator is given) says the types.
    """

    argument: Argument | None = None
    gives: tuple[str, ...] = ()
    events: str = ""


class Knowledge(msgspec.Struct, frozen=True, array_like=True):
    """Everything that the files under `rules/knowledge` say, keyed by canonical name.

    Use `canonical` on a resolved name first and `find` for a lookup that honours inheritance and `*` entries.

    aliases: other public names (also of whole modules) -> canonical name. functions: what a call of a
    module-level function returns, or, for a coroutine function, what awaiting it gives. classes: see `Class`.
    values: constants of modules -> their type (`sys.stdin` -> `io.TextIOWrapper`). blocking: see `Blocking`.
    awaitables: what a call gives that must be awaited, or is a task or future that need not be. offloads:
    runs the callable in this argument off the loop, in a thread or process or when a signal comes or the
    program ends. schedulers: calls the callable in this argument later, on the loop, and drops its result.
    callers: calls the callable in this argument at once, on the caller's thread. lazy_callers: calls it when
    the returned iterator is consumed. consumers: see `Consumer`. eager: consumes the iterable in this
    argument at once. lazy: wraps the iterable in this argument; consumed when its own result is. uses: uses
    this argument as a plain value, so that a coroutine there is a mistake. inspects: looks at this argument
    without using it as its result (`type`, `isinstance`, `inspect.iscoroutine`). closes: callables that make
    a coroutine's loss intended (`.close()`), by bare method name. async_aware: callables and decorators that
    accept plain and coroutine functions alike. caches: decorators that keep a function's result and would
    keep a coroutine. async_caches: caches that await. nonblocking: calls that make their instance
    non-blocking under a condition. transparent: decorators that give back a callable which returns what the
    decorated one returns. exceptions: methods for which a `*` entry of their class does not speak.
    loop_methods: methods that the loop calls on instances of a project's subclasses. registers: decorators that
    give a function to what calls it as a plain one, and drops a coroutine. handlers: see `Handler`. events:
    methods that a project's subclasses define, with the types that they are called with. owners: what has an
    entry in blocking or awaitables below it. modules: the outermost names of blocking, awaitables and aliases.
    awaited_of: the classes with methods that must be awaited, and those whose attributes hold such.
    """

    aliases: Mapping[str, str]
    functions: Mapping[str, str]
    classes: Mapping[str, Class]
    values: Mapping[str, str]
    blocking: Mapping[str, Blocking]
    awaitables: Mapping[str, Kind]
    offloads: Mapping[str, Argument]
    schedulers: Mapping[str, Argument]
    callers: Mapping[str, Argument]
    lazy_callers: Mapping[str, Argument]
    consumers: Mapping[str, tuple[Consumer, ...]]
    eager: Mapping[str, Argument]
    lazy: Mapping[str, Argument]
    uses: Mapping[str, Argument]
    inspects: Mapping[str, Argument]
    closes: frozenset[str]
    async_aware: frozenset[str]
    caches: frozenset[str]
    async_caches: frozenset[str]
    nonblocking: Mapping[str, Condition]
    transparent: frozenset[str]
    exceptions: frozenset[str]
    loop_methods: frozenset[str]
    registers: frozenset[str]
    handlers: Mapping[str, Handler]
    events: Mapping[str, tuple[str, ...]]
    owners: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    awaited_of: frozenset[str] = frozenset()

    def indexed(self) -> Knowledge:
        """A copy whose `owners`, `modules` and `awaited_of` follow from its tables: to look through them takes longer
        than to analyse a small file.
        """
        tables = (self.blocking, self.awaitables)
        owners = {name.rpartition(".")[0] for table in tables for name in table}
        tops = {name.partition(".")[0] for table in (*tables, self.aliases) for name in table}
        awaited = {name.rpartition(".")[0] for name in self.awaitables}
        holders = {
            name for name, known in self.classes.items() if not awaited.isdisjoint(known.attributes.values())
        }
        return msgspec.structs.replace(
            self,
            owners=frozenset(owners),
            modules=frozenset(tops - {"*", "builtins"}),
            awaited_of=frozenset(awaited | holders),
        )

    def canonical(self, name: str) -> str:
        """The canonical spelling of a resolved dotted name; the name itself when it has no other."""
        aliases = self.aliases
        head, tail = name, ""
        while head:
            if head in aliases:
                return aliases[head] + tail
            head, dot, last = head.rpartition(".")
            tail = f"{dot}{last}{tail}"
        return name

    def mro(self, name: str) -> tuple[str, ...]:
        """The class and what it inherits from, as far as the files say, nearest first."""
        seen: dict[str, None] = {}
        waiting = [name]
        while waiting:
            current = waiting.pop(0)
            if current in seen:
                continue
            seen[current] = None
            if (known := self.classes.get(current)) is not None:
                waiting.extend(known.bases)
        return tuple(seen)

    def find(self, table: Mapping[str, V], name: str) -> V | None:
        """What `table` says of a canonical name.

        A method is looked up in its class and then in the bases of it; `Class.*` speaks for every public
        method of a class that has no entry of its own; `*.method` for a method of an object whose class is
        unknown (look up `"*.method"` for those).
        """
        if (found := table.get(name)) is not None:
            return found
        owner, _, method = name.rpartition(".")
        for base in self.mro(owner):
            if (found := table.get(f"{base}.{method}")) is not None:
                return found
            if f"{base}.{method}" in self.exceptions:
                return None
            if not method.startswith("_") and (found := table.get(f"{base}.*")) is not None:
                return found
        return None

    def method_type(self, owner: str, method: str) -> str | None:
        """The type that a method call on an instance of `owner` gives, `self` replaced by `owner`."""
        for base in self.mro(owner):
            if (known := self.classes.get(base)) is not None and method in known.methods:
                return owner if known.methods[method] == "self" else known.methods[method]
        return None

    def attribute_type(self, owner: str, attribute: str) -> str | None:
        """The type of an attribute of an instance of `owner`."""
        for base in self.mro(owner):
            if (known := self.classes.get(base)) is not None and attribute in known.attributes:
                return owner if known.attributes[attribute] == "self" else known.attributes[attribute]
        return None

    def protocols(self, owner: str) -> frozenset[Protocol]:
        """The statements that an instance of `owner` works in; empty when nothing is known."""
        return frozenset(
            p for base in self.mro(owner) if base in self.classes for p in self.classes[base].protocols
        )

    def extended(
        self,
        blocking: Mapping[str, str] | None = None,
        offloads: Iterable[str] = (),
        awaitables: Iterable[str] = (),
        *,
        code: str = "LOOP107",
    ) -> Knowledge:
        """A copy that also knows what a project's settings say.

        blocking: name -> what to use instead, reported as `code`. offloads: callables whose arguments all run
        off the loop. awaitables: callables whose result must be awaited.
        """
        extra = {
            self.canonical(name): Blocking(code, text, configured=True)
            for name, text in (blocking or {}).items()
        }
        moved = {self.canonical(name): Argument(0, None, rest=True) for name in offloads}
        awaited: dict[str, Kind] = {self.canonical(name): "coroutine" for name in awaitables}
        return msgspec.structs.replace(
            self,
            blocking={**self.blocking, **extra},
            offloads={**self.offloads, **moved},
            awaitables={**self.awaitables, **awaited},
        ).indexed()
