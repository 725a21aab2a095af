"""What each statement does to a `Flow`: one function per node class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .definitions import flattened, spelled
from .events import Lost
from .values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Constant,
    FunctionValue,
    Generator,
    Instance,
    Value,
    members,
    without_none,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .flow import Flow, State

_NOT_READY: Final = frozenset({"BlockingIOError", "SSLWantReadError", "SSLWantWriteError"})
_EXPECT_ERRORS: Final = frozenset({"raises", "assertRaises", "assertRaisesRegex", "RaisesGroup"})
_DEEPEST_LOOP: Final = 2  # loops nested deeper than this are followed once


def expression(flow: Flow, node: tree.Expression) -> None:
    flow.value(node.value, "statement")


def assign(flow: Flow, node: tree.Assign) -> None:
    target = node.targets[0]
    if len(node.targets) == 1 and isinstance(target, tree.Sequence) and isinstance(node.value, tree.Sequence):
        if len(target.items) == len(node.value.items) and not any(
            isinstance(item, tree.Starred) for item in (*target.items, *node.value.items)
        ):
            values = [
                flow.value(item, _use_of(part))
                for part, item in zip(target.items, node.value.items, strict=True)
            ]
            for part, value, item in zip(target.items, values, node.value.items, strict=True):
                flow.assigned(part, value, item)
            return
    value = flow.value(node.value, _use_of(target))
    for target in node.targets:
        flow.assigned(target, value, node.value)
        _remember_attribute(flow, target, value)
    names = [target.id for target in node.targets if isinstance(target, tree.Name)]
    if len(names) < len(node.targets):
        for name in names:
            flow.take(name)  # it is kept elsewhere as well
    for name in names[1:]:
        flow.pending.pop(name, None)
        flow.aliases[name] = names[0]


def _remember_attribute(flow: Flow, target: Any, value: Value) -> None:
    """`self.x = f()` is known to be that until something else may have changed it: only plain instances are
    kept.
    """
    if (
        isinstance(target, tree.Attribute)
        and isinstance(target.value, tree.Name)
        and isinstance(value, Instance)
    ):
        flow.env[spelled(target)] = value


def _use_of(target: Any) -> str:
    if isinstance(target, tree.Name):
        return "discard" if target.id == "_" else "assign"
    if isinstance(target, tree.Sequence):
        return "for"  # unpacking iterates
    return "store"


def augmented(flow: Flow, node: tree.AugmentedAssign) -> None:
    left = flow.value(node.target, "other") if not isinstance(node.target, tree.Name) else UNKNOWN
    if isinstance(node.target, tree.Name):
        left = flow.name(node.target)
        flow.used(
            node.target, left, "arithmetic" if node.target.id not in flow.pending else "plain", node.operator
        )
    right = flow.value(node.value, "arithmetic", node.operator)
    if isinstance(node.target, tree.Name) and node.target.id not in flow.pending:
        same = isinstance(left, Instance) and left == right
        flow.env[node.target.id] = left if same else UNKNOWN


def annotated(flow: Flow, node: tree.AnnotatedAssign) -> None:
    from .annotations import annotated as read

    said = read(flow.inference, node.annotation, flow.scope, flow.inference._self_type(flow.scope))
    if node.value is None:
        if isinstance(node.target, tree.Name):
            flow.env[node.target.id] = said
        return
    value = flow.value(node.value, _use_of(node.target))
    stands_in = value in (UNKNOWN, Constant("ellipsis"))
    flow.assigned(node.target, said if stands_in else value, node.value)


def return_(flow: Flow, node: tree.Return) -> None:
    value = flow.value(node.value, "return") if node.value is not None else NONE
    flow.returns.append(value)
    flow.leave(node.at, final=flow.depth == 0)
    flow.alive = False


def raise_(flow: Flow, node: tree.Raise) -> None:
    for part in (node.exception, node.cause):
        if part is not None:
            flow.value(part, "other")
    if not flow.tries:
        flow.leave(node.at, final=False)
    flow.alive = False


def delete(flow: Flow, node: tree.Delete) -> None:
    if isinstance(node.target, tree.Name):
        flow.env.pop(node.target.id, None)
    elif not isinstance(node.target, tree.Sequence):
        flow.value(node.target, "other")


def assert_(flow: Flow, node: tree.Assert) -> None:
    flow.value(node.test, "truth")
    if node.message is not None:
        flow.value(node.message, "other")
    flow.narrow(node.test, truth=True)


def import_(flow: Flow, node: tree.Import) -> None:
    if flow.function is not None:
        for dotted, name in node.names:
            shown = dotted if name else dotted.partition(".")[0]
            flow.bind_import("import", name or shown, (shown, dotted))


def import_from(flow: Flow, node: tree.ImportFrom) -> None:
    if flow.function is not None:
        for original, name in node.names:
            flow.bind_import("from", name or original, (node, original))


def scope(flow: Flow, node: tree.Scope) -> None:
    pass


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
    from .flow import nodes_in

    found = [
        node for node in nodes_in(body) if isinstance(node, tree.Name) and node.id == name and node.at < at
    ]
    return len(found) > 1  # the first is the target


def type_alias(flow: Flow, node: tree.AliasStatement) -> None:
    pass


def if_(flow: Flow, node: tree.If) -> None:
    if isinstance(node.test, tree.Constant) and node.test.kind in ("bool", "int"):
        flow.block(node.body if node.test.value else node.orelse)  # the other branch never runs
        return
    flow.value(node.test, "truth")
    before = flow.state()
    guarded = flow.guarded
    no_loop = _says_loop_runs(node.test)
    depends, flow.depends = flow.depends, flow.depends or _asks_of_parameter(node.test, flow.parameters)
    flow.depth += 1
    flow.narrow(node.test, truth=True)
    _forget_none(flow, node.test, truth=True)
    flow.guarded = guarded or no_loop is False
    flow.block(node.body)
    states = [flow.state()]
    flow.restore(before)
    flow.narrow(node.test, truth=False)
    _forget_none(flow, node.test, truth=False)
    flow.guarded = guarded or no_loop is True
    flow.block(node.orelse)
    states.append(flow.state())
    flow.depth -= 1
    flow.depends = depends
    # `if loop.is_running(): return ...` leaves the rest to the case that none runs.
    flow.guarded = guarded or (no_loop is True and not states[0].alive)
    flow.merge(states, before.pending)


def _asks_of_parameter(test: Any, parameters: frozenset[str]) -> bool:
    """Does a test ask what kind of argument a parameter got? Then the branch taken is the caller's choice."""
    match test:
        case tree.Unary(operator="not"):
            return _asks_of_parameter(test.operand, parameters)
        case tree.Boolean():
            return _asks_of_parameter(test.left, parameters) or _asks_of_parameter(test.right, parameters)
        case tree.Call(
            func=tree.Name(id="isinstance" | "callable" | "hasattr"), arguments=(tree.Name() as name, *_)
        ):
            return name.id in parameters
        case tree.Compare(left=tree.Name() as name, operators=("==" | "!=" | "in" | "not in",)):
            return name.id in parameters
    return False


