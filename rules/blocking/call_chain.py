"""LOOP110 blocking-call-chain

What it does: a call on the event loop to a function of this project that blocks somewhere down its calls:
through any number of functions, methods, constructors, properties, generators and callbacks, in any file.

Why is this bad? The loop does not care how deep the `time.sleep` sits. And nobody sees it where the
coroutine is read.

Example: `load()` in an `async def`, where `load` calls `util.read`, and that calls `requests.get`.

Use instead: `await asyncio.to_thread(load)`, or make the way down asynchronous.

Silent where the primitive's own rule is off or silenced on its line. One finding per call site nearest to
the loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.choices import one_suffices
from rules.analysis.definitions import spelled
from rules.analysis.fixes import to_thread
from rules.analysis.graph import steps
from rules.analysis.report import Link
from rules.analysis.units import inline_lambda
from rules.analysis.values import UNKNOWN, FunctionValue

if TYPE_CHECKING:
    from rules.analysis.events import Call
    from rules.analysis.graph import Chain
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP110"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop from which a chain leads to a primitive."""
    for call, _ in unit.loop_calls():
        if call.expected or inline_lambda(call, unit.module) is not None:
            continue
        if call.use == "await" and isinstance(call.callee, FunctionValue) and call.result == UNKNOWN:
            continue  # a function of two kinds: awaited, it goes the asynchronous way
        found = _shortest(unit, call)
        if found is not None and not _is_ready(unit, call, found[1]):
            _report(unit, report, call, *found)


def _is_ready(unit: Unit, call: Call, chain: Chain) -> bool:
    """Is there something to read where the chain ends: the loop said so, or the queue was asked?"""
    name = chain.target.rpartition(".")[2]
    if call.ready:
        return chain.code == "LOOP105" or name.startswith(("read", "write"))
    return chain.target.endswith("Queue.get") and any(
        isinstance(other.node, tree.Call)
        and other.node.at < call.node.at
        and spelled(other.node.func).endswith((".empty", ".qsize"))
        for other in unit.analysis.calls
    )


def _shortest(unit: Unit, call: Call) -> tuple[str, Chain] | None:
    """The chain that starts with this call, and the name of the function called."""
    graph = unit.world.graph
    targets = graph.targets(call)
    chains = [(target.definition.qualified, graph.chain(target)) for target in targets]
    found = [(name, chain) for name, chain in chains if chain is not None]
    if not found or (len(found) < len(targets) and not one_suffices(call, unit.analysis, unit.body)):
        return None
    return min(found, key=lambda item: len(item[1].links))


def _report(unit: Unit, report: Reporter, call: Call, name: str, chain: Chain) -> None:
    links = (Link(unit.module, call.node, name), *chain.links)
    shown = spelled(call.node)
    if call.kind in ("callback", "applied", "scheduled"):
        report.add(
            unit.module, call.node, CODE, "callback", chain=links, name=shown, callback=name,
            target=chain.target, code=chain.code, steps=steps(name, chain),
        )  # fmt: skip
        return
    variant = {"property": "property", "consume": "consumed"}.get(call.kind, "chain")
    first = shown if call.kind == "call" else name
    fix = to_thread(unit, call, shown) if variant == "chain" else None
    report.add(
        unit.module, call.node, CODE, variant, chain=links, fix=fix, name=shown, target=chain.target,
        code=chain.code, steps=steps(first, chain),
    )  # fmt: skip
