"""Mistakes about queues: work that is never reported as done, and nobody who waits until it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import Change, Operator, Place, dotted, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def drop_queue_calls(nodes: Sequence[Place]) -> Iterator[Change]:
    """`queue.task_done()` -> nothing; `await queue.join()` -> nothing"""
    for place in nodes:
        node = place.node
        if not isinstance(node, cst.Expr):
            continue
        call = node.value.expression if isinstance(node.value, cst.Await) else node.value
        if not isinstance(call, cst.Call):
            continue
        method = dotted(call.func).rpartition(".")[2]
        if method == "task_done" or (method == "join" and isinstance(node.value, cst.Await)):
            yield Change(node, cst.Pass(), f"{text(node)} dropped")


OPERATORS = (Operator("queue-call-dropped", drop_queue_calls),)