def _forget_none(flow: Flow, test: Any, *, truth: bool) -> None:
    """A variable that may hold a coroutine or None holds none where the test says so."""
    if isinstance(test, tree.Unary) and test.operator == "not":
        _forget_none(flow, test.operand, truth=not truth)
    elif isinstance(test, tree.Name):
        if not truth:
            flow.pending.pop(test.id, None)
    elif isinstance(test, tree.Compare) and len(test.rights) == 1:
        left = test.left.target if isinstance(test.left, tree.Walrus) else test.left
        right = test.rights[0]
        if (
            isinstance(left, tree.Name)
            and isinstance(right, tree.Constant)
            and right.kind == "none"
            and (test.operators[0] in ("is", "==")) == truth
        ):
            flow.pending.pop(left.id, None)


def _says_loop_runs(test: Any) -> bool | None:
    """True for a test that holds when an event loop runs, False for one that holds when none does, else
    None.
    """
    match test:
        case tree.Unary(operator="not"):
            inner = _says_loop_runs(test.operand)
            return None if inner is None else not inner
        case (
            tree.Call(func=tree.Attribute(name="is_running"))
            | tree.Call(func=tree.Attribute(name="_get_running_loop"))
        ):
            return True
        case tree.Compare(operators=(operator,), rights=(tree.Constant(kind="none"),)):
            left = test.left.value if isinstance(test.left, tree.Walrus) else test.left
            if "running_loop" in spelled(left):
                return operator in ("is not", "!=")
        case tree.Boolean(operator="and"):
            first = _says_loop_runs(test.left)
            return first if first is not None else _says_loop_runs(test.right)
    return None


