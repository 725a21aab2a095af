"""Scopes, the names bound in them, and the functions and classes that a project defines.

A scope knows for each of its names every binding, in source order and without regard to flow: that is how
names of modules, classes and enclosing functions are resolved. (A function's own locals are followed in
order, by `flow.py`.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .project import Module


class Binding(NamedTuple):
    """How a name comes to be. `node` is the statement, definition, parameter or expression that says it.

    kind: import, from, star, function, class, assign (node: the expression), typed (node: the annotated
    assignment), item (node: the iterable of a loop), entered / async-entered (node: the context manager),
    part (node: (expression, index)), parameter, alias, unknown.
    """

    kind: str
    node: Any


class Scope:
    """A module, class or function as a namespace."""

    __slots__ = ("_bindings", "_flat", "bound", "module", "owner", "parent", "statements")

    def __init__(
        self,
        module: Module,
        parent: Scope | None,
        owner: Definition | ClassDefinition | None,
        bound: Iterable[str],
        statements: tuple[Any, ...] | None,
    ) -> None:
        self.module = module
        self.parent = parent
        self.owner = owner
        self.bound = frozenset(bound)
        self.statements = statements  # None: decode them when they are needed
        self._bindings: dict[str, list[Binding]] | None = None
        self._flat: tuple[Any, ...] | None = None

    def body(self) -> tuple[Any, ...]:
        if self.statements is None:
            assert isinstance(self.owner, Definition)
            self.statements = self.owner.body()
        return self.statements

    def flat(self) -> tuple[Any, ...]:
        """Every statement of the body, branches included, nested functions and classes not."""
        if self._flat is None:
            self._flat = tuple(flattened(self.body()))
        return self._flat

    def bindings(self, name: str) -> list[Binding]:
        """Every binding of `name` in this scope."""
        if self._bindings is None:
            found: dict[str, list[Binding]] = {}
            if isinstance(self.owner, Definition):
                for parameter in self.owner.node.parameters:
                    found[parameter.name] = [Binding("parameter", parameter)]
            _collect(self.flat(), found)
            self._bindings = found
        return self._bindings.get(name, [])

    def bound_before(self, name: str, at: int) -> bool:
        """Is `name` bound here by something that stands before the token `at` (or may be)?"""
        if name not in self.bound:
            return False
        places = [_place(binding.node) for binding in self.bindings(name)]
        return not places or any(place is None or place < at for place in places)

    def names(self) -> Iterator[str]:
        self.bindings("")
        assert self._bindings is not None
        yield from self._bindings

    @property
    def is_class(self) -> bool:
        return isinstance(self.owner, ClassDefinition)


def _place(node: Any) -> int | None:
    """The token at which a binding's node begins; None when it has none."""
    place = getattr(node, "at", None)
    return place if isinstance(place, int) else None


class Definition:
    """A `def` or `lambda` of the project, one object per place in the source."""

    __slots__ = ("cls", "module", "node", "parent", "scope")

    def __init__(
        self, module: Module, node: tree.Function | tree.Lambda, parent: Scope, cls: ClassDefinition | None
    ) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.cls = cls
        bound = (
            node.bound
            if isinstance(node, tree.Function)
            else tuple(parameter.name for parameter in node.parameters)
        )
        self.scope = Scope(module, parent, self, bound, None)

    @property
    def name(self) -> str:
        return self.node.name if isinstance(self.node, tree.Function) else "lambda"

    @property
    def qualified(self) -> str:
        """`Class.method` for methods, else the name."""
        return f"{self.cls.name}.{self.name}" if self.cls is not None else self.name

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, tree.Function) and self.node.is_async

    @property
    def is_generator(self) -> bool:
        return isinstance(self.node, tree.Function) and self.node.is_generator

    @property
    def is_method(self) -> bool:
        """Does a call through an instance pass that instance first?"""
        return self.cls is not None and "staticmethod" not in self.decorator_names()

    def decorator_names(self) -> tuple[str, ...]:
        """The decorators as written, arguments left out."""
        if isinstance(self.node, tree.Lambda):
            return ()
        return tuple(spelled(decorator) for decorator in self.node.decorators)

    def body(self) -> tuple[Any, ...]:
        if isinstance(self.node, tree.Lambda):
            return (tree.Return(self.node.body.at, self.node.body),)
        return tree.unpack(self.node)

    def parameter(self, position: int | None, keyword: str | None) -> tree.Parameter | None:
        """The parameter that an argument goes to, `self` not counted for methods."""
        usual = [p for p in self.node.parameters if p.kind in ("positional-only", "positional")]
        if keyword is not None:
            return next(
                (p for p in self.node.parameters if p.name == keyword and p.kind != "positional-only"), None
            )
        assert position is not None
        position += self.is_method
        return usual[position] if position < len(usual) else None


class ClassDefinition:
    """A class of the project."""

    __slots__ = ("attributes", "linear", "module", "node", "parent", "scope")

    def __init__(self, module: Module, node: tree.Class, parent: Scope) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.scope = Scope(module, parent, self, node.bound, node.body)
        self.attributes: dict[str, list[tuple[Definition, Binding]]] | None = (
            None  # what methods assign to self
        )
        self.linear: Any = None  # the resolved order of inheritance

    @property
    def name(self) -> str:
        return self.node.name

    def assigned(self, name: str) -> list[tuple[Definition, Binding]]:
        """Every `self.<name> = ...` in the methods of this class, with the method that does it."""
        if self.attributes is None:
            found: dict[str, list[tuple[Definition, Binding]]] = {}
            for statement in functions(self.node.body):
                definition = self.module.definition(statement, self.scope)
                if definition.is_method and statement.parameters:
                    _collect_attributes(definition, statement.parameters[0].name, found)
            self.attributes = found
        return self.attributes.get(name, [])


