"""What each statement does to a `Flow`: one function per node class. Branches and loops have files of their
own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .annotations import annotated as annotation
from .branches import NOT_READY, if_, match, try_
from .definitions import flattened, spelled
from .loops import for_, jump, while_
from .operators import IN_PLACE, OPERATORS
from .values import (
    EMPTY,
    NONE,
    UNKNOWN,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Outside,
    Value,
    members,
    without_none,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .flow import Flow

_EXPECT_ERRORS: Final = frozenset({"raises", "assertRaises", "assertRaisesRegex", "RaisesGroup"})
_MISUSE: Final = frozenset({"TypeError", "AttributeError", "RuntimeError", "Exception", "BaseException"})


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
    if any(isinstance(part, tree.Sequence) for part in node.targets):
        flow.consume(node.value, value)
    for target in node.targets:
        flow.assigned(target, value, node.value)
        if value is UNKNOWN and isinstance(target, tree.Name) and target.id in flow.declared:
            flow.env[target.id] = flow.declared[target.id]
        _remember_attribute(flow, target, value)
    names = [target.id for target in node.targets if isinstance(target, tree.Name)]
    if _asks_for_loop(node.value):
        flow.running.update(spelled(t) for t in node.targets if isinstance(t, tree.Name | tree.Attribute))
    if len(names) < len(node.targets):
        for name in names:
            flow.take(name)  # it is kept elsewhere as well
    for name in names[1:]:
        flow.pending.pop(name, None)
        flow.aliases[name] = names[0]


def _asks_for_loop(value: Any) -> bool:
    """The running loop, or None where it was said that none is wanted?"""
    if isinstance(value, tree.Conditional):
        branches = (value.body, value.orelse)
        return any(_asks_for_loop(b) for b in branches) and any(
            isinstance(b, tree.Constant) and b.kind == "none" for b in branches
        )
    return isinstance(value, tree.Call) and spelled(value).endswith("get_running_loop")


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
    operator = node.operator.removesuffix("=")
    flow.operated_in_order(node, left, IN_PLACE.get(operator, ""), OPERATORS.get(operator, ""))
    if isinstance(node.target, tree.Name) and node.target.id not in flow.pending:
        same = isinstance(left, Instance) and left == right
        flow.env[node.target.id] = left if same else UNKNOWN


def annotated(flow: Flow, node: tree.AnnotatedAssign) -> None:
    said = annotation(flow.inference, node.annotation, flow.scope, flow.inference._self_type(flow.scope))
    if isinstance(node.target, tree.Name):
        flow.declare(node.target.id, said)
    if node.value is None:
        if isinstance(node.target, tree.Name):
            flow.env[node.target.id] = said
        return
    value = flow.value(node.value, _use_of(node.target))
    if value in (UNKNOWN, Constant("ellipsis")) or _is_unread_attribute(value):
        value = said
    elif (
        isinstance(value, Instance)
        and isinstance(said, Instance)
        and value.cls == said.cls
        and not value.args
    ):
        value = Instance(
            said.cls, said.args, value.made if value.made != EMPTY else None
        )  # `list[Path] = []`
    flow.assigned(node.target, value, node.value)


def _is_unread_attribute(value: Value) -> bool:
    """Is it an attribute of an object from outside, of which nothing is known but its name?"""
    return isinstance(value, Outside) and value.receiver is not None


def return_(flow: Flow, node: tree.Return) -> None:
    value = flow.value(node.value, "return") if node.value is not None else NONE
    flow.returns.append(value)
    flow.leave(node.at, final=flow.depth == 0)
    flow.alive = False


def raise_(flow: Flow, node: tree.Raise) -> None:
    for part in (node.exception, node.cause):
        if part is not None:
            flow.value(part, "plain", "raise")
    if not flow.tries:
        flow.leave(node.at, final=False)
    flow.alive = False


def delete(flow: Flow, node: tree.Delete) -> None:
    if isinstance(node.target, tree.Name):
        flow.env.pop(node.target.id, None)
    elif isinstance(node.target, tree.Subscript):
        flow._operated(node.target, flow.value(node.target.value, "index"), "__delitem__")
        flow.value(node.target.index, "other")
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


def type_alias(flow: Flow, node: tree.AliasStatement) -> None:
    pass


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
                    flow.entering(context, member)
                    exits.append((context, member))
        if target is not None:
            flow.assigned(target, flow.inference.entered(value, is_async=node.is_async), context)
    flow.depth += 1
    before = flow.state()
    expects = flow.expects, flow.expects_misuse
    flow.expects = flow.expects or any(_expects_error(context) for context, _ in node.items)
    flow.expects_misuse = flow.expects_misuse or any(_expects_misuse(context) for context, _ in node.items)
    ready, flow.ready = (
        flow.ready,
        flow.ready or any(_suppresses_not_ready(context) for context, _ in node.items),
    )
    flow.block(node.body)
    flow.ready = ready
    flow.expects, flow.expects_misuse = expects
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


def _suppresses_not_ready(context: Any) -> bool:
    """`with suppress(BlockingIOError)`: what is read or written inside does not block."""
    return (
        isinstance(context, tree.Call)
        and spelled(context).endswith("suppress")
        and any(spelled(kind).rpartition(".")[2] in NOT_READY for kind in context.arguments)
    )


def _expects_error(context: Any) -> bool:
    """`with pytest.raises(...)` and its kin: what stands inside is meant to fail."""
    return spelled(context).rpartition(".")[2] in _EXPECT_ERRORS


def _expects_misuse(context: Any) -> bool:
    """Is it an error of those that a coroutine raises when it is used as if it were its result?"""
    if not (_expects_error(context) and isinstance(context, tree.Call) and context.arguments):
        return False
    expected = context.arguments[0]
    kinds = expected.items if isinstance(expected, tree.Sequence) else (expected,)
    return any(spelled(kind) in _MISUSE for kind in kinds)


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
