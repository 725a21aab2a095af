"""Scopes, the names bound in them (see `bindings.py`), and the functions and classes that a project defines.

A scope knows for each of its names every binding, in source order and without regard to flow: that is how
names of modules, classes and enclosing functions are resolved. (A function's own locals are followed in
order, by `flow.py`.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from . import tree
from .bindings import Binding, attributes, collect, flattened
from .nodes import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .project import Module

__all__ = [
    "ITERABLE", "Binding", "ClassDefinition", "Definition", "Scope", "decorated_by", "flattened", "functions",
    "global_assignments", "mutated", "spelled",
]  # fmt: skip


V = TypeVar("V")
ITERABLE = ".0"  # what a generator expression goes through first


class Scope:
    """A module, class or function as a namespace."""

    __slots__ = ("_bindings", "_flat", "bound", "is_class", "module", "owner", "parent", "statements")

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
        self.is_class = isinstance(owner, ClassDefinition)
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
            collect(self.flat(), found)
            self._bindings = found
        return self._bindings.get(name, [])

    def bound_before(self, name: str, at: int) -> bool:
        """Is `name` bound here by something that stands before the token `at` (or may be)?"""
        if name not in self.bound:
            return False
        bindings = self.bindings(name)
        places = [_place(b.node) for b in bindings if b.kind != "typed" or b.node.value is not None]
        if bindings and not places:
            return False  # only declared: `redis: redis.Redis`
        return not places or any(place is None or place < at for place in places)

    def names(self) -> Iterator[str]:
        self.bindings("")
        assert self._bindings is not None
        yield from self._bindings


def _place(node: Any) -> int | None:
    """The token at which a binding's node begins; None when it has none."""
    place = getattr(node, "at", None)
    return place if isinstance(place, int) else None


class Definition:
    """A `def` or `lambda` of the project, one object per place in the source."""

    __slots__ = (
        "_decorators", "_usual", "cls", "is_async", "is_generator", "is_method", "module", "name", "node", "parent",
        "scope",
    )  # fmt: skip

    def __init__(
        self, module: Module, node: tree.Function | tree.Lambda, parent: Scope, cls: ClassDefinition | None
    ) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.cls = cls
        self._usual: list[tree.Parameter] | None = None
        if isinstance(node, tree.Function):
            self.name = node.name
            self.is_async, self.is_generator = node.is_async, node.is_generator
            self._decorators = tuple(map(spelled, node.decorators))
            bound = node.bound
        else:
            parameters = node.parameters
            self.name = "generator" if parameters and parameters[0].name == ITERABLE else "lambda"
            self.is_async = self.is_generator = False
            self._decorators = ()
            bound = tuple(parameter.name for parameter in parameters)
        # Does a call through an instance pass that instance first?
        self.is_method = cls is not None and "staticmethod" not in self._decorators
        self.scope = Scope(module, parent, self, bound, None)

    @property
    def qualified(self) -> str:
        """`Class.method` for methods, else the name."""
        return f"{self.cls.name}.{self.name}" if self.cls is not None else self.name

    def decorator_names(self) -> tuple[str, ...]:
        """The decorators as written, arguments left out."""
        return self._decorators

    def body(self) -> tuple[Any, ...]:
        if isinstance(self.node, tree.Lambda):
            return (tree.Return(self.node.body.at, self.node.body),)
        return tree.unpack(self.node)

    def parameter(self, position: int | None, keyword: str | None) -> tree.Parameter | None:
        """The parameter that an argument goes to, `self` not counted for methods."""
        if keyword is not None:
            return next(
                (p for p in self.node.parameters if p.name == keyword and p.kind != "positional-only"), None
            )
        assert position is not None
        position += self.is_method
        if self._usual is None:
            self._usual = [p for p in self.node.parameters if p.kind in ("positional-only", "positional")]
        return self._usual[position] if position < len(self._usual) else None

    def received(
        self, arguments: Iterable[V], keywords: Mapping[str, V]
    ) -> list[tuple[tree.Parameter | None, V]]:
        """What a call hands over, each with the parameter that it goes to."""
        found = [(self.parameter(index, None), value) for index, value in enumerate(arguments)]
        return found + [(self.parameter(None, key), value) for key, value in keywords.items()]


