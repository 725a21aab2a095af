"""Calls: what is called, what its arguments are used for, what it gives, and which callbacks it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import tree
from .arguments import chosen, names, typed
from .builtin_calls import special_result
from .definitions import ClassDefinition, spelled
from .evaluation import Evaluation
from .events import Call
from .generics import from_arguments
from .primitives import in_memory
from .values import (
    UNKNOWN,
    Awaitable,
    ClassValue,
    FunctionValue,
    Generator,
    Instance,
    Managed,
    Outside,
    Partial,
    TypedCallable,
    Union,
    Unknown,
    Value,
    members,
    union,
    without_none,
)

if TYPE_CHECKING:
    from .events import Analysis

# What built-in functions call.
CONVERSIONS: Final = {
    "builtins.len": "__len__", "builtins.str": "__str__", "builtins.repr": "__repr__",
    "builtins.bool": "__bool__", "builtins.int": "__int__", "builtins.float": "__float__",
    "builtins.bytes": "__bytes__", "builtins.hash": "__hash__", "builtins.next": "__next__",
    "builtins.abs": "__abs__", "builtins.reversed": "__reversed__", "builtins.round": "__round__",
}  # fmt: skip


class Calling(Evaluation):
    """Evaluates calls."""

    def _call(self, node: tree.Call, use: str, detail: str) -> Value:
        callee = without_none(self.value(node.func, "call"))
        arguments, keywords = self._arguments(node, callee)
        result = self.call_result(node, callee, arguments, keywords)
        if isinstance(callee, Unknown):
            if isinstance(node.func, tree.Attribute):
                self._unknown_method(node, node.func, arguments, keywords, use)
        else:
            self._record(node, callee, arguments, keywords, result, use)
        self.used(node, result, use, detail)
        return result

    def _record(
        self,
        node: tree.Call,
        callee: Value,
        arguments: tuple[Value, ...],
        keywords: dict[str, Value],
        result: Value,
        use: str,
    ) -> None:
        kept: tuple[Value, ...] = ()
        given = keywords
        while isinstance(callee, Partial):
            kept, given = (*callee.arguments, *kept), {**dict(callee.keywords), **given}
            callee = callee.function
        self.called(Call(node, callee, "call", arguments, given, result, use, kept=kept))
        for member in members(callee):
            if isinstance(member, Outside):
                self._run_callbacks(node, member, arguments, keywords)
                if arguments and member.name.endswith("ExitStack.enter_context"):
                    for entered in members(without_none(arguments[0])):
                        if isinstance(entered, Instance):
                            self.entering(node, entered)
                if len(arguments) == 1 and member.receiver is None and member.name in CONVERSIONS:
                    self._operated(node, arguments[0], CONVERSIONS[member.name])
            elif isinstance(member, FunctionValue):
                self._first_party_callbacks(node, member, arguments, keywords)
            elif isinstance(member, ClassValue) and (arguments or keywords):
                made = self.inference.constructor(member.definition)
                if isinstance(made, FunctionValue):
                    self._first_party_callbacks(node, made, arguments, keywords)

    def _unknown_method(
        self,
        node: tree.Call,
        func: tree.Attribute,
        arguments: tuple[Value, ...],
        keywords: dict[str, Value],
        use: str,
    ) -> None:
        """A method of an object that is not known: some names speak for themselves (`*.call_soon`)."""
        name = f"*.{func.name}"
        knowledge = self.inference.knowledge
        if name in knowledge.schedulers or name in knowledge.callers:
            self.called(Call(node, Outside(name), "call", arguments, keywords, use=use))
            self._run_callbacks(node, Outside(name), arguments, keywords)

    def _run_callbacks(
        self, node: tree.Call, callee: Outside, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        """What an outside callable does with its arguments: calls them now or later, iterates over them."""
        name = callee.name
        role = self.inference.outside.role(name)
        if role is None:
            return
        for argument, kind in ((role.callers, "applied"), (role.schedulers, "scheduled")):
            if argument is not None:
                for expression, value in chosen(argument, node, arguments, keywords):
                    for member in members(value):
                        while isinstance(member, Partial):
                            member = member.function
                        if isinstance(member, FunctionValue) and argument.keyword == "key":
                            over = (
                                callee.receiver if callee.receiver is not None else (*arguments, UNKNOWN)[0]
                            )
                            member = typed(member, (self.inference.item(over),))
                        elif isinstance(member, FunctionValue) and name == "functools.reduce":
                            member = typed(member, (UNKNOWN, self.inference.item((*arguments, UNKNOWN)[1])))
                        if isinstance(member, FunctionValue | ClassValue | Outside):
                            ready = name.endswith((".add_reader", ".add_writer"))
                            self.called(Call(expression, member, kind, ready=ready))
        if role.eager is not None:
            for expression, value in chosen(role.eager, node, arguments, keywords):
                self.consume(expression, value)

    def _first_party_callbacks(
        self, node: tree.Call, callee: FunctionValue, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        """Functions handed to a first-party function that calls them."""
        for parameter, value in callee.definition.received(arguments, keywords):
            while isinstance(value, Partial):
                value = value.function
            if parameter is not None and isinstance(value, FunctionValue | Outside):
                called = _calls_parameter(self.inference.analysis(callee), parameter.name)
                if called is not None:
                    kind = "scheduled" if callee.definition.is_async else "callback"  # async: on the loop
                    self.called(Call(node, value, kind, ready=called.ready, depends=called.depends))

    def _arguments(self, node: tree.Call, callee: Value) -> tuple[tuple[Value, ...], dict[str, Value]]:
        if isinstance(callee, Partial):
            callee = callee.function
        arguments = []
        for index, argument in enumerate(node.arguments):
            if isinstance(argument, tree.Starred):
                arguments.append(self.spread(argument.value))
                continue
            use, detail = self._use(callee, index, None, node)
            arguments.append(self.value(argument, use, detail))
        keywords = {}
        for key, argument in node.keywords:
            use, detail = self._use(callee, None, key, node) if key is not None else ("spread", "")
            value = self.value(argument, use, detail)
            if key is not None:
                keywords[key] = value
        return tuple(arguments), keywords

    def _use(self, callee: Value, index: int | None, keyword: str | None, node: tree.Call) -> tuple[str, str]:
        """How a call uses one of its arguments."""
        if isinstance(callee, Outside):
            return self._outside_use(callee.name, index, keyword, node)
        if isinstance(callee, FunctionValue) and (index is not None or keyword is not None):
            parameter = callee.definition.parameter(index, keyword)
            if parameter is not None:
                return "parameter", parameter.name
        return "other", ""

    def _outside_use(
        self, name: str, index: int | None, keyword: str | None, node: tree.Call
    ) -> tuple[str, str]:
        if name == "builtins.str.format":
            return "format", ""
        role = self.inference.outside.role(name)
        if role is None:
            return "other", ""
        consumers = [c for c in role.consumers or () if names(c.argument, index, keyword)]
        if consumers:
            awaits = any(c.takes != "function" for c in consumers)
            return ("consumed", "") if awaits else ("plain", spelled(node.func))
        for wanted in (role.offloads, role.schedulers):
            if wanted is not None and names(wanted, index, keyword):
                return "plain", spelled(node.func)  # a function is wanted, not its coroutine
        if role.eager is not None and names(role.eager, index, keyword):
            return "iterated", spelled(node.func)
        if role.inspects is not None and names(role.inspects, index, keyword):
            return "inspect", ""
        if role.uses is not None and names(role.uses, index, keyword):
            return "plain", spelled(node.func)
        return "other", ""

    def call_result(  # noqa: C901 -- one case per kind
        self, node: tree.Call, callee: Value, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        """What a call gives."""
        name = spelled(node.func)
        match callee:
            case Outside():
                special = special_result(self, node, callee, arguments, keywords)
                if special is not None:
                    return special
                result = self.inference.outside.call(callee, name, node.at)
                if isinstance(result, Instance) and result.made is None and isinstance(result.cls, str):
                    made = (callee.name, arguments, tuple(keywords.items()))
                    source = callee.receiver
                    if isinstance(source, Instance) and source.made is not None:
                        made = source.made if in_memory(self.inference, source) else made
                    return Instance(result.cls, result.args, made)
                return result
            case FunctionValue():
                if callee.definition.is_generator and any(isinstance(v, Generator) for v in arguments):
                    callee = typed(callee, [v if isinstance(v, Generator) else UNKNOWN for v in arguments])
                if callee.closure or not any(
                    isinstance(value, FunctionValue | Partial) for value in arguments
                ):
                    result = self.inference.result(callee, name, node.at)
                    if result is UNKNOWN and arguments:
                        return from_arguments(self.inference, callee.definition, arguments, keywords)
                    return result
                return self._with_function_arguments(callee, arguments, name, node.at)
            case ClassValue():
                return Instance(callee.definition)
            case Partial():
                return self.call_result(node, callee.function, arguments, keywords)
            case Managed():
                item = self.inference._yielded(callee.function)
                if callee.is_async:
                    return Instance("contextlib._AsyncGeneratorContextManager", (item,))
                return Instance(
                    "contextlib._GeneratorContextManager", (item, Generator(callee.function, item))
                )
            case TypedCallable():
                if isinstance(node.func, tree.Call):
                    return UNKNOWN  # what decorators of frameworks are annotated to return is seldom exact
                result = callee.result
                if isinstance(result, Awaitable):
                    return Awaitable(result.kind, name, result.source, node.at, "annotation")
                return result
            case Instance(cls=ClassDefinition()):
                method = self.inference.attribute(callee, "__call__")
                return self.call_result(node, method, arguments, keywords) if method != callee else UNKNOWN
            case Instance():
                method = Outside(f"{callee.cls}.__call__", callee)
                return self.inference.outside.call(method, name, node.at)
            case Union():
                return union(self.call_result(node, item, arguments, keywords) for item in callee.items)
        return UNKNOWN

    def _with_function_arguments(
        self, callee: FunctionValue, arguments: tuple[Value, ...], name: str, origin: int
    ) -> Value:
        """A call that hands functions over: a plain decorator called by hand, or `retry(f)` that returns a
        wrapper.
        """
        definition = callee.definition
        if definition.is_async or definition.is_generator:
            return self.inference.result(callee, name, origin)
        first = definition.parameter(0, None)
        argument = arguments[0]
        if first is None or not isinstance(argument, FunctionValue | Partial):
            return self.inference.result(callee, name, origin)
        applied = self.inference.applied(callee, argument) if not definition.is_method else UNKNOWN
        if isinstance(applied, Union) and isinstance(definition.body()[-1], tree.ForLoop | tree.While):
            applied = without_none(applied)  # `for attempt in range(3): return f()`
        if isinstance(applied, FunctionValue):
            return applied
        if isinstance(applied, Awaitable) and applied.kind == "coroutine" and applied.via != "annotation":
            return Awaitable("coroutine", name, applied.source, origin, "sync")
        return self.inference.result(callee, name, origin)


def _calls_parameter(followed: Analysis, name: str) -> Call | None:
    """How a function calls its parameter without awaiting what that gives; None when it does not."""
    awaited = [node.value.func for node, _ in followed.awaited if isinstance(node.value, tree.Call)]
    for kind, place in followed.parameter_uses.get(name, ()):
        if kind == "call" and all(place is not func for func in awaited):
            calls = [c for c in followed.calls if isinstance(c.node, tree.Call) and c.node.func is place]
            return calls[0] if calls else Call(place, UNKNOWN)
    return None
