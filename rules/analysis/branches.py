"""What `if`, `match` and `try` do to a `Flow`: each branch from the same state, then the states meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from . import tree
from .definitions import flattened, spelled
from .nodes import names_in
from .values import NONE, UNKNOWN

if TYPE_CHECKING:
    from .flow import Flow

# Names by which objects of two kinds say that they are used on a loop.
_SAYS_ASYNC: Final = frozenset({"asynchronous", "is_async", "is_asynchronous", "called_from_running_loop"})
NOT_READY: Final = frozenset({"BlockingIOError", "SSLWantReadError", "SSLWantWriteError"})


def if_(flow: Flow, node: tree.If) -> None:
    chosen = decided(flow, node.test)
    if not isinstance(node.test, tree.Constant):
        flow.value(node.test, "truth")
    if chosen is not None:
        flow.block(node.body if chosen else node.orelse)  # the other branch never runs
        return
    before = flow.state()
    guarded = flow.guarded
    no_loop = _says_loop_runs(node.test, flow.running)
    depends = flow.depends
    asks = _asks_of_parameter(node.test, flow.parameters) and not _fills_table(node)
    flow.depends = depends or asks or _fills_memory(flow, node)
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


def decided(flow: Flow, test: Any) -> bool | None:
    """What a test gives that only asks for constants: of the language, of the caller, of a module."""
    match test:
        case tree.Constant(kind="bool" | "int"):
            return bool(test.value)
        case tree.Name():
            value = flow.constant(test)
            return bool(value.value) if value is not None else None
        case tree.Unary(operator="not"):
            inner = decided(flow, test.operand)
            return None if inner is None else not inner
        case tree.Boolean():
            left, right = decided(flow, test.left), decided(flow, test.right)
            final = test.operator == "or"
            if final in (left, right):
                return final
            return None if left is None or right is None else not final
        case tree.Compare(
            left=tree.Name() as name,
            operators=("is" | "is not" as operator,),
            rights=(tree.Constant(kind="none"),),
        ):
            value = flow.constant(name)
            return None if value is None else (value == NONE) == (operator == "is")
    return None


def _fills_memory(flow: Flow, node: tree.If) -> bool:
    """`if self._x is None: self._x = make()` in a property: runs once, and who reads it first can't be told."""
    if flow.function is None or "property" not in flow.function.definition.decorator_names():
        return False
    test = node.test.operand if isinstance(node.test, tree.Unary) else node.test
    asked = test.left if isinstance(test, tree.Compare) else test
    return isinstance(asked, tree.Attribute) and any(
        isinstance(statement, tree.Assign) and any(spelled(t) == spelled(asked) for t in statement.targets)
        for statement in flattened(node.body)
    )


def _fills_table(node: tree.If) -> bool:
    """`if key not in table: table[key] = make(key)`: no choice of the caller, it runs for every new key."""
    test = node.test
    if not (isinstance(test, tree.Compare) and test.operators == ("not in",)):
        return False
    table = spelled(test.rights[0])
    return any(
        isinstance(target, tree.Subscript) and spelled(target.value) == table
        for statement in flattened(node.body)
        if isinstance(statement, tree.Assign)
        for target in statement.targets
    )


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


def _says_loop_runs(test: Any, running: set[str]) -> bool | None:
    """True for a test that holds when an event loop runs, False for one that holds when none does, else
    None. running: variables that hold the running loop.
    """
    match test:
        case tree.Unary(operator="not"):
            inner = _says_loop_runs(test.operand, running)
            return None if inner is None else not inner
        case (
            tree.Call(func=tree.Attribute(name="is_running"))
            | tree.Call(func=tree.Attribute(name="_get_running_loop"))
        ):
            return True
        case tree.Attribute(name=name) | tree.Name(id=name) if name in _SAYS_ASYNC:
            return True
        case tree.Name() | tree.Attribute() if spelled(test) in running:
            return True
        case tree.Compare(operators=(operator,), rights=(tree.Constant(kind="none"),)):
            left = test.left.value if isinstance(test.left, tree.Walrus) else test.left
            if "running_loop" in spelled(left) or spelled(left) in running:
                return operator in ("is not", "!=")
        case tree.Boolean(operator="and"):
            first = _says_loop_runs(test.left, running)
            return first if first is not None else _says_loop_runs(test.right, running)
    return None


def try_(flow: Flow, node: tree.Try) -> None:

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
        flow.merge([before, replace(after_body, alive=True)], before.pending)
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
    return any(spelled(kind).rpartition(".")[2] in NOT_READY for kind in kinds)


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