def while_(flow: Flow, node: tree.While) -> None:
    endless = isinstance(node.test, tree.Constant) and bool(node.test.value)

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
        flow.pending = {name: p for name, p in flow.pending.items() if name not in gone or name in left}


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


def with_(flow: Flow, node: tree.With) -> None:
    exits: list[tuple[Any, Instance]] = []
    if node.is_async:
        flow.analysis.asynchronous.append((node, "async with"))
    for context, target in node.items:
        value = flow.value(context, "async-with" if node.is_async else "with")
        if not flow.expects:
            flow.analysis.statements.append((node, context, value))
        if not node.is_async:
            for member in members(without_none(value)):
                if isinstance(member, Instance):
                    _enter(flow, context, member)
                    exits.append((context, member))
        if target is not None:
            flow.assigned(target, flow.inference.entered(value, is_async=node.is_async), context)
    flow.depth += 1
    before = flow.state()
    expects = flow.expects
    flow.expects = expects or any(_expects_error(context) for context, _ in node.items)
    flow.block(node.body)
    flow.expects = expects
    flow.depth -= 1
    if not flow.alive and any(_suppresses(context) for context, _ in node.items):
        flow.merge([before], before.pending)
        flow.pending = {}
    for context, member in reversed(exits):
        flow.implicit(context, member, "__exit__", "exit")


def _suppresses(context: Any) -> bool:
    name = spelled(context)
    return name.endswith(
        ("suppress", "raises", "timeout", "move_on_after", "assertRaises", "move_on_at", "ExitStack")
    )


def _expects_error(context: Any) -> bool:
    """`with pytest.raises(...)` and its kin: what stands inside is meant to fail."""
    return spelled(context).rpartition(".")[2] in _EXPECT_ERRORS


def _enter(flow: Flow, context: Any, value: Instance) -> None:
    if value.cls == "contextlib._GeneratorContextManager":
        for member in value.args[1:]:
            if isinstance(member, Generator):
                flow.called(_consumed(context, member))
    else:
        flow.implicit(context, value, "__enter__", "enter")


def _consumed(node: Any, generator: Generator) -> Any:
    from .events import Call

    return Call(node, generator.function, "manage")


def try_(flow: Flow, node: tree.Try) -> None:
    from .flow import names_in

    before = flow.state()
    guarded = flow.guarded
    if node.final:
        flow.finals.append(names_in(node.final))
    flow.depth += 1
    taken = len(flow.log)
    ready, flow.ready = flow.ready, flow.ready or _expects_not_ready(node)
    flow.tries += bool(node.handlers)
    flow.block(node.body)
    flow.tries -= bool(node.handlers)
    flow.ready = ready
    after_body = flow.state()
    gone = set(flow.log[taken:])
    flow.block(node.orelse)
    states = [flow.state()]
    checks = _asks_for_loop(node.body)
    for handler in node.handlers:
        flow.merge([before, after_body._replace(alive=True)], before.pending)
        flow.pending = {name: p for name, p in before.pending.items() if name not in gone}
        flow.guarded = guarded or checks
        if handler.type is not None:
            flow.value(handler.type, "other")
        if handler.name is not None:
            flow.env[handler.name] = UNKNOWN
        flow.block(handler.body)
        states.append(flow.state())
    flow.guarded = guarded
    flow.depth -= 1
    flow.merge(states, before.pending)
    if node.final:
        flow.finals.pop()
        alive = flow.alive
        if not alive:
            flow.restore(before)
            flow.pending = {}
        flow.block(node.final)
        flow.alive = flow.alive and alive
    # What a handler's path took before the exception can't be told: be silent about it.
    flow.pending = {name: p for name, p in flow.pending.items() if name not in gone}


