"""Repairs that rules offer: edits of the finding's own file, made from the source text around a node.

Every repair keeps comments and layout, since it only inserts or replaces what it names; where the result
might not compile (a class body, a generator expression, a name that is taken) there is no fix.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rules.findings import Applicability, Edit, RawFix

from . import tree
from .values import Outside

if TYPE_CHECKING:
    from .events import Call
    from .report import Source
    from .units import Unit

Maker = Callable[["Source"], RawFix | None]
_BINDS_TIGHTER = (".", "[", "(")
_ON_ITS_OWN_LINE = re.compile(
    r"(?:\s|\\\r?\n|#[^\n]*\n)*\.(?![.\d])"
)  # no line begins with a dot but in a chain


def insert_await(unit: Unit, node: Any, name: str, applicability: Applicability = "safe") -> Maker | None:
    """`f()` -> `await f()`, in parentheses where an attribute, index or call follows."""
    if not unit.is_async or not isinstance(node, tree.Call):
        return None

    def make(source: Source) -> RawFix | None:
        begin, end = source.span(node)
        edits: tuple[Edit, ...]
        if _follows(source.text, end):
            edits = (source.insert(begin, "(await "), source.insert(end, ")"))
        else:
            edits = (source.insert(begin, "await "),)
        return RawFix(applicability, "insert-await", {"name": name}, edits)

    return make


def insert_text(node_at: int, text: str, key: str, name: str) -> Maker:
    """Insert `text` before the token `node_at` (`async ` before `with` or `for`)."""

    def make(source: Source) -> RawFix | None:
        return RawFix("unsafe", key, {"name": name}, (source.insert(source.positions.start(node_at), text),))

    return make


def call_function(node: Any, name: str) -> Maker:
    """`f` -> `f()`."""

    def make(source: Source) -> RawFix | None:
        return RawFix("unsafe", "call-function", {"name": name}, (source.insert(source.span(node)[1], "()"),))

    return make


def async_sleep(unit: Unit, call: Call, name: str) -> Maker | None:
    """`time.sleep(x)` -> `await asyncio.sleep(x)`, or trio's or anyio's in code that uses those."""
    node = call.node
    if (
        not (unit.is_async and call.plain and isinstance(node, tree.Call))
        or node.keywords
        or len(node.arguments) != 1
    ):
        return None
    library = _library(unit)
    shown = _spelling(unit, library)
    if shown is None:
        return None

    def make(source: Source) -> RawFix | None:
        begin, end = source.span(node)
        bracket = source.positions.start(node.bracket)
        opening, closing = _awaiting(source, call, end)
        edits = [*_import(unit, source, library), source.replace(begin, bracket, f"{opening}{shown}.sleep")]
        if closing:
            edits.append(source.insert(end, closing))
        params = {"name": name, "replacement": f"await {shown}.sleep(...)"}
        return RawFix("safe", "async-sleep", params, tuple(edits))

    return make


def to_thread(unit: Unit, call: Call, name: str) -> Maker | None:
    """`f(x)` -> `await asyncio.to_thread(f, x)`."""
    node = call.node
    if not (unit.is_async and call.plain and call.kind == "call" and isinstance(node, tree.Call)):
        return None
    library = _library(unit)
    shown = _spelling(unit, library)
    if shown is None or (library != "asyncio" and node.keywords):
        return None
    function = f"{shown}.to_thread" if library == "asyncio" else f"{shown}.to_thread.run_sync"

    def make(source: Source) -> RawFix | None:
        begin, end = source.span(node)
        bracket = source.positions.start(node.bracket)
        comma = ", " if node.arguments or node.keywords else ""
        opening, closing = _awaiting(source, call, end)
        text = f"{opening}{function}({source.text[begin:bracket].rstrip()}{comma}"
        edits = [*_import(unit, source, library), source.replace(begin, bracket + 1, text)]
        if closing:
            edits.append(source.insert(end, closing))
        params = {"name": name, "replacement": f"await {function}({name}, ...)"}
        return RawFix("unsafe", "to-thread", params, tuple(edits))

    return make


def _awaiting(source: Source, call: Call, end: int) -> tuple[str, str]:
    """What to write before and after a call so that it is awaited: nothing where it is already."""
    if call.use == "await":
        return "", ""
    return ("(await ", ")") if _follows(source.text, end) else ("await ", "")


def _follows(text: str, end: int) -> bool:
    """Does something follow that would bind tighter than `await`, also on a line of its own?"""
    rest = text[end:].lstrip(" \t")
    return rest.startswith(_BINDS_TIGHTER) or _ON_ITS_OWN_LINE.match(rest) is not None


def _library(unit: Unit) -> str:
    """The async library of a module: trio or anyio when it imports that and not asyncio."""
    imported = set()
    for statement in unit.module.facts.body:
        if isinstance(statement, tree.Import):
            imported |= {dotted.partition(".")[0] for dotted, _ in statement.names}
        elif isinstance(statement, tree.ImportFrom) and not statement.level:
            imported.add(statement.module.partition(".")[0])
    if "asyncio" in imported:
        return "asyncio"
    return next((library for library in ("trio", "anyio") if library in imported), "asyncio")


def _spelling(unit: Unit, library: str) -> str | None:
    """How the library can be written in this function; None when its name means something else here."""
    inference = unit.world.inference
    for name in unit.module.scope.names():
        if inference.name(unit.scope, name) == Outside(library):
            return name
    return None if inference.visible(unit.scope, library) is not None else library


def _import(unit: Unit, source: Source, library: str) -> list[Edit]:
    """The edit that imports the library, when the module does not."""
    if any(
        unit.world.inference.name(unit.scope, name) == Outside(library) for name in unit.module.scope.names()
    ):
        return []
    offset = _import_place(unit, source)
    newline = "\r\n" if "\r\n" in source.text else "\n"
    return [source.insert(offset, f"import {library}{newline}")]


def _import_place(unit: Unit, source: Source) -> int:
    """The beginning of the first import's line, `__future__` left out; else of what follows the docstring."""
    positions = source.positions
    body = unit.module.facts.body
    for statement in body:
        if isinstance(statement, tree.Import) or (
            isinstance(statement, tree.ImportFrom) and statement.module != "__future__"
        ):
            return _line_start(source, positions.start(statement.at))
    for statement in body:
        docstring = isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Constant)
        if not docstring and not isinstance(statement, tree.ImportFrom):
            at = statement.at
            decorators = getattr(statement, "decorators", ())
            return _line_start(source, positions.start(decorators[0].at if decorators else at))
    return 0


def _line_start(source: Source, offset: int) -> int:
    line, _ = source.positions.place(offset)
    return source.positions.lines[line - 1]
