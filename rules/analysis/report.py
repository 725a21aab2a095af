"""What rules say, and how it becomes findings: places, chains and fixes are filled in last.

A rule speaks in `tree` nodes; only files that have something to say are read again for positions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from rules.findings import ChainLink, Edit, RawFinding, RawFix, in_order

from . import tree
from .positions import Positions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .project import Module


class Link(msgspec.Struct, frozen=True):
    """A step of a chain before it has a line: the node in its module, and what is called there."""

    module: Module
    node: Any
    name: str


class Said(msgspec.Struct):
    """One thing that a rule said."""

    module: Module
    node: Any
    code: str
    variant: str
    params: dict[str, Any]
    chain: tuple[Link, ...] = ()
    fix: Callable[[Source], RawFix | None] | None = None
    end_node: Any = None


class Source:
    """A module's text with the places of its nodes. Fixes are made from it."""

    def __init__(self, module: Module, text: str) -> None:
        self.module = module
        self.text = text
        self.positions = Positions(text)

    def span(self, node: Any) -> tuple[int, int]:
        """Offsets where a node begins and after its end."""
        return self.positions.start(start_token(node)), end_offset(node, self.positions)

    def code(self, node: Any) -> str:
        """The node as it is written."""
        begin, end = self.span(node)
        return self.text[begin:end]

    def line(self, node: Any) -> int:
        return self.positions.line_of(start_token(node))

    def insert(self, offset: int, text: str) -> Edit:
        line, column = self.positions.place(offset)
        return Edit(line, column, line, column, text)

    def replace(self, begin: int, end: int, text: str) -> Edit:
        line, column = self.positions.place(begin)
        end_line, end_column = self.positions.place(end)
        return Edit(line, column, end_line, end_column, text)


def start_token(node: Any) -> int:
    return int(node.at)


def end_offset(node: Any, positions: Positions) -> int:
    """Offset after the last character of a node (for statements: of their keyword)."""
    match node:
        case tree.Attribute():
            return positions.end(node.name_at)
        case tree.Call() | tree.Subscript():
            return positions.closer(node.bracket)
        case (
            tree.Sequence(kind="list" | "set")
            | tree.Dict()
            | tree.Comprehension(kind="list" | "set" | "dict")
        ):
            return positions.closer(node.at)
        case tree.Await() | tree.Starred():
            return end_offset(node.value, positions)
        case tree.Boolean() | tree.Binary():
            return end_offset(node.right, positions)
        case tree.Compare():
            return end_offset(node.rights[-1], positions)
        case tree.Unary():
            return end_offset(node.operand, positions)
        case tree.Function() | tree.Class():
            return positions.end(node.name_at)
    return positions.end(node.at)


class Reporter(msgspec.Struct):
    """Collects what the rules say of one run."""

    said: list[Said] = msgspec.field(default_factory=list)

    def add(
        self,
        module: Module,
        node: Any,
        code: str,
        variant: str,
        /,
        *,
        chain: tuple[Link, ...] = (),
        fix: Callable[[Source], RawFix | None] | None = None,
        **params: Any,
    ) -> None:
        """Say one thing. A parameter may be a `tree` node: as `line` it becomes its line, else its source."""
        self.said.append(Said(module, node, code, variant, params, chain, fix))


def _text(source: Source, key: str, value: Any) -> str:
    """A parameter as text: a node is its line for `line`, else its source on one line."""
    if key == "line":
        return str(source.positions.line_of(value if isinstance(value, int) else start_token(value)))
    if isinstance(value, tree.Node):
        return " ".join(source.code(value).split())
    return str(value)


def findings(
    said: Sequence[Said], source: Callable[[Module], Source], name: Callable[[str], str]
) -> list[RawFinding]:
    """Places and words' parameters for everything that was said, sorted, each expression once per code.

    source: the text of a module. name: a path as users type it.
    """
    found: dict[tuple[object, ...], RawFinding] = {}
    for item in said:
        home = source(item.module)
        begin, end = home.span(item.node)
        line, column = home.positions.place(begin)
        end_line, end_column = home.positions.place(end)
        params = {key: _text(home, key, value) for key, value in item.params.items()}
        links = []
        for link in item.chain:
            place = source(link.module).positions.place(source(link.module).span(link.node)[0])
            links.append(ChainLink(name(link.module.path), place[0], place[1], link.name))
        fix = item.fix(home) if item.fix is not None else None
        raw = RawFinding(
            name(item.module.path), line, column, end_line, end_column, item.code, item.variant, params,
            tuple(links), fix,
        )  # fmt: skip
        found.setdefault((raw.path, begin, end, item.code), raw)
    return in_order(found.values())
