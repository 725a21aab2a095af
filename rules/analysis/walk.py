"""The walk over LibCST statements: a parsed module in, the simplified tree out.

See `expressions.py` for the counting. Scopes are noted on the way: which names a function binds, whether it
is a generator, whether it awaits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from . import tree
from .expressions import ExpressionWalk
from .parser import cst
from .walk_operators import operator_text

if TYPE_CHECKING:
    from collections.abc import Callable


def walk(module: cst.Module) -> tuple[tuple[tree.Stmt, ...], tuple[str, ...], int]:
    """The statements of a module, the names that it binds, and how many tokens were counted."""
    walker = StatementWalk()
    body = walker.statements(module.body)
    return body, tuple(walker.bound), walker.count


class StatementWalk(ExpressionWalk):
    """Counts tokens while turning statements into `tree` nodes."""

    __slots__ = ()

    def statements(self, nodes: Any) -> tuple[Any, ...]:
        built: list[Any] = []
        for node in nodes:
            if node.__class__ is cst.SimpleStatementLine:
                built.extend(STATEMENTS[small.__class__](self, small) for small in node.body)
            else:
                built.append(STATEMENTS[node.__class__](self, node))
        return tuple(built)

    def suite(self, node: Any) -> tuple[Any, ...]:
        if node.__class__ is cst.IndentedBlock:
            return self.statements(node.body)
        return tuple(STATEMENTS[small.__class__](self, small) for small in node.body)

    def _keyword(self) -> int:
        at = self.count
        self.count = at + 1
        return at

    # -- simple statements

    def expression_statement(self, node: cst.Expr) -> tree.Expression:
        return tree.Expression(self.count, self.expression(node.value))

    def assign(self, node: cst.Assign) -> tree.Assign:
        at = self.count
        targets = tuple(self.target(target.target) for target in node.targets)
        return tree.Assign(at, targets, self.expression(node.value))

    def augmented(self, node: cst.AugAssign) -> tree.AugmentedAssign:
        at = self.count
        target = self.target(node.target)
        return tree.AugmentedAssign(at, target, operator_text(node.operator), self.expression(node.value))

    def annotated(self, node: cst.AnnAssign) -> tree.AnnotatedAssign:
        at = self.count
        target = self.target(node.target)
        annotation = self.expression(node.annotation.annotation)
        return tree.AnnotatedAssign(at, target, annotation, self.optional(node.value))

    def return_(self, node: cst.Return) -> tree.Return:
        at = self._keyword()
        if node.value is not None:
            self.returns_value = True
        return tree.Return(at, self.optional(node.value))

    def raise_(self, node: cst.Raise) -> tree.Raise:
        at = self._keyword()
        exception = self.optional(node.exc)
        if node.cause is None:
            return tree.Raise(at, exception, None)
        self.count += 1
        return tree.Raise(at, exception, self.expression(node.cause.item))

    def delete(self, node: cst.Del) -> tree.Delete:
        return tree.Delete(self._keyword(), self.target(node.target))

    def assert_(self, node: cst.Assert) -> tree.Assert:
        at = self._keyword()
        test = self.expression(node.test)
        return tree.Assert(at, test, self.optional(node.msg))

    def jump(self, node: cst.BaseSmallStatement) -> tree.Jump:
        return tree.Jump(self._keyword(), type(node).__name__.lower())  # type: ignore[arg-type]  # the three classes

    def scope(self, node: cst.Global | cst.Nonlocal) -> tree.Scope:
        at = self._keyword()
        self.count += len(node.names)
        names = tuple(item.name.value for item in node.names)
        return tree.Scope(at, "global" if isinstance(node, cst.Global) else "nonlocal", names)

    def import_(self, node: Any) -> tree.Import:
        at = self._keyword() + self._lazy(node)
        names = []
        for alias in node.names:
            dotted = self._dotted(alias.name)
            name = self._alias(alias)
            self.bound[name or dotted.partition(".")[0]] = None
            names.append((dotted, name))
        return tree.Import(at, tuple(names))

    def import_from(self, node: Any) -> tree.ImportFrom:
        at = self._keyword() + self._lazy(node)
        module = self._dotted(node.module) if node.module is not None else ""
        self.count += 1
        level = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            return tree.ImportFrom(at, module, level, (("*", None),))
        if node.lpar is not None:
            self.count += 1
        names = []
        for alias in node.names:
            original = self._dotted(alias.name)
            name = self._alias(alias)
            self.bound[name or original] = None
            names.append((original, name))
        return tree.ImportFrom(at, module, level, tuple(names))

    def _lazy(self, node: cst.CSTNode) -> int:
        """Python 3.15 may write `lazy` first."""
        lazy = int(type(node).__name__.startswith("Lazy"))
        self.count += lazy
        return lazy

    def _dotted(self, node: Any) -> str:
        parts: list[str] = []
        while isinstance(node, cst.Attribute):
            parts.append(node.attr.value)
            node = node.value
        parts.append(node.value)
        self.count += len(parts)
        return ".".join(reversed(parts))

    def _alias(self, alias: cst.ImportAlias) -> str | None:
        if alias.asname is None:
            return None
        self.count += 2
        name = alias.asname.name
        return name.value if isinstance(name, cst.Name) else None

    def type_alias(self, node: cst.TypeAlias) -> tree.AliasStatement:
        at = self._keyword()
        self.count += 1
        self.bound[node.name.value] = None
        self.type_parameters(node.type_parameters)
        return tree.AliasStatement(at, node.name.value, self.expression(node.value))

    def type_parameters(self, node: cst.TypeParameters | None) -> dict[str, Any]:
        """Count `[T: bound]`; the bounds by name. What has one is known to be at least that."""
        bounds: dict[str, Any] = {}
        if node is None:
            return bounds
        self.count += 1
        for parameter in node.params:
            self.count += 1
            if isinstance(parameter.param, cst.TypeVar) and parameter.param.bound is not None:
                bounds[parameter.param.name.value] = self.expression(parameter.param.bound)
            if parameter.default is not None:
                self.expression(parameter.default)
        return bounds

    # -- compound statements

    def if_(self, node: cst.If) -> tree.If:
        at = self._keyword()
        test = self.expression(node.test)
        return tree.If(at, test, self.suite(node.body), self._otherwise(node.orelse))

    def _otherwise(self, node: Any) -> tuple[Any, ...]:
        if node is None:
            return ()
        if isinstance(node, cst.If):
            return (self.if_(node),)
        self.count += 1
        return self.suite(node.body)

    def while_(self, node: cst.While) -> tree.While:
        at = self._keyword()
        test = self.expression(node.test)
        return tree.While(at, test, self.suite(node.body), self._otherwise(node.orelse))

    def _asynchronous(self, node: Any) -> bool:
        if node.asynchronous is None:
            return False
        self.count += 1
        self.awaits = True
        return True

    def for_(self, node: cst.For) -> tree.ForLoop:
        at = self.count
        is_async = self._asynchronous(node)
        self.count += 1
        target = self.target(node.target)
        self.count += 1
        iterable = self.expression(node.iter)
        body = self.suite(node.body)
        return tree.ForLoop(at, target, iterable, body, self._otherwise(node.orelse), is_async)

    def with_(self, node: cst.With) -> tree.With:
        at = self.count
        is_async = self._asynchronous(node)
        self.count += 1 + isinstance(node.lpar, cst.LeftParen)
        items = []
        for item in node.items:
            context = self.expression(item.item)
            target = None
            if item.asname is not None:
                self.count += 1
                target = self.target(item.asname.name)
            items.append((context, target))
        return tree.With(at, tuple(items), self.suite(node.body), is_async)

    def try_(self, node: cst.Try | cst.TryStar) -> tree.Try:
        at = self._keyword()
        body = self.suite(node.body)
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        orelse: tuple[Any, ...] = ()
        if node.orelse is not None:
            self.count += 1
            orelse = self.suite(node.orelse.body)
        final: tuple[Any, ...] = ()
        if node.finalbody is not None:
            self.count += 1
            final = self.suite(node.finalbody.body)
        return tree.Try(at, body, handlers, orelse, final, isinstance(node, cst.TryStar))

    def _handler(self, node: Any) -> tree.Handler:
        at = self._keyword()
        kind = self.optional(node.type)
        name = None
        if node.name is not None:
            self.count += 2
            name = node.name.name.value
            self.bound[name] = None
        return tree.Handler(at, kind, name, self.suite(node.body))

    def match(self, node: cst.Match) -> tree.Match:
        at = self._keyword()
        subject = self.expression(node.subject)
        return tree.Match(at, subject, tuple(self._case(case) for case in node.cases))

    def _case(self, node: cst.MatchCase) -> tree.Case:
        at = self._keyword()
        names: list[str] = []
        values: list[Any] = []
        catches_all = isinstance(node.pattern, cst.MatchAs) and node.pattern.pattern is None
        self.pattern(node.pattern, names, values)
        alias = node.pattern.name if isinstance(node.pattern, cst.MatchAs) else None
        matched = node.pattern.pattern if isinstance(node.pattern, cst.MatchAs) else node.pattern
        cls = values[0] if isinstance(matched, cst.MatchClass) else None
        for name in names:
            self.bound[name] = None
        guard = None
        if node.guard is not None:
            self.count += 1
            guard = self.expression(node.guard)
            catches_all = False
        body = self.suite(node.body)
        shown = alias.value if alias is not None else None
        return tree.Case(at, tuple(names), tuple(values), guard, body, catches_all, cls, shown)

    def pattern(  # noqa: C901 -- one case per kind
        self, node: Any, names: list[str], values: list[Any]
    ) -> None:
        """Count a pattern's tokens; collect the names it binds and the expressions in it."""
        if not isinstance(node, cst.MatchValue | cst.MatchSingleton):  # their value counts their brackets
            self.count += len(getattr(node, "lpar", ()))
        match node:
            case cst.MatchValue() | cst.MatchSingleton():
                values.append(self.expression(node.value))
            case cst.MatchAs():
                if node.pattern is not None:
                    self.pattern(node.pattern, names, values)
                    self.count += 1 if node.name is not None else 0
                self._capture(node.name if node.name is not None or node.pattern is None else None, names)
                if node.pattern is None and node.name is None:
                    self.count += 1
            case cst.MatchStar():
                self._capture(node.name, names)
                self.count += node.name is None
            case cst.MatchList() | cst.MatchTuple():
                self.count += getattr(node, "lbracket", None) is not None
                for element in node.patterns:
                    self._element(element, names, values)
            case cst.MatchOr():
                for choice in node.patterns:
                    self.pattern(choice.pattern, names, values)
            case cst.MatchMapping():
                self.count += 1
                for entry in node.elements:
                    values.append(self.expression(entry.key))
                    self.pattern(entry.pattern, names, values)
                self._capture(node.rest, names)
            case cst.MatchClass():
                values.append(self.expression(node.cls))
                self.count += 1
                for element in node.patterns:
                    self._element(element, names, values)
                for keyword in node.kwds:
                    self.count += 1
                    self.pattern(keyword.pattern, names, values)

    def _element(self, element: Any, names: list[str], values: list[Any]) -> None:
        inner = element.value if isinstance(element, cst.MatchSequenceElement) else element
        self.pattern(inner, names, values)

    def _capture(self, name: cst.Name | None, names: list[str]) -> None:
        if name is not None:
            self.count += 1
            names.append(name.value)

    # -- definitions

    def function(self, node: cst.FunctionDef) -> tree.Function:
        decorators = self._decorators(node)
        at = self.count
        is_async = node.asynchronous is not None
        self.count += 1 + is_async
        name_at = self._keyword()
        name = node.name.value
        self.bound[name] = None
        bounds = self.type_parameters(node.type_parameters)
        self.count += 1
        parameters = self.parameters(node.params)
        returns = self.expression(node.returns.annotation) if node.returns is not None else None
        if bounds:
            parameters = tuple(
                structs.replace(parameter, annotation=_bounded(parameter.annotation, bounds))
                for parameter in parameters
            )
            returns = _bounded(returns, bounds)
        outer = self.bound, self.is_generator, self.awaits, self.returns_value
        self.bound = {parameter.name: None for parameter in parameters}
        self.is_generator = self.awaits = self.returns_value = False
        body = self.suite(node.body)
        for statement in body:
            if isinstance(statement, tree.Scope):
                for outside in statement.names:
                    self.bound.pop(outside, None)
        built = tree.Function(
            at, name, name_at, is_async, self.is_generator, self.awaits, self.returns_value, parameters,
            decorators, returns, tuple(self.bound), tree.pack(body),
        )  # fmt: skip
        self.bound, self.is_generator, self.awaits, self.returns_value = outer
        return built

    def class_(self, node: cst.ClassDef) -> tree.Class:
        decorators = self._decorators(node)
        at = self._keyword()
        name_at = self._keyword()
        self.bound[node.name.value] = None
        bounds = self.type_parameters(node.type_parameters)
        self.count += isinstance(node.lpar, cst.LeftParen)
        bases, keywords = self.arguments((*node.bases, *node.keywords))
        outer = self.bound
        self.bound = dict.fromkeys(bounds)
        aliases = tuple(tree.AliasStatement(bound.at, name, bound) for name, bound in bounds.items())
        body = (*aliases, *self.suite(node.body))
        bound = tuple(self.bound)
        self.bound = outer
        return tree.Class(at, node.name.value, name_at, bases, keywords, decorators, bound, body)

    def _decorators(self, node: cst.FunctionDef | cst.ClassDef) -> tuple[Any, ...]:
        return tuple(self.expression(decorator.decorator) for decorator in node.decorators)


