"""What the knowledge files say, as values: calls, attributes, iteration and awaiting of outside things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from .values import NONE, UNKNOWN, Awaitable, Instance, Lazy, Outside, Value, union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.knowledge import Argument, Consumer, Knowledge

V = TypeVar("V")
_SPELLINGS: Final = {
    "list": "builtins.list", "dict": "builtins.dict", "tuple": "builtins.tuple", "set": "builtins.set",
    "frozenset": "builtins.frozenset", "iterator": "typing.Iterator", "iterable": "typing.Iterable",
    "type": "builtins.type", "str": "builtins.str", "bytes": "builtins.bytes", "int": "builtins.int",
    "bool": "builtins.bool", "float": "builtins.float", "object": "builtins.object",
}  # fmt: skip
_ARGUMENT: Final = "argument or "
NOT_TYPES: Final = frozenset({"builtins.object", "typing.Any"})


class Role(msgspec.Struct, frozen=True):
    """What a callable does with its arguments, by the tables of `Knowledge` of the same names."""

    eager: Argument | None
    lazy: Argument | None
    consumers: tuple[Consumer, ...] | None
    offloads: Argument | None
    schedulers: Argument | None
    callers: Argument | None
    inspects: Argument | None
    uses: Argument | None


class OutsideWorld:
    """Knowledge with the analysis' values. Everything is remembered: names repeat."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._canonical: dict[str, str] = {}
        self._types: dict[tuple[str, str | None], Value] = {}
        self._kinds: dict[str, str | None] = {}
        self._found: dict[tuple[int, str], Any] = {}
        self._roles: dict[str, Role | None] = {}
        self.loop_methods = frozenset(name.rpartition(".")[2] for name in knowledge.loop_methods)

    def canonical(self, name: str) -> str:
        known = self._canonical.get(name)
        if known is None:
            known = self._canonical[name] = self.knowledge.canonical(name)
        return known

    def type(self, text: str, owner: str | None = None) -> Value:
        """The value of something whose type the knowledge files write as `text`."""
        key = (text, owner)
        known = self._types.get(key)
        if known is None:
            known = self._types[key] = _parse(text.replace(" ", ""), owner)
        return known

    def find(self, table: Mapping[str, V], name: str) -> V | None:
        """`Knowledge.find`, remembered."""
        key = (id(table), name)
        if key in self._found:
            found: V | None = self._found[key]
            return found
        found = self._found[key] = self.knowledge.find(table, name)
        return found

    def role(self, name: str) -> Role | None:
        """What a call of this canonical name does with its arguments; None for most, of which nothing is said."""
        if name not in self._roles:
            of = self.knowledge
            said = {table: of.find(getattr(of, table), name) for table in Role.__struct_fields__}
            known = any(entry is not None for entry in said.values())
            self._roles[name] = Role(**said) if known else None
        return self._roles[name]

    def awaitable_kind(self, name: str) -> str | None:
        """Which kind of awaitable a call of this canonical name gives."""
        if name not in self._kinds:
            self._kinds[name] = self.knowledge.find(self.knowledge.awaitables, name)
        return self._kinds[name]

    def module_attribute(self, name: str) -> Value:
        """A module's or class's attribute by its full name."""
        name = self.canonical(name)
        known = self.knowledge.values.get(name)
        return self.type(known) if known is not None else Outside(name)

    def attribute(self, owner: Instance, name: str) -> Value:
        """An attribute of an instance of an outside class: typed, or a method waiting to be called."""
        assert isinstance(owner.cls, str)
        text = self.knowledge.attribute_type(owner.cls, name)
        if text is not None:
            if text.startswith(_ARGUMENT):
                if owner.args:
                    return owner.args[0]
                text = text.removeprefix(_ARGUMENT)
            return self.type(text, owner.cls)
        dynamic = self.knowledge.method_type(owner.cls, "__getattr__")
        if dynamic is not None and not name.startswith("_") and not self._is_known(owner.cls, name):
            return self.type(dynamic, owner.cls)
        return Outside(f"{owner.cls}.{name}", owner)

    def _is_known(self, cls: str, name: str) -> bool:
        """Does the knowledge say anything about this method?"""
        knowledge = self.knowledge
        if knowledge.method_type(cls, name) is not None:
            return True
        return any(
            knowledge.find(table, f"{cls}.{name}") is not None
            for table in (knowledge.blocking, knowledge.awaitables)
        )

    def call(self, callee: Outside, spelled: str, origin: int) -> Value:
        """What a call of an outside callable gives, by its name alone."""
        name = callee.name
        knowledge = self.knowledge
        owner, _, method = name.rpartition(".")
        text = knowledge.functions.get(name)
        if text is None and owner in knowledge.classes:
            text = knowledge.method_type(owner, method)
        receiver = callee.receiver
        own = receiver.cls if isinstance(receiver, Instance) and isinstance(receiver.cls, str) else owner
        value = self.type(text, own) if text is not None else UNKNOWN
        kind = self.awaitable_kind(name)
        if kind is not None:
            if kind == "task" and value == UNKNOWN:
                value = Instance("asyncio.Task")
            return Awaitable(kind, spelled, value, origin, "outside")
        blocking = self.find(knowledge.blocking, name)
        if blocking is not None and blocking.lazy:
            item = value.args[0] if isinstance(value, Instance) and value.args else UNKNOWN
            return Lazy(Outside(name, callee.receiver), item)
        if text is not None:
            return value
        if name in knowledge.classes or method[:1].isupper() or name in self.knowledge.owners:
            return Instance(name)
        return UNKNOWN

    def item(self, cls: str) -> Value:
        """What iterating an instance gives."""
        for base in self.knowledge.mro(cls):
            known = self.knowledge.classes.get(base)
            if known is not None and known.item is not None:
                return self.type(known.item, cls)
        return UNKNOWN

    def entered(self, owner: Instance) -> Value:
        """What `as` binds when an instance is entered."""
        assert isinstance(owner.cls, str)
        for base in self.knowledge.mro(owner.cls):
            known = self.knowledge.classes.get(base)
            if known is not None and known.enter != "self":
                return NONE if known.enter in ("None", "builtins.None") else self.type(known.enter, owner.cls)
        return owner

    def awaited(self, cls: str) -> Value:
        """What awaiting an instance gives."""
        for base in self.knowledge.mro(cls):
            known = self.knowledge.classes.get(base)
            if known is not None and known.awaited is not None:
                return self.type(known.awaited, cls)
        return UNKNOWN

    def has_blocking(self, cls: str) -> bool:
        """Do the knowledge files list methods that block for this class or a base of it?"""
        return any(base in self.knowledge.owners for base in self.knowledge.mro(cls))

    def has_awaitable(self, cls: str) -> bool:
        """Do the knowledge files list methods of this class, or a base of it, or of what its attributes hold,
        that must be awaited?
        """
        return any(base in self.knowledge.awaited_of for base in self.knowledge.mro(cls))

    def is_a(self, cls: str, base: str) -> bool:
        return base in self.knowledge.mro(cls)


def _parse(text: str, owner: str | None) -> Value:
    """Read a type as the knowledge files write it."""
    choices = _split(text, "|")
    if len(choices) > 1:
        return union(_parse(choice, owner) for choice in choices)
    name, bracket, rest = text.partition("[")
    if name in ("None", "builtins.None"):
        return NONE
    if name == "self":
        return Instance(owner) if owner is not None else UNKNOWN
    name = _SPELLINGS.get(name, name)
    if name in NOT_TYPES:
        return UNKNOWN
    args = tuple(_parse(part, owner) for part in _split(rest[:-1], ",")) if bracket else ()
    return Instance(name, args)


def _split(text: str, separator: str) -> list[str]:
    """Split outside of brackets."""
    parts = [""]
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if char == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
