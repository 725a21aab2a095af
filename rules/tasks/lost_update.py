"""TASK303 lost-update (off by default)

What it does: shared state (`self.x`, a global) is read, then there is an `await`, then the state is written
from the value read before.

Why is this bad? While this task was paused another one may have written; its update is lost. One thread is
no lock.

Example: `balance = self.balance`, `await pause()`, `self.balance = balance + 1`.

Use instead: read again after the await, or hold an `asyncio.Lock` from the read to the write.

Silent inside `async with`: something is being held; and where the old value itself is put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled

from .awaits import mentions, nodes_of, pauses

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK303"


def check(unit: Unit, report: Reporter) -> None:
    """Report writes from stale values."""
    if unit.is_async:
        _Block(unit, report).follow(unit.body)


class _Block:
    """Follows statements in order: which local names hold shared state, and whether that is stale."""

    def __init__(self, unit: Unit, report: Reporter) -> None:
        self.unit = unit
        self.report = report
        self.globals = frozenset(
            name for s in unit.statements() if isinstance(s, tree.Scope) for name in s.names
        )
        self.read: dict[str, dict[str, Any]] = {}  # local name -> shared state it was read from -> where
        self.stale: set[tuple[str, str]] = set()

    def shared(self, node: Any) -> str | None:
        """The text of what is shared between tasks: a global, or an attribute of `self`."""
        if isinstance(node, tree.Name):
            return node.id if node.id in self.globals else None
        if (
            isinstance(node, tree.Attribute)
            and isinstance(node.value, tree.Name)
            and node.value.id in ("self", "cls")
        ):
            return spelled(node)
        return None

    def follow(self, body: tuple[Any, ...]) -> None:
        for statement in body:
            if isinstance(statement, tree.With) and statement.is_async:
                continue
            inner = [getattr(statement, name, ()) for name in ("body", "orelse", "final")]
            if isinstance(statement, tree.If | tree.While | tree.ForLoop | tree.With | tree.Try):
                for block in inner:
                    if isinstance(block, tuple):
                        self.follow(block)
                continue
            self._statement(statement)

    def _statement(self, statement: Any) -> None:
        if isinstance(statement, tree.Assign) and len(statement.targets) == 1:
            self._assign(statement.targets[0], statement.value, statement)
        elif isinstance(statement, tree.AugmentedAssign):
            target = self.shared(statement.target)
            if target is not None and pauses(statement.value):
                self.report.add(self.unit.module, statement, CODE, "write", target=target, line=statement)
        if pauses(statement):
            self.stale |= {(name, target) for name, found in self.read.items() for target in found}

    def _assign(self, target: Any, value: Any, statement: Any) -> None:
        state = self.shared(target)
        if state is not None:
            if isinstance(value, tree.Name):
                return  # putting back what was there is no update
            if self._reads_then_pauses(value, state):
                self.report.add(self.unit.module, statement, CODE, "write", target=state, line=statement)
                return
            for name, found in self.read.items():
                if state in found and (name, state) in self.stale and mentions(value, name):
                    self.report.add(
                        self.unit.module, statement, CODE, "write", target=state, line=found[state]
                    )
                    return
        elif isinstance(target, tree.Name):
            self.stale = {(name, held) for name, held in self.stale if name != target.id}
            sources = {s for node in nodes_of(value) if (s := self.shared(node)) is not None}
            self.read[target.id] = dict.fromkeys(sources, statement)

    def _reads_then_pauses(self, value: Any, state: str) -> bool:
        """`self.x = self.x + await f()`: the left side is read before the pause."""
        return isinstance(value, tree.Binary) and mentions(value.left, state) and pauses(value.right)
