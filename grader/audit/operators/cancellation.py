"""Mistakes about leaving: cancellation swallowed, cleaning up forgotten, tasks that nobody stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import Change, Operator, Place, code, dotted, inner, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SWALLOW = "try:\n    {line}\nexcept asyncio.CancelledError:\n    pass\n"


def swallow_cancelled(nodes: Sequence[Place]) -> Iterator[Change]:
    """A handler of CancelledError no longer raises; `except Exception` catches it too; an await is made
    deaf to it.
    """
    for place in nodes:
        node = place.node
        if isinstance(node, cst.ExceptHandler) and node.type is not None:
            caught = code(node.type)
            if "CancelledError" in caught or caught == "BaseException":
                for raising in (child for child in inner(node.body) if isinstance(child, cst.Raise)):
                    yield Change(raising, cst.Pass(), "CancelledError swallowed: it is not raised again")
            elif caught == "Exception":
                yield Change(
                    node.type, cst.Name("BaseException"), "except Exception became except BaseException"
                )
        elif isinstance(node, cst.SimpleStatementLine) and place.in_async_function and _only_awaits(node):
            line = code(node.with_changes(leading_lines=[])).strip()
            deaf = cst.parse_statement(_SWALLOW.format(line=line))
            yield Change(node, deaf, f"CancelledError swallowed around {text(node)}", needs="asyncio")


def drop_finally(nodes: Sequence[Place]) -> Iterator[Change]:
    """`try: a finally: b` -> `a`, then `b`: what was cleaned up in every case is cleaned up only when
    all goes well.
    """
    for place in nodes:
        node = place.node
        if not isinstance(node, cst.Try | cst.TryStar) or node.finalbody is None:
            continue
        after = _lines(node.finalbody.body)
        before: list[cst.BaseStatement] = (
            [node.with_changes(finalbody=None)] if node.handlers else _lines(node.body)
        )
        yield Change(
            node, cst.FlattenSentinel([*before, *after]), "finally removed, its lines run only on success"
        )


def drop_cancel(nodes: Sequence[Place]) -> Iterator[Change]:
    """`task.cancel()` -> nothing"""
    for place in nodes:
        node = place.node
        if (
            isinstance(node, cst.Expr)
            and isinstance(node.value, cst.Call)
            and dotted(node.value.func).endswith(".cancel")
        ):
            yield Change(node, cst.Pass(), f"{text(node)} dropped")


def _only_awaits(line: cst.SimpleStatementLine) -> bool:
    """Whether the line is `await x` or `return await x`: one that may be skipped without leaving a name
    unbound.
    """
    only = line.body[0] if len(line.body) == 1 else None
    return isinstance(only, cst.Expr | cst.Return) and isinstance(only.value, cst.Await)


def _lines(body: cst.BaseSuite) -> list[cst.BaseStatement]:
    if isinstance(body, cst.IndentedBlock):
        return list(body.body)
    assert isinstance(body, cst.SimpleStatementSuite)
    return [cst.SimpleStatementLine(body.body)]


OPERATORS = (
    Operator("cancellation-swallowed", swallow_cancelled),
    Operator("finally-removed", drop_finally),
    Operator("cancel-dropped", drop_cancel),
)
