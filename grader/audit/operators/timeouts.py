"""Mistakes about patience: a timeout that is much too wide, or not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import Change, Operator, Place, called, code, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDER = 1000


def widen_timeout(nodes: Sequence[Place]) -> Iterator[Change]:
    """`timeout(x)` -> `timeout(x * 1000)`, and the same for `wait_for` and `wait`"""
    for place in nodes:
        if (delay := _delay(place.node)) is not None and code(delay.value) != "None":
            wider = parsed(f"({code(delay.value)}) * {_WIDER}")
            yield Change(delay.value, wider, f"timeout made {_WIDER} times as long")


def drop_timeout(nodes: Sequence[Place]) -> Iterator[Change]:
    """`timeout(x)` -> `timeout(None)`, and the same for `wait_for` and `wait`"""
    for place in nodes:
        if (delay := _delay(place.node)) is not None and code(delay.value) != "None":
            yield Change(delay.value, cst.Name("None"), "timeout dropped")


def _delay(node: cst.CSTNode) -> cst.Arg | None:
    """The argument of a call that says how long to wait at most."""
    if call := called(node, "asyncio.timeout", "asyncio.timeout_at"):
        return call.args[0] if call.args else None
    if call := called(node, "asyncio.wait_for", "asyncio.wait"):
        for arg in call.args:
            if arg.keyword is not None and arg.keyword.value == "timeout":
                return arg
        if called(call, "asyncio.wait_for") and len(call.args) == 2:
            return call.args[1]
    return None


OPERATORS = (Operator("timeout-widened", widen_timeout), Operator("timeout-dropped", drop_timeout))
