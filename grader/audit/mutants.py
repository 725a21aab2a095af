"""Mutants of a reference solution: each operator's changes applied one at a time.

In: the source of a module. Out: mutants that compile and differ from the reference and from each other;
"differ" means the syntax tree, so that two operators which write the same program count once.
"""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from grader.audit.operators import OPERATORS
from grader.audit.operators.base import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.audit.operators.base import Change, Operator


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module that is broken in one place."""

    path: str
    """The file that was mutated, as in the submission."""
    line: int
    operator: str
    description: str
    """`line 12: await dropped`; unique among the mutants of a file. What `[[equivalent]]` refers to."""
    source: str

    def diff(self, original: str) -> str:
        """The mutant as a unified diff against its original."""
        lines = difflib.unified_diff(
            original.splitlines(keepends=True),
            self.source.splitlines(keepends=True),
            self.path,
            f"{self.path} ({self.description})",
            n=2,
        )
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def mutants(source: str, path: str, operators: Sequence[Operator] = OPERATORS) -> list[Mutant]:
    """All mutants of `source`, in the order of their lines.

    Raises:
        libcst.ParserSyntaxError: The source is not Python.
    """
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    module = wrapper.module
    positions = wrapper.resolve(PositionProvider)
    nodes = places(module)
    seen = {_shape(source)}
    found: list[tuple[int, int, str, str, str]] = []
    for rank, operator in enumerate(operators):
        for change in operator.find(nodes):
            broken = _apply(module, change)
            shape = _shape(broken)
            if shape is None or shape in seen:
                continue
            seen.add(shape)
            line = _first_changed_line(source, broken, change, positions[change.old].start.line)
            found.append((line, rank, operator.name, change.what, broken))
    found.sort(key=lambda mutant: mutant[:2])
    return _named(found, path)


def _named(found: Sequence[tuple[int, int, str, str, str]], path: str) -> list[Mutant]:
    """Mutants with descriptions that tell them apart: the second of the same words on a line says (2)."""
    counts: dict[str, int] = {}
    named = []
    for line, _rank, operator, what, broken in found:
        description = f"line {line}: {what}"
        counts[description] = counts.get(description, 0) + 1
        if counts[description] > 1:
            description += f" ({counts[description]})"
        named.append(Mutant(path, line, operator, description, broken))
    return named


class _Replace(cst.CSTTransformer):
    """Puts one node in the place of another."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node is not self.change.old

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> object:
        return self.change.new if original_node is self.change.old else updated_node


def _apply(module: cst.Module, change: Change) -> str:
    changed = module.visit(_Replace(change))
    assert isinstance(changed, cst.Module)
    return _with_import(changed, change.needs).code


def _with_import(module: cst.Module, name: str | None) -> cst.Module:
    """The module with `import name` after its docstring and `from __future__`, unless it is there."""
    if name is None or any(
        isinstance(statement, cst.Import)
        and any(alias.evaluated_name == name and alias.asname is None for alias in statement.names)
        for line in module.body
        if isinstance(line, cst.SimpleStatementLine)
        for statement in line.body
    ):
        return module
    at = 0
    for number, line in enumerate(module.body):
        first = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        is_docstring = (
            number == 0 and isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString)
        )
        is_future = (
            isinstance(first, cst.ImportFrom)
            and isinstance(first.module, cst.Name)
            and first.module.value == "__future__"
        )
        if is_docstring or is_future:
            at = number + 1
    added = cst.parse_statement(f"import {name}")
    return module.with_changes(body=[*module.body[:at], added, *module.body[at:]])


def _shape(source: str) -> str | None:
    """What makes two programs the same program; None for one that does not compile."""
    try:
        compile(source, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return ast.dump(ast.parse(source))


def _first_changed_line(source: str, broken: str, change: Change, start: int) -> int:
    """The first line of the original that the change touches: a block may begin well before its edit."""
    before = source.splitlines()
    after = broken.splitlines()
    if change.needs is not None and len(after) > len(before):
        inserted = f"import {change.needs}"
        if inserted in after and inserted not in before:
            after.remove(inserted)
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if old != new and number >= start:
            return number
    return start
