"""AWAIT203 coroutine-as-value

What it does: a coroutine used as if it were the result: in a test, a comparison, arithmetic, an f-string,
with an attribute or an index, iterated, called, printed, or given to a function that needs the plain value.

Why is this bad? A coroutine object is always true, equals nothing and prints as `<coroutine object ...>`.

Example: `if is_ready():` where `is_ready` is an `async def`.

Use instead: `if await is_ready():`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.events import PLAIN_USES
from rules.analysis.fixes import insert_await
from rules.analysis.nodes import names_in, nodes_in
from rules.analysis.values import (
    Awaitable,
    FunctionValue,
    Outside,
    Stored,
)

from . import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.analysis.events import Analysis, Use
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT203"
_VARIANTS = {
    "plain": "argument", "for": "iterate", "iterated": "argument", "spread": "iterate", "async-for": "iterate",
    "async-with": "with",
}  # fmt: skip
_LIBRARIES = frozenset(
    {"asyncio", "trio", "anyio"}
)  # their coroutine functions return nothing but coroutines
# Their objects offer what awaits them, and nothing of the result. Others can be used as they are: a pool.
_ONLY_AWAITED = (
    "asyncio.", "aiohttp.ClientSession.", "aiofiles.", "aiosqlite.Connection.", "aiomysql.", "motor.motor_asyncio.",
    "starlette.requests.",
)  # fmt: skip
_COROUTINES = frozenset({"asyncio.wait", "asyncio.wait_for", "asyncio.to_thread"})
_NEEDS_RESULT = frozenset({"for", "iterated", "spread", "index", "arithmetic", "attribute", "call"})
_COMPUTES = frozenset(
    {"len", "int", "float", "abs", "round", "sum", "min", "max", "range", "sorted", "reversed"}
)
_OF_FUTURES = frozenset(
    {"add_done_callback", "remove_done_callback", "cancel", "cancelled", "done", "exception", "get_loop", "result",
     "set_exception", "set_result", "cancelling", "uncancel", "get_name", "set_name", "get_coro", "get_context",
     "get_stack", "print_stack"}
)  # fmt: skip
# What coroutine objects themselves offer.
_OWN = frozenset(
    {"close", "send", "throw", "__await__", "__name__", "__qualname__", "__class__", "__doc__", "__dict__"}
)


def check(unit: Unit, report: Reporter) -> None:
    """Report coroutines that are used as plain values, each variable's once: one `await` mends all its uses."""
    seen: set[tuple[int, str]] = set()
    for use in (*unit.analysis.uses, *_in_lambdas(unit, unit.analysis)):
        value = use.value
        if isinstance(value, Stored):
            _stored(unit, report, use, value)
        if not isinstance(value, Awaitable):
            continue
        if value.kind == "awaitable" and value.via == "outside":
            _awaitable(unit, report, use, value)
        if not _is_coroutine(use, value):
            continue
        if use.use == "identity" and use.tracked:
            continue  # `variable is None` asks which coroutine, not what it gives
        wrong = use.use in PLAIN_USES or use.use == "iterated"
        wrong = wrong or (use.use in ("async-for", "async-with") and _is_bare(unit, value))
        made = (value.origin, value.name)
        if wrong and made not in seen:
            _report(unit, report, use, value)
            if value.origin > 0:
                seen.add(made)
    parameters.check(unit, report)


def _in_lambdas(unit: Unit, analysis: Analysis) -> Iterator[Use]:
    for node in analysis.lambdas:
        inner = unit.world.inference.analysis(FunctionValue(unit.module.definition(node, unit.scope)))
        yield from inner.uses


def _awaitable(unit: Unit, report: Reporter, use: Use, value: Awaitable) -> None:
    """Report what is no coroutine, but of use only when it is awaited: `session.get(url).status`."""
    made = next(
        (c.callee for c in unit.analysis.calls if c.node.at == value.origin and c.kind == "call"), None
    )
    name = made.name if isinstance(made, Outside) else ""
    if not name.startswith(_ONLY_AWAITED):
        return
    wrong = PLAIN_USES - {"identity", "with"} if name in _COROUTINES else _NEEDS_RESULT
    if use.use not in wrong and not (use.use == "plain" and use.detail in _COMPUTES):
        return
    if _is_own(use):
        return
    fix = insert_await(unit, use.node, value.name, "unsafe") if use.plain else None
    report.add(unit.module, use.node, CODE, "awaitable", fix=fix, name=value.name)


def _is_own(use: Use) -> bool:
    """Is it an attribute that coroutines, tasks or futures themselves offer?"""
    own = use.detail in _OWN | _OF_FUTURES or use.detail.startswith(("cr_", "gi_", "_"))
    return use.use == "attribute" and own


def _is_coroutine(use: Use, value: Awaitable) -> bool:
    """Is it surely one? What a callable is declared to return may be another awaitable, which fails where they do."""
    if value.via == "annotation":
        return value.kind == "awaitable" and isinstance(use.node, tree.Call) and _is_misused(use)
    return value.kind == "coroutine"


def _is_misused(use: Use) -> bool:
    """Would any coroutine, task or future fail in this use?"""
    return (use.use in _NEEDS_RESULT and not _is_own(use)) or (use.use == "plain" and use.detail in _COMPUTES)


def _stored(unit: Unit, report: Reporter, use: Use, value: Stored) -> None:
    """Report `self.data["key"]` where the only thing that this module ever puts there is a coroutine."""
    node = use.node
    if not isinstance(node, tree.Attribute) or not (_is_misused(use) or use.use == "truth"):
        return
    statements = (n for n in nodes_in(unit.module.facts.body) if isinstance(n, tree.Assign))
    targets = [target for statement in statements for target in statement.targets]
    if sum(isinstance(target, tree.Attribute) and target.name == node.name for target in targets) < 2:
        _say(unit, report, use, value.name, None)


def _is_bare(unit: Unit, value: Awaitable) -> bool:
    """Is it surely a coroutine and nothing else, such as an async context manager that may be awaited too?"""
    if isinstance(value.source, FunctionValue):
        return value.source.definition.is_async
    return value.via == "outside" and any(
        call.node.at == value.origin
        and call.kind == "call"
        and isinstance(call.callee, Outside)
        and call.callee.name.partition(".")[0] in _LIBRARIES
        for call in unit.analysis.calls
    )


def _is_kept(unit: Unit, use: Use) -> bool:
    """`(task := f()) is None`: is the variable awaited somewhere, or its loss reported by itself?"""
    if any(lost.node is use.node for lost in unit.analysis.lost):
        return True
    return any(use.detail in names_in(node.value) for node, _ in unit.analysis.awaited)


def _report(unit: Unit, report: Reporter, use: Use, value: Awaitable) -> None:
    if use.use == "attribute" and (use.detail in _OWN or use.detail.startswith("cr_")):
        return
    if use.use == "identity" and use.detail and _is_kept(unit, use):
        return
    if use.use in ("with", "for") and use.tracked and value.via == "annotation":
        return
    fixable = use.plain and use.use != "async-for"
    fix = insert_await(unit, use.node, value.name, "unsafe") if fixable else None
    _say(unit, report, use, value.name, fix)


def _say(unit: Unit, report: Reporter, use: Use, name: str, fix: Any) -> None:
    params: dict[str, Any] = {"name": name}
    if use.use == "arithmetic":
        params["operator"] = use.detail
    elif use.use == "attribute":
        params["attribute"] = use.detail
    elif use.use in ("plain", "iterated"):
        params["callee"] = use.detail
    report.add(unit.module, use.node, CODE, _VARIANTS.get(use.use, use.use), fix=fix, **params)