def global_assignments(module: Module) -> dict[str, list[tuple[Scope, Binding]]]:
    """What the functions of a module bind to names that they declare `global`."""
    found: dict[str, list[tuple[Scope, Binding]]] = {}
    waiting = [module.scope]
    while waiting:
        scope = waiting.pop()
        for statement in scope.flat():
            if isinstance(statement, tree.Function):
                waiting.append(module.definition(statement, scope).scope)
            elif isinstance(statement, tree.Class):
                waiting.append(module.class_definition(statement, scope).scope)
            elif isinstance(statement, tree.Scope) and statement.kind == "global":
                for name in statement.names:
                    found.setdefault(name, []).extend((scope, b) for b in scope.bindings(name))
    return found


def functions(statements: Iterable[Any]) -> Iterator[tree.Function]:
    """The functions that these statements define, also under conditions."""
    for statement in flattened(statements):
        if isinstance(statement, tree.Function):
            yield statement


def flattened(statements: Iterable[Any]) -> Iterator[Any]:
    """Every statement, those in branches included, those of nested functions and classes not."""
    for statement in statements:
        yield statement
        if isinstance(statement, tree.If | tree.While | tree.ForLoop):
            yield from flattened(statement.body)
            yield from flattened(statement.orelse)
        elif isinstance(statement, tree.With):
            yield from flattened(statement.body)
        elif isinstance(statement, tree.Try):
            yield from flattened(statement.body)
            for handler in statement.handlers:
                yield from flattened(handler.body)
            yield from flattened(statement.orelse)
            yield from flattened(statement.final)
        elif isinstance(statement, tree.Match):
            for case in statement.cases:
                yield from flattened(case.body)


def _collect(  # noqa: C901 -- one case per kind
    statements: tuple[Any, ...], found: dict[str, list[Binding]]
) -> None:
    def add(name: str, binding: Binding) -> None:
        found.setdefault(name, []).append(binding)

    def assign(target: Any, binding: Binding) -> None:
        if isinstance(target, tree.Name):
            add(target.id, binding)
        elif isinstance(target, tree.Sequence):
            for index, item in enumerate(target.items):
                if isinstance(item, tree.Starred):
                    assign(item.value, Binding("unknown", None))
                else:
                    assign(item, Binding("part", (binding, index)))

    for statement in statements:
        match statement:
            case tree.Function():
                add(statement.name, Binding("function", statement))
            case tree.Class():
                add(statement.name, Binding("class", statement))
            case tree.Import():
                for dotted, name in statement.names:
                    shown = dotted if name else dotted.partition(".")[0]
                    add(name or shown, Binding("import", (shown, dotted)))
            case tree.ImportFrom():
                for original, name in statement.names:
                    kind = "star" if original == "*" else "from"
                    add(name or original, Binding(kind, (statement, original)))
            case tree.Assign():
                for target in statement.targets:
                    assign(target, Binding("assign", statement.value))
            case tree.AnnotatedAssign():
                assign(statement.target, Binding("typed", statement))
            case tree.AugmentedAssign():
                assign(statement.target, Binding("unknown", None))
            case tree.ForLoop():
                assign(statement.target, Binding("unknown" if statement.is_async else "item", statement.iter))
            case tree.With():
                for context, bound in statement.items:
                    assign(bound, Binding("async-entered" if statement.is_async else "entered", context))
            case tree.Try():
                for handler in statement.handlers:
                    if handler.name:
                        add(handler.name, Binding("unknown", None))
            case tree.Match():
                for case in statement.cases:
                    for name in case.names:
                        add(name, Binding("unknown", None))
            case tree.AliasStatement():
                add(statement.name, Binding("alias", statement.value))


def _collect_attributes(  # noqa: C901 -- one case per kind
    definition: Definition, receiver: str, found: dict[str, list[tuple[Definition, Binding]]]
) -> None:
    def add(target: Any, binding: Binding) -> None:
        if isinstance(target, tree.Attribute):
            if isinstance(target.value, tree.Name) and target.value.id == receiver:
                found.setdefault(target.name, []).append((definition, binding))
        elif isinstance(target, tree.Sequence):
            for index, item in enumerate(target.items):
                add(item, Binding("part", (binding, index)))

    for statement in definition.scope.flat():
        match statement:
            case tree.Assign():
                for target in statement.targets:
                    add(target, Binding("assign", statement.value))
            case tree.AnnotatedAssign():
                add(statement.target, Binding("typed", statement))
            case tree.AugmentedAssign():
                pass  # changes a value, not its type
            case tree.ForLoop():
                add(statement.target, Binding("unknown", None))
            case tree.With():
                for context, bound in statement.items:
                    add(bound, Binding("async-entered" if statement.is_async else "entered", context))


def spelled(expression: Any) -> str:
    """A name or attribute chain as source, calls and subscripts left out: `self.session.get`."""
    match expression:
        case tree.Name():
            return expression.id
        case tree.Attribute():
            return f"{spelled(expression.value)}.{expression.name}"
        case tree.Call():
            return spelled(expression.func)
        case tree.Subscript():
            return f"{spelled(expression.value)}[...]"
        case tree.Await():
            return spelled(expression.value)
        case tree.Lambda():
            return "lambda"
        case tree.Constant(kind="str"):
            return "str"
    return "(...)"
