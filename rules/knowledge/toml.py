"""Reads the knowledge files: TOML in, one `Knowledge` out.

The notation is made for hands: braces stand for several names (`"requests.{get,post}"`), `"0:func"` for an
argument, `"1:timeout = 0"` for a condition. What is misspelt is refused with the file and the key.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args

import msgspec

from rules.knowledge.model import (
    Argument,
    Blocking,
    Class,
    Condition,
    Consumer,
    Handler,
    Kind,
    Knowledge,
    Takes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

SECTIONS: Final = frozenset(
    {
        "aliases",
        "functions",
        "classes",
        "values",
        "blocking",
        "awaitables",
        "offloads",
        "schedulers",
        "callers",
        "lazy_callers",
        "consumers",
        "eager",
        "lazy",
        "uses",
        "inspects",
        "closes",
        "async_aware",
        "caches",
        "async_caches",
        "nonblocking",
        "transparent",
        "exceptions",
        "loop_methods",
        "registers",
        "handlers",
        "events",
    }
)
_NAMES: Final = frozenset(
    {
        "closes",
        "async_aware",
        "caches",
        "async_caches",
        "transparent",
        "exceptions",
        "loop_methods",
        "registers",
    }
)
_CODE = re.compile(r"LOOP\d{3}")
_ARGUMENT = re.compile(r"(?P<rest>\*)?(?P<position>\d+)?(?::(?P<keyword>\w+))?")
_CONDITION = re.compile(r"(?P<argument>\S+) (?P<relation>=|is) (?P<values>.+)")


class KnowledgeError(ValueError):
    """A knowledge file says something that has no meaning; the message names the file and the key."""


def expand(name: str) -> Iterator[str]:
    """Every name that a pattern with braces stands for: `a.{b,c}` -> `a.b`, `a.c`."""
    before, brace, rest = name.partition("{")
    if not brace:
        yield name
        return
    choices, _, after = rest.partition("}")
    for choice in choices.split(","):
        yield from expand(f"{before}{choice.strip()}{after}")


def parse_argument(text: str) -> Argument:
    """`"0:func"`: position 0 or keyword func; `":key"`: keyword only; `"*1"`: all from position 1 on."""
    match = _ARGUMENT.fullmatch(text)
    if not text or match is None:
        raise KnowledgeError(f'"{text}" names no argument; write "0:func", ":key", "2" or "*0"')
    rest = match["rest"] is not None
    position = int(match["position"]) if match["position"] is not None else (0 if rest else None)
    return Argument(position, match["keyword"], rest)


def parse_condition(text: str) -> Condition:
    """`"1:timeout = 0"` or `"0:fp is io.StringIO|io.BytesIO"`."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise KnowledgeError(f'"{text}" is no condition; write "1:timeout = 0" or "0:fp is io.StringIO"')
    argument = parse_argument(match["argument"])
    choices = tuple(part.strip() for part in match["values"].split("|"))
    return Condition(argument, choices) if match["relation"] == "=" else Condition(argument, (), choices)