class ClassDefinition:
    """A class of the project."""

    __slots__ = ("attributes", "has_arguments", "module", "node", "parent", "scope")

    def __init__(self, module: Module, node: tree.Class, parent: Scope) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.scope = Scope(module, parent, self, node.bound, node.body)
        self.attributes: dict[str, list[tuple[Definition, Binding]]] | None = (
            None  # what methods assign to self
        )
        # Is one of its bases given type arguments?
        self.has_arguments = any(base.__class__ is tree.Subscript for base in node.bases)

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
                    receiver = statement.parameters[0].name
                    for attribute, binding in attributes(definition.scope.flat(), receiver):
                        found.setdefault(attribute, []).append((definition, binding))
            self.attributes = found
        return self.attributes.get(name, [])


def kept_in(method: Definition) -> list[tuple[str, tree.Name]]:
    """The attributes of its object in which a method keeps variables, each with the name that it assigns."""
    parameters = method.node.parameters
    return [
        (attribute, binding.node)
        for attribute, binding in (attributes(method.scope.flat(), parameters[0].name) if parameters else ())
        if binding.kind == "assign" and isinstance(binding.node, tree.Name)
    ]


def global_assignments(module: Module) -> dict[str, list[tuple[Scope, Binding]]]:
    """What the functions of a module bind to names that they declare `global`."""
    found: dict[str, list[tuple[Scope, Binding]]] = {}
    waiting = [module.scope]
    while waiting:
        scope = waiting.pop()
        for statement in scope.flat():
            if statement.__class__ is tree.Function:
                waiting.append(module.definition(statement, scope).scope)
            elif statement.__class__ is tree.Class:
                waiting.append(module.class_definition(statement, scope).scope)
            elif statement.__class__ is tree.Scope and statement.kind == "global":
                for name in statement.names:
                    found.setdefault(name, []).extend((scope, b) for b in scope.bindings(name))
    return found


def mutated(module: Module) -> frozenset[str]:
    """The names in a module whose items are assigned or deleted, or that are given more: `x`, and `.x` for
    attributes.
    """
    found: set[str] = set()
    for node in nodes_in(module.facts.body):
        for item in _changed(node):
            if item.__class__ is tree.Name:
                found.add(item.id)
            elif item.__class__ is tree.Attribute:
                found.add(f".{item.name}")
    return frozenset(found)


def _changed(node: Any) -> list[Any]:
    """The expressions whose items a statement or call changes."""
    kind: Any = node.__class__
    if kind is tree.Assign:
        return [target.value for target in node.targets if target.__class__ is tree.Subscript]
    if kind is tree.Delete:
        return [node.target.value] if node.target.__class__ is tree.Subscript else []
    if kind is tree.AugmentedAssign:
        return [node.target]
    if kind is tree.Call and getattr(node.func, "name", None) in _MUTATORS:
        return [node.func.value]
    return []


_MUTATORS = frozenset(
    {"update", "setdefault", "pop", "popitem", "clear", "append", "extend", "insert", "remove", "add"}
)


def functions(statements: Iterable[Any]) -> Iterator[tree.Function]:
    """The functions that these statements define, also under conditions."""
    return (statement for statement in flattened(statements) if statement.__class__ is tree.Function)


def decorated_by(decorator: Any) -> Any:
    """What stands behind the `@`, without what it is called with."""
    return decorator.func if decorator.__class__ is tree.Call else decorator


def spelled(expression: Any) -> str:
    """A name or attribute chain as source, calls and subscripts left out: `self.session.get`."""
    if expression.__class__ is tree.Name:  # most are, and so are their owners: see `bindings.py`
        return str(expression.id)
    if expression.__class__ is tree.Attribute:
        return f"{spelled(expression.value)}.{expression.name}"
    match expression:
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
