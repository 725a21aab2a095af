"""What `while`, `for`, `break` and `continue` do to a `Flow`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from . import tree
from .branches import decided
from .definitions import ClassDefinition
from .events import Lost
from .nodes import nodes_in
from .values import Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from .flow import Flow
    from .states import State

_DEEPEST_LOOP: Final = 2  # loops nested deeper than this are followed once


def jump(flow: Flow, node: tree.Jump) -> None:
    if node.kind == "pass":
        return
    if node.kind == "continue" and flow.bodies:
        _leave_round(flow, node.at)
    into = flow.breaks if node.kind == "break" else flow.continues
    if into:
        into[-1].append(flow.state())
    flow.alive = False


def _leave_round(flow: Flow, at: int) -> None:
    """`continue`: a coroutine made in this round is lost when the next round makes another one."""
    body = flow.bodies[-1]
    for name, p in flow.pending.items():
        made_here = body and p.node.at >= body[0].at
        if made_here and p.status == "sure" and not p.collection and not _read_before(body, name, p.node.at):
            flow.analysis.lost.append(Lost(p.node, p.value, name, "unused", at))


def _read_before(body: tuple[Any, ...], name: str, at: int) -> bool:
    """Does the body read a variable before the place where it is assigned?"""

    found = [
        node for node in nodes_in(body) if isinstance(node, tree.Name) and node.id == name and node.at < at
    ]
    return len(found) > 1  # the first is the target


def while_(flow: Flow, node: tree.While) -> None:
    endless = isinstance(node.test, tree.Constant) and bool(node.test.value)
    if not endless and decided(flow, node.test) is False:
        flow.block(node.orelse)
        return

    def once() -> None:
        flow.value(node.test, "truth")
        flow.narrow(node.test, truth=True)
        flow.block(node.body)

    _loop(flow, node.body, once, endless=endless)
    if flow.alive and not endless:
        flow.narrow(node.test, truth=False)
    if not endless:
        flow.block(node.orelse)


def for_(flow: Flow, node: tree.ForLoop) -> None:
    value = flow.value(node.iter, "async-for" if node.is_async else "for")
    if not flow.expects:
        flow.analysis.statements.append((node, node.iter, value))
    if node.is_async:
        flow.analysis.asynchronous.append((node, "async for"))
    inference = flow.inference
    if not node.is_async:
        flow.consume(node.iter, value)
    elif isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
        flow.implicit(node.iter, value, "__aiter__", "enter")
    item = inference.async_item(value) if node.is_async else inference.item(value)

    def once() -> None:
        flow.assigned(node.target, item, node)
        flow.block(node.body)

    _loop(flow, node.body, once, endless=False)
    flow.block(node.orelse)


def _loop(flow: Flow, body: tuple[Any, ...], once: Callable[[], None], *, endless: bool) -> None:
    before = flow.state()
    flow.bodies.append(body)
    flow.depth += 1
    flow.loops += 1
    if flow.loops <= _DEEPEST_LOOP:
        ends: list[State] = []
        flow.quietly(lambda: _round(flow, once, ends))
        flow.merge([before, *ends], before.pending)
        flow.pending = dict(before.pending)
        flow.alive = True
    taken = len(flow.log)
    ends = []
    breaks = _round(flow, once, ends)
    flow.bodies.pop()
    flow.loops -= 1
    flow.depth -= 1
    leaving = breaks if endless else [before, *ends, *breaks]
    gone = set(flow.log[taken:])
    flow.merge(leaving, before.pending)
    if flow.alive:
        left = {name for state in breaks for name, p in state.pending.items() if p.status == "sure"}
        flow.pending = {
            name: replace(p, status="partial") if name in gone and name not in before.pending else p
            for name, p in flow.pending.items()
            if name not in gone or name in left
        }


def _round(flow: Flow, once: Callable[[], None], ends: list[State]) -> list[State]:
    """One round of a loop; its ends go to `ends`, its breaks are returned."""
    flow.breaks.append([])
    flow.continues.append([])
    once()
    if flow.alive and flow.bodies[-1]:
        _leave_round(flow, flow.bodies[-1][-1].at)
    ends.append(flow.state())
    ends.extend(flow.continues.pop())
    return flow.breaks.pop()