class _Reader:
    """Collects the sections of all files; two files that disagree about a name are an error."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
        self.where = ""

    def refuse(self, why: str) -> NoReturn:
        raise KnowledgeError(f"{self.where}: {why}")

    def add(self, section: str, pattern: str, value: object) -> None:
        table = self.tables[section]
        for name in expand(pattern):
            if name in table and table[name] != value:
                self.refuse(f'[{section}] says two things of "{name}"')
            table[name] = value

    def read(self, file: str, content: Mapping[str, Any]) -> None:
        for section, table in content.items():
            self.where = f"{file} [{section}]"
            if section not in SECTIONS:
                self.refuse(f"no such section; there are {', '.join(sorted(SECTIONS))}")
            try:
                getattr(self, f"read_{section}", self.read_arguments)(table, section)
            except (KnowledgeError, msgspec.ValidationError, AttributeError, TypeError) as error:
                if isinstance(error, KnowledgeError) and str(error).startswith(file):
                    raise
                self.refuse(str(error))

    def read_aliases(self, table: Mapping[str, Any], section: str) -> None:
        for canonical, others in table.items():
            for other in [others] if isinstance(others, str) else others:
                for one, another in zip(expand(other), _cycle(canonical, other), strict=True):
                    self.add(section, one, another)

    def read_functions(self, table: Mapping[str, Any], section: str) -> None:
        for pattern, result in table.items():
            self.add(section, pattern, msgspec.convert(result, str))

    read_values = read_functions

    def read_classes(self, table: Mapping[str, Any], section: str) -> None:
        for pattern, raw in table.items():
            unknown = raw.keys() - set(Class.__struct_fields__)
            if unknown:
                self.refuse(
                    f'"{pattern}" has {", ".join(sorted(unknown))}; it may have {Class.__struct_fields__}'
                )
            known = dict(raw)
            for field in ("methods", "attributes"):
                known[field] = {
                    name: kind for key, kind in raw.get(field, {}).items() for name in expand(key)
                }
            self.add(section, pattern, Class(**msgspec.convert(known, _ClassTable).filled()))

    def read_blocking(self, table: Mapping[str, Any], section: str) -> None:
        for code, entries in table.items():
            if not _CODE.fullmatch(code):
                self.refuse(f'"{code}" is no code of a rule')
            for pattern, raw in entries.items():
                entry = {"instead": raw} if isinstance(raw, str) else raw
                known = msgspec.convert(entry, _BlockingTable)
                silent, needs, made = (
                    tuple(parse_condition(text) for text in texts)
                    for texts in (known.silent, known.needs, known.made)
                )
                self.add(section, pattern, Blocking(code, known.instead, silent, needs, known.lazy, made))

    def read_awaitables(self, table: Mapping[str, Any], section: str) -> None:
        for kind, patterns in table.items():
            if kind not in get_args(Kind):
                self.refuse(f'"{kind}" is no kind of awaitable; there are {", ".join(get_args(Kind))}')
            for pattern in patterns:
                self.add(section, pattern, kind)

    def read_arguments(self, table: Mapping[str, Any], section: str) -> None:
        for pattern, text in table.items():
            self.add(section, pattern, parse_argument(text))

    def read_nonblocking(self, table: Mapping[str, Any], section: str) -> None:
        for pattern, text in table.items():
            self.add(section, pattern, parse_condition(text))

    def read_consumers(self, table: Mapping[str, Any], section: str) -> None:
        for takes, entries in table.items():
            if takes not in get_args(Takes):
                self.refuse(
                    f'"{takes}" is nothing that a consumer takes; there are {", ".join(get_args(Takes))}'
                )
            for pattern, text in entries.items():
                consumer = Consumer(parse_argument(text), msgspec.convert(takes, Takes))
                for name in expand(pattern):
                    table_ = self.tables[section]
                    table_[name] = (*table_.get(name, ()), consumer)

    def read_handlers(self, table: Mapping[str, Any], section: str) -> None:
        for pattern, raw in table.items():
            known = msgspec.convert(raw, _HandlerTable)
            argument = parse_argument(known.argument) if known.argument is not None else None
            self.add(section, pattern, Handler(argument, known.gives, known.events))

    def read_events(self, table: Mapping[str, Any], section: str) -> None:
        for pattern, types in table.items():
            self.add(section, pattern, msgspec.convert(types, tuple[str, ...]))

    def read_names(self, table: Mapping[str, Any], section: str) -> None:
        for pattern in table["names"]:
            self.add(section, pattern, value=True)

    read_closes = read_async_aware = read_caches = read_async_caches = read_names
    read_transparent = read_exceptions = read_loop_methods = read_registers = read_names

    def knowledge(self) -> Knowledge:
        tables: dict[str, Any] = {
            section: frozenset(table) if section in _NAMES else table
            for section, table in self.tables.items()
        }
        return Knowledge(**tables).indexed()


def _cycle(canonical: str, other: str) -> Iterable[str]:
    """The canonical names beside an alias: as many as its braces give, or the one name for each."""
    names = list(expand(canonical))
    count = len(list(expand(other)))
    return names * count if len(names) == 1 else names


class _BlockingTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instead: str
    silent: list[str] = []
    needs: list[str] = []
    made: list[str] = []
    lazy: bool = False


class _HandlerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    argument: str | None = None
    gives: tuple[str, ...] = ()
    events: str = ""


class _ClassTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bases: tuple[str, ...] = ()
    methods: dict[str, str] = {}
    attributes: dict[str, str] = {}
    protocols: tuple[str, ...] = ()
    enter: str = "self"
    item: str | None = None
    awaited: str | None = None

    def filled(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.__struct_fields__}


def read(
    files: Iterable[tuple[str, bytes]], parse: Callable[[str], dict[str, Any]] = tomllib.loads
) -> Knowledge:
    """The knowledge of these files, given as (name for messages, content).

    Raises:
        KnowledgeError: a file is no TOML, has an unknown section or key, or contradicts another one.
    """
    reader = _Reader()
    for name, content in files:
        try:
            tables = parse(content.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise KnowledgeError(f"{name}: {error}") from error
        reader.read(name, tables)
    return reader.knowledge()


def sources(folder: Path) -> list[tuple[str, bytes]]:
    """The knowledge files of a folder and its subfolders, sorted by name."""
    paths = sorted(folder.rglob("*.toml"))
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
