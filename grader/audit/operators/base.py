"""What a mutation operator is: something that finds places in a module and says what to put there instead.

An operator looks at a parsed module and yields `Change`s. It never edits: `grader.audit.mutants` applies
one change at a time, so a mutant differs from the reference in one place, and its diff can be read.

`places` walks the module once for all operators and leaves out what no test could ever see: docstrings,
imports, and annotations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Replacement = cst.CSTNode | cst.FlattenSentinel[cst.BaseStatement]


@dataclass(frozen=True, slots=True)
class Place:
    """A node with the nodes around it, outermost first."""

    node: cst.CSTNode
    parents: tuple[cst.CSTNode, ...]

    @property
    def parent(self) -> cst.CSTNode:
        return self.parents[-1]

    @property
    def in_async_function(self) -> bool:
        """Whether the nearest function around is an `async def`."""
        for parent in reversed(self.parents):
            if isinstance(parent, cst.Lambda):
                return False
            if isinstance(parent, cst.FunctionDef):
                return parent.asynchronous is not None
        return False

    @property
    def function(self) -> cst.FunctionDef | None:
        """The nearest function around."""
        return next(
            (parent for parent in reversed(self.parents) if isinstance(parent, cst.FunctionDef)), None
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: `old`, a node of the module, becomes `new`."""

    old: cst.CSTNode
    new: Replacement
    what: str
    """What happened there, in the past tense: "await dropped"."""
    needs: str | None = None
    """A module that the new code imports."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A named way to break a program."""

    name: str
    find: Callable[[Sequence[Place]], Iterator[Change]]


def places(module: cst.Module) -> list[Place]:
    """Every node that behaviour depends on, in the order of the text."""
    found: list[Place] = []

    def visit(node: cst.CSTNode, parents: tuple[cst.CSTNode, ...]) -> None:
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom) or _is_docstring(node, parents):
            return
        found.append(Place(node, parents))
        for child in node.children:
            visit(child, (*parents, node))

    visit(module, ())
    return found


def dotted(node: cst.CSTNode) -> str:
    """`asyncio.sleep` for the expression of that name; empty for anything that is not a dotted name."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr.value}" if head else ""
    return ""


def called(node: cst.CSTNode, *names: str) -> cst.Call | None:
    """The call, when `node` is a call of one of `names` (`asyncio.sleep` or, imported from there,
    `sleep`).
    """
    if not isinstance(node, cst.Call):
        return None
    name = dotted(node.func)
    return node if name in names or name in {full.rpartition(".")[2] for full in names} else None


def text(node: cst.CSTNode) -> str:
    """The source of a node on one line, cut to what a description has room for."""
    flat = " ".join(cst.Module([]).code_for_node(node).split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


def parsed(source: str) -> cst.BaseExpression:
    """An expression from its source."""
    return cst.parse_expression(source)


def code(node: cst.CSTNode) -> str:
    """The source of a node."""
    return cst.Module([]).code_for_node(node)


def inner(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and all nodes below it that run when it runs: not the bodies of functions defined there."""
    yield node
    for child in node.children:
        if not isinstance(child, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            yield from inner(child)


def names_read(node: cst.CSTNode) -> set[str]:
    """Names that occur anywhere in the node, assigned ones too."""
    found = {child.value for child in inner(node) if isinstance(child, cst.Name)}
    return found | {child.value for child in _nested(node) if isinstance(child, cst.Name)}


def names_assigned(node: cst.CSTNode) -> set[str]:
    """Local names that the node gives a value to."""
    found: set[str] = set()
    for child in inner(node):
        targets: list[cst.CSTNode] = []
        if isinstance(child, cst.Assign):
            targets = [target.target for target in child.targets]
        elif isinstance(child, cst.AugAssign | cst.AnnAssign | cst.NamedExpr | cst.For):
            targets = [child.target]
        elif isinstance(child, cst.AsName):
            targets = [child.name]
        for target in targets:
            found |= {name.value for name in _flat_targets(target)}
    return found


def _flat_targets(target: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(target, cst.Name):
        yield target
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _flat_targets(element.value)


def _nested(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nested(child)


def _is_docstring(node: cst.CSTNode, parents: tuple[cst.CSTNode, ...]) -> bool:
    return (
        isinstance(node, cst.Expr)
        and isinstance(node.value, cst.SimpleString | cst.ConcatenatedString)
        and len(parents) >= 1
    )