def _bounded(annotation: Any, bounds: dict[str, Any]) -> Any:
    """An annotation with the bounds of type parameters in place of their names."""
    match annotation:
        case tree.Name(id=name):
            return bounds.get(name, annotation)
        case tree.Subscript():
            return structs.replace(annotation, index=_bounded(annotation.index, bounds))
        case tree.Binary():
            left, right = _bounded(annotation.left, bounds), _bounded(annotation.right, bounds)
            return structs.replace(annotation, left=left, right=right)
        case tree.Sequence():
            return structs.replace(
                annotation, items=tuple(_bounded(item, bounds) for item in annotation.items)
            )
    return annotation


STATEMENTS: Final[dict[type, Callable[[StatementWalk, Any], Any]]] = {
    cst.Expr: StatementWalk.expression_statement,
    cst.Assign: StatementWalk.assign,
    cst.AugAssign: StatementWalk.augmented,
    cst.AnnAssign: StatementWalk.annotated,
    cst.Return: StatementWalk.return_,
    cst.Raise: StatementWalk.raise_,
    cst.Del: StatementWalk.delete,
    cst.Assert: StatementWalk.assert_,
    cst.Pass: StatementWalk.jump,
    cst.Break: StatementWalk.jump,
    cst.Continue: StatementWalk.jump,
    cst.Global: StatementWalk.scope,
    cst.Nonlocal: StatementWalk.scope,
    cst.Import: StatementWalk.import_,
    cst.ImportFrom: StatementWalk.import_from,
    cst.TypeAlias: StatementWalk.type_alias,
    cst.If: StatementWalk.if_,
    cst.While: StatementWalk.while_,
    cst.For: StatementWalk.for_,
    cst.With: StatementWalk.with_,
    cst.Try: StatementWalk.try_,
    cst.TryStar: StatementWalk.try_,
    cst.Match: StatementWalk.match,
    cst.FunctionDef: StatementWalk.function,
    cst.ClassDef: StatementWalk.class_,
}
for _name in ("LazyImport", "LazyImportFrom"):  # LibCST 1.9 reads the syntax of Python 3.15
    if hasattr(cst, _name):
        STATEMENTS[getattr(cst, _name)] = (
            StatementWalk.import_ if _name == "LazyImport" else StatementWalk.import_from
        )