def _expects_not_ready(node: tree.Try) -> bool:
    """Does a handler deal with a socket that is not ready? Then the socket does not block."""
    kinds = [kind for handler in node.handlers for kind in _parts(handler.type)]
    return any(spelled(kind).rpartition(".")[2] in _NOT_READY for kind in kinds)


def _parts(kind: Any) -> tuple[Any, ...]:
    if kind is None:
        return ()
    return kind.items if isinstance(kind, tree.Sequence) else (kind,)


def _asks_for_loop(body: tuple[Any, ...]) -> bool:
    for statement in body:
        value = getattr(statement, "value", None)
        if isinstance(value, tree.Call) and spelled(value.func).endswith("get_running_loop"):
            return True
    return False


def match(flow: Flow, node: tree.Match) -> None:
    flow.value(node.subject, "compare")
    before = flow.state()
    states = []
    exhaustive = False
    flow.depth += 1
    for case in node.cases:
        flow.restore(before)
        for value in case.values:
            flow.value(value, "other")
        for name in case.names:
            flow.env[name] = UNKNOWN
        if case.cls is not None:
            matched = flow._instance_of(case.cls)
            if matched != UNKNOWN:
                subject = node.subject.id if isinstance(node.subject, tree.Name) else None
                flow.env.update({name: matched for name in (case.alias, subject) if name is not None})
        if case.guard is not None:
            flow.value(case.guard, "truth")
        flow.block(case.body)
        states.append(flow.state())
        exhaustive = exhaustive or case.catches_all
    flow.depth -= 1
    flow.merge(states if exhaustive else [*states, before], before.pending)


def function(flow: Flow, node: tree.Function) -> None:
    for decorator in node.decorators:
        flow.value(decorator, "other")
    for parameter in node.parameters:
        if parameter.default is not None:
            flow.value(parameter.default, "other")
    flow.nested.append(node)
    if flow.function is None or node.name in flow.outer:
        return
    inside = frozenset(node.bound)
    closure = (*((n, v) for n, v in flow.known.items() if n not in inside),)
    value: Value = FunctionValue(flow.scope.module.definition(node, flow.scope), None, closure)
    for decorator in reversed(node.decorators):
        value = flow.inference.decorate(value, decorator, flow.scope)
    flow.env[node.name] = value


def class_(flow: Flow, node: tree.Class) -> None:
    for decorator in node.decorators:
        flow.value(decorator, "other")
    for base in node.bases:
        flow.value(base, "other")
    flow.enclosed += 1
    for statement in flattened(node.body):  # the body of a class runs where the class is made
        if (
            isinstance(statement, tree.Assign | tree.AnnotatedAssign | tree.Expression)
            and statement.value is not None
        ):
            flow.value(statement.value, "store")
    flow.enclosed -= 1
    flow.nested.append(node.body)
    if flow.function is not None and not node.decorators:
        flow.env[node.name] = ClassValue(flow.scope.module.class_definition(node, flow.scope))
    elif flow.function is not None:
        flow.env[node.name] = UNKNOWN


STATEMENTS: Final[dict[type, Callable[[Any, Any], None]]] = {
    tree.Expression: expression,
    tree.Assign: assign,
    tree.AugmentedAssign: augmented,
    tree.AnnotatedAssign: annotated,
    tree.Return: return_,
    tree.Raise: raise_,
    tree.Delete: delete,
    tree.Assert: assert_,
    tree.Import: import_,
    tree.ImportFrom: import_from,
    tree.Scope: scope,
    tree.Jump: jump,
    tree.If: if_,
    tree.While: while_,
    tree.ForLoop: for_,
    tree.With: with_,
    tree.Try: try_,
    tree.Match: match,
    tree.Function: function,
    tree.Class: class_,
    tree.AliasStatement: type_alias,
}
