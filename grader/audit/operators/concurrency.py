"""Mistakes about what happens at the same time: too little of it, too much of it, and work that nobody
waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import (
    Change,
    Operator,
    Place,
    called,
    code,
    inner,
    names_assigned,
    names_read,
    parsed,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STEPS_OUT = (cst.Return, cst.Break, cst.Continue, cst.Yield)


def run_in_turn(nodes: Sequence[Place]) -> Iterator[Change]:
    """`await gather(f(), g())` -> one after another; `group.create_task(f())` -> `await f()`"""
    for place in nodes:
        node = place.node
        if isinstance(node, cst.Await) and (call := called(node.expression, "asyncio.gather")):
            if (in_turn := _gather_in_turn(call)) is not None:
                yield Change(node, in_turn, "gather became one after another")
        elif (
            isinstance(node, cst.Expr)
            and isinstance(node.value, cst.Call)
            and isinstance(node.value.func, cst.Attribute)
            and node.value.func.attr.value == "create_task"
            and len(node.value.args) == 1
            and place.in_async_function
        ):
            waited = cst.Expr(cst.Await(node.value.args[0].value))
            yield Change(node, waited, "a task became an await")


def run_at_once(nodes: Sequence[Place]) -> Iterator[Change]:
    """Awaits one after another -> all at once: two statements, a comprehension, the turns of a loop."""
    for place in nodes:
        node = place.node
        if isinstance(node, cst.ListComp) and _awaits_only_its_element(node):
            element = node.elt
            assert isinstance(element, cst.Await)
            jobs = cst.GeneratorExp(element.expression, node.for_in)
            at_once = parsed(f"await asyncio.gather(*{code(jobs)})")
            yield Change(node, at_once, "awaits in a comprehension became gather", needs="asyncio")
        elif isinstance(node, cst.For) and node.asynchronous is None and place.in_async_function:
            if (together := _loop_at_once(node)) is not None:
                yield Change(node, together, "turns of a loop became gather", needs="asyncio")
        elif isinstance(node, cst.IndentedBlock):
            yield from _neighbours_at_once(node)


def drop_return_exceptions(nodes: Sequence[Place]) -> Iterator[Change]:
    """`gather(..., return_exceptions=True)` -> `gather(...)`"""
    for place in nodes:
        if call := called(place.node, "asyncio.gather"):
            kept = [arg for arg in call.args if not _is_keyword(arg, "return_exceptions")]
            if len(kept) < len(call.args):
                if kept:
                    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                yield Change(call, call.with_changes(args=kept), "return_exceptions dropped")


def forget_task(nodes: Sequence[Place]) -> Iterator[Change]:
    """`await f()` as a statement -> a task that nobody waits for"""
    for place in nodes:
        node = place.node
        if (
            isinstance(node, cst.Expr)
            and isinstance(node.value, cst.Await)
            and isinstance(node.value.expression, cst.Call)
            and not called(node.value.expression, "asyncio.sleep")
        ):
            forgotten = parsed(f"asyncio.ensure_future({code(node.value.expression)})")
            yield Change(node, cst.Expr(forgotten), "a task created and forgotten", needs="asyncio")


def _is_keyword(arg: cst.Arg, name: str) -> bool:
    return arg.keyword is not None and arg.keyword.value == name


def _gather_in_turn(call: cst.Call) -> cst.BaseExpression | None:
    """The same coroutines awaited in turn, errors returned or raised as before; None for tasks that run
    already.
    """
    jobs = [arg for arg in call.args if arg.keyword is None]
    if not jobs or not any(isinstance(node, cst.Call) for job in jobs for node in inner(job.value)):
        return None
    options = "".join(f", {code(arg).rstrip(', ')}" for arg in call.args if arg.keyword is not None)
    one = f"(await asyncio.gather(_job{options}))[0]" if options else "await _job"
    if len(jobs) == 1 and jobs[0].star == "*":
        return parsed(f"[{one} for _job in {code(jobs[0].value)}]")
    listed = ", ".join(f"{job.star}{code(job.value)}" for job in jobs)
    return parsed(f"[{one} for _job in ({listed},)]")


def _awaits_only_its_element(node: cst.ListComp) -> bool:
    inside = [child for child in inner(node) if isinstance(child, cst.Await)]
    return isinstance(node.elt, cst.Await) and len(inside) == 1 and node.for_in.asynchronous is None


def _loop_at_once(loop: cst.For) -> cst.FlattenSentinel[cst.BaseStatement] | None:
    """The turns of a loop as coroutines that are gathered; None where a turn may end the loop or hands
    on a value.
    """
    inside = list(inner(loop.body))
    if not any(isinstance(node, cst.Await) for node in inside) or loop.orelse is not None:
        return None
    if any(isinstance(node, _STEPS_OUT) for node in inside):
        return None
    arguments = sorted(names_assigned(cst.For(loop.target, cst.Name("x"), cst.IndentedBlock([]))))
    outer = sorted(
        {
            target.value
            for node in inside
            if isinstance(node, cst.AugAssign) and isinstance(target := node.target, cst.Name)
        }
    )
    head = [cst.parse_statement(f"nonlocal {', '.join(outer)}")] if outer else []
    turn = cst.FunctionDef(
        cst.Name("_turn"),
        cst.Parameters([cst.Param(cst.Name(name)) for name in arguments]),
        loop.body.with_changes(body=[*head, *loop.body.body]),
        asynchronous=cst.Asynchronous(),
    )
    pattern = code(loop.target)
    gathered = cst.parse_statement(
        f"await asyncio.gather(*[_turn({', '.join(arguments)}) for {pattern} in {code(loop.iter)}])"
    )
    return cst.FlattenSentinel([turn, gathered])


def _neighbours_at_once(block: cst.IndentedBlock) -> Iterator[Change]:
    for first, second in zip(block.body, block.body[1:], strict=False):
        one, other = _single_await(first), _single_await(second)
        if one is None or other is None:
            continue
        if names_assigned(first) & names_read(second) or names_assigned(second) & names_read(first):
            continue
        (target, job), (other_target, other_job) = one, other
        both = cst.parse_statement(
            f"{target}, {other_target} = await asyncio.gather({code(job)}, {code(other_job)})"
        )
        at = block.body.index(first)
        body = [*block.body[:at], both, *block.body[at + 2 :]]
        what = f"{text(first)} and the next await became gather"
        yield Change(block, block.with_changes(body=body), what, needs="asyncio")


def _single_await(statement: cst.BaseStatement) -> tuple[str, cst.BaseExpression] | None:
    """Target and awaited expression of a statement that is one await, or an assignment of one to a name."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    only = statement.body[0]
    if isinstance(only, cst.Expr) and isinstance(only.value, cst.Await):
        return "_", only.value.expression
    if (
        isinstance(only, cst.Assign)
        and isinstance(only.value, cst.Await)
        and len(only.targets) == 1
        and isinstance(only.targets[0].target, cst.Name)
    ):
        return only.targets[0].target.value, only.value.expression
    return None


OPERATORS = (
    Operator("became-sequential", run_in_turn),
    Operator("became-concurrent", run_at_once),
    Operator("return-exceptions-dropped", drop_return_exceptions),
    Operator("task-forgotten", forget_task),
)
