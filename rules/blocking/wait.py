"""LOOP107 blocking-wait

What it does: waiting for other threads and processes with the thread of the loop: `Thread.join`,
`Future.result`, `queue.Queue.get`, `Event.wait`, and leaving `with ThreadPoolExecutor()`.

Why is this bad? What is waited for may need the loop itself to finish: at best everyone waits, at worst for
ever.

Example: `thread.join()` in an `async def`.

Use instead: `await asyncio.to_thread(thread.join)`, `await asyncio.wrap_future(future)`, asyncio's own
queues and events.

Silent where the call can't wait: non-blocking arguments, a future known to be done, an executor whose
futures are awaited inside its block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.nodes import names_in, nodes_in

from .primitive import report_call

if TYPE_CHECKING:
    from rules.analysis.events import Call
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP107"
# What tells that something is there to be taken.
_ASKED = {"get": ("empty", "qsize"), "recv": ("poll",), "recv_bytes": ("poll",)}
_SETTLED = frozenset({"result", "exception"})
_WAITS = frozenset({"concurrent.futures.wait", "concurrent.futures.as_completed"})


def check(unit: Unit, report: Reporter) -> None:
    """Report waiting calls, and executors that are left while their work goes on."""
    for call, name, entry in unit.blocking_calls(CODE):
        if call.kind == "exit":
            if not _awaited_inside(unit, call):
                advice = entry.instead
                report.add(
                    unit.module,
                    call.node,
                    CODE,
                    "executor-exit",
                    name=spelled(call.node),
                    target=name,
                    advice=advice,
                )
        elif not _known_done(unit, call) and not _known_ended(unit, call):
            report_call(unit, report, CODE, call, name, entry)


def _awaited_inside(unit: Unit, call: Call) -> bool:
    """Does the body of this `with` await anything, or wait for what its executor does?"""
    for statement, _, _ in unit.analysis.statements:
        if isinstance(statement, tree.With) and any(context is call.node for context, _ in statement.items):
            waits = [node for node, _ in unit.analysis.awaited]
            waits += [
                other.node
                for other, name, _ in unit.blocking_calls(CODE)  # found there, so the exit adds nothing
                if other.kind != "exit" and name.startswith("concurrent.futures.")
            ]
            return any(statement.at < node.at <= _last(statement) for node in waits)
    return False


def _last(statement: tree.With) -> int:
    """The last token of the body that begins something."""
    return max(
        (int(node.at) for node in nodes_in(statement.body) if hasattr(node, "at")), default=statement.at
    )


def _known_done(unit: Unit, call: Call) -> bool:
    """A future whose `done()` was asked for, or that was awaited, directly or by a waiting function."""
    func = call.node.func if isinstance(call.node, tree.Call) else None
    if not (isinstance(func, tree.Attribute) and func.name in _SETTLED):
        return False
    asked = spelled(func.value)
    awaited = [node for node, _ in unit.analysis.awaited if node.at < call.node.at]
    for other in unit.analysis.calls:
        if other.node.at < call.node.at and isinstance(other.node, tree.Call):
            if isinstance(other.node.func, tree.Attribute) and spelled(other.node.func.value) == asked:
                if other.node.func.name == "done":
                    return True
                # The callback may end what is awaited after it.
                if other.node.func.name == "add_done_callback" and any(
                    node.at > other.node.at for node in awaited
                ):
                    return True
    root = asked.partition(".")[0]
    sources = [expression for node, expression, _ in unit.analysis.statements if _binds(node, root)]
    return (
        any(_gives_settled(unit, source) for source in sources)
        or any(root in names_in(node.value) for node in awaited)
        or _waited_for(unit, call, names_in((*sources, func.value)))
    )


def _binds(loop: Any, name: str) -> bool:
    """Is it a loop, of a statement or a comprehension, whose variable has this name?"""
    return isinstance(loop, tree.ForLoop | tree.For) and name in names_in(loop.target)


def _gives_settled(unit: Unit, source: Any) -> bool:
    """Are these futures that are done: those of `as_completed` or of `wait`?"""
    shown = spelled(source)
    return shown.rpartition(".")[2] == "as_completed" or any(
        isinstance(other, tree.Assign)
        and isinstance(other.targets[0], tree.Sequence)
        and spelled(other.value).rpartition(".")[2] == "wait"
        and spelled(other.targets[0].items[0]) == shown
        for other in unit.statements()
    )


def _waited_for(unit: Unit, call: Call, futures: frozenset[str]) -> bool:
    """Has all work ended before: was everything in these variables waited for, or an executor left?"""
    for other, name, _ in unit.blocking_calls(CODE):
        if name.startswith("concurrent.futures.") and other.node.at < call.node.at:
            if other.kind == "exit":
                if any(
                    isinstance(statement, tree.With)
                    and any(context is other.node for context, _ in statement.items)
                    and _last(statement) < call.node.at
                    for statement, _, _ in unit.analysis.statements
                ):
                    return True
            elif name.endswith(".shutdown") or (
                name in _WAITS and isinstance(other.node, tree.Call) and futures & _handed(other.node)
            ):
                return True
    return False


def _known_ended(unit: Unit, call: Call) -> bool:
    """A thread that is joined after a loop has waited until it was not alive, or after the future that it was
    given has been awaited; a queue that was asked whether something is in it.
    """
    func = call.node.func if isinstance(call.node, tree.Call) else None
    if not (isinstance(func, tree.Attribute) and func.name in ("join", *_ASKED)):
        return False
    asked = spelled(func.value)
    if func.name in _ASKED:
        questions = [f"{asked}.{question}" for question in _ASKED[func.name]]
        return any(
            spelled(other.node) in questions and other.node.at < call.node.at
            for other in unit.analysis.calls
            if isinstance(other.node, tree.Call)
        )
    awaited = {
        name for node, _ in unit.analysis.awaited if node.at < call.node.at for name in names_in(node.value)
    }
    for statement in unit.statements():
        if isinstance(statement, tree.While) and statement.at < call.node.at:
            test = statement.test
            every = any(isinstance(node, tree.Comprehension) for node in nodes_in(test))
            alive = {spelled(node) for node in nodes_in(test) if isinstance(node, tree.Attribute)}
            if f"{asked}.is_alive" in alive or (
                every and any(name.endswith(".is_alive") for name in alive)
            ):  # `any(t.is_alive() for t in threads)`
                return True
        elif isinstance(statement, tree.Assign) and spelled(statement.targets[0]) == asked:
            if isinstance(statement.value, tree.Call) and awaited & _handed(statement.value):
                return True
    return False


def _handed(node: tree.Call) -> frozenset[str]:
    """The names in the arguments of a call."""
    return names_in((node.arguments, tuple(value for _, value in node.keywords)))
