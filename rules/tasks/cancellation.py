"""TASK304 cancellation-swallowed (off by default)

What it does: `except CancelledError`, `except BaseException` or a bare `except` around an `await`, without
raising again.

Why is this bad? Cancelling is a request that travels as an exception. Who swallows it keeps running, and
whoever waits for the task to stop (a timeout, a TaskGroup, the end of the program) waits for ever.

Example: `except asyncio.CancelledError: pass`.

Use instead: clean up and `raise`, or `finally`.

Silent where the function itself cancelled what it awaits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import flattened, spelled
from rules.analysis.values import Outside

from .awaits import nodes_of, pauses

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK304"
_CANCELLED = frozenset(
    {
        "asyncio.CancelledError",
        "asyncio.exceptions.CancelledError",
        "concurrent.futures.CancelledError",
        "trio.Cancelled",
    }
)


def check(unit: Unit, report: Reporter) -> None:
    """Report handlers that end a cancellation."""
    if not unit.is_async:
        return
    cancelled = {
        spelled(func.value)
        for call in unit.analysis.calls
        if isinstance(call.node, tree.Call)
        and isinstance(func := call.node.func, tree.Attribute)
        and func.name == "cancel"
    }
    for statement in unit.statements():
        if (
            isinstance(statement, tree.Try)
            and pauses(statement.body)
            and not _awaits_only(statement.body, cancelled)
        ):
            _try(unit, report, statement)


def _awaits_only(body: tuple[Any, ...], cancelled: set[str]) -> bool:
    """Is what is awaited here something that this function cancelled (or gathers what it did)?"""
    names = [node for node in nodes_of(body) if isinstance(node, tree.Await)]
    return bool(cancelled) and all(
        any(
            spelled(part) in cancelled
            for part in nodes_of(node.value)
            if isinstance(part, tree.Name | tree.Attribute)
        )
        for node in names
    )


def _try(unit: Unit, report: Reporter, statement: tree.Try) -> None:
    for handler in statement.handlers:
        caught = _catches(unit, handler.type)
        if caught is None:
            continue
        if not any(isinstance(inner, tree.Raise) for inner in flattened(handler.body)):
            if handler.type is None:
                report.add(unit.module, handler, CODE, "bare")
            else:
                report.add(unit.module, handler, CODE, "named", exception=caught)
        return  # what comes after never sees a cancellation


def _catches(unit: Unit, kind: Any) -> str | None:
    """How a handler catches cancellation: the exception's name, "" for a bare one, None when it does not."""
    if kind is None:
        return ""
    for part in kind.items if isinstance(kind, tree.Sequence) else (kind,):
        if isinstance(part, tree.Call):
            made = unit.world.inference.static(part.func, unit.scope)
            if made == Outside("anyio.get_cancelled_exc_class"):
                return spelled(part)
        value = unit.world.inference.static(part, unit.scope)
        if isinstance(value, Outside) and (
            value.name in _CANCELLED or value.name == "builtins.BaseException"
        ):
            return spelled(part)
    return None
