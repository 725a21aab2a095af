"""May a suite be collected before there is a submission?

In: the folder of a suite, read and not run. Out: the names that it borrows from the submission, or None.

A suite that does nothing when it is imported but to define, and that only borrows names there (`from kitchen import
stew`) and uses them in its functions, is the same for every submission: it can be collected once, and each fork gives
the borrowed names what they stand for (`early.py`). Whatever is not known to do nothing keeps a suite from that: it is
collected with each submission, as pytest would.
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_TESTED_WITH = frozenset(["pytest", "pytest_asyncio"])
_MARKS = "pytest.mark."
_DECORATORS = frozenset(
    [
        "pytest.fixture",
        "pytest_asyncio.fixture",
        "builtins.staticmethod",
        "builtins.classmethod",
        "builtins.property",
        "contextlib.contextmanager",
        "contextlib.asynccontextmanager",
        "dataclasses.dataclass",
        "functools.cache",
        "functools.cached_property",
        "functools.lru_cache",
        "functools.total_ordering",
        "abc.abstractmethod",
        "typing.final",
        "typing.runtime_checkable",
    ]
)
_CALLS = _DECORATORS | frozenset(
    [
        "pytest.param",
        "dataclasses.field",
        "datetime.date",
        "datetime.datetime",
        "datetime.timedelta",
        "fractions.Fraction",
        "decimal.Decimal",
        "pathlib.Path",
        "re.compile",
        "typing.TypeVar",
        *(
            f"builtins.{name}"
            for name in ("bytes", "dict", "float", "frozenset", "int", "len", "list", "range")
        ),
        *(f"builtins.{name}" for name in ("set", "sorted", "str", "sum", "tuple")),
    ]
)
"""They give a value and do nothing else, with arguments that are inert."""
_RUN_BY_CLASSES = frozenset(
    ["__init_subclass__", "__set_name__", "__class_getitem__", "__get__", "__mro_entries__"]
)
"""Methods that run when a class is made, or looked at."""
_MAKERS_OF_CLASSES = frozenset(["builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"])
_READ_BY_PYTEST = ("pytest_", "collect_ignore", "__getattr__", "__path__", "test", "Test")


class Borrowed(NamedTuple):
    """A name of the suite that stands for something of the submission."""

    file: str
    name: str
    module: str
    attribute: str | None
    """None: the module itself."""


def borrowed(suite: Path, module: str) -> list[Borrowed] | None:
    """What the files in `suite` borrow of `module` (and of what is inside of it); None where one of them may do
    something when it is imported, or cannot be read."""
    files = sorted(suite.rglob("*.py"))
    own = frozenset(path.stem for path in files)
    found: list[Borrowed] = []
    for path in files:
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError):
            return None
        reading = _File(str(path), module, own)
        if not all(map(reading.is_inert, tree.body)):
            return None
        found += reading.borrowed
    return found


class _File:
    """One file: statement by statement, since names mean what was said before."""

    def __init__(self, path: str, module: str, own: frozenset[str]) -> None:
        self._path = path
        self._module = module
        self._own = own
        self._meaning: dict[str, str | None] = {}
        """What was imported: its place in the library. What is defined here and may be used: "". Else None."""
        self._notes_are_text = False
        self.borrowed: list[Borrowed] = []

    def is_inert(self, node: ast.stmt) -> bool:
        """May it be executed without anything being done but to define names?"""
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return True
            case ast.Import():
                return all(self._module_imported(alias) for alias in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                return self._names_imported(module, node.names)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._meaning[node.name] = None  # it could be called
                return not node.name.startswith("pytest_") and self._is_inert_function(node)
            case ast.ClassDef():
                inert = self._is_inert_class(node)
                self._meaning[node.name] = ""
                return inert
            case ast.Assign(targets=[ast.Name(id=name)]):
                return self._is_assigned(name, node.value)
            case ast.AnnAssign(target=ast.Name(id=name)):
                noted = self._notes_are_text or self._is_value(node.annotation)
                return noted and (node.value is None or self._is_assigned(name, node.value))
            case ast.If(test=ast.Name() | ast.Attribute()):
                return self._place(node.test) == "typing.TYPE_CHECKING" and not node.orelse
        return False

    def _is_inert_class(self, node: ast.ClassDef) -> bool:
        parts = [*node.bases, *(keyword.value for keyword in node.keywords)]
        places = [self._place(base) or "" for base in node.bases]
        methods = {
            each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        runs = bool(methods & _RUN_BY_CLASSES) or any(place in _MAKERS_OF_CLASSES for place in places)
        if any(place.startswith("enum.") for place in places):  # its members are made with the class
            runs = runs or any(name.startswith("_") for name in methods)
        inert = all(map(self._is_value, parts)) and all(map(self._is_decorator, node.decorator_list))
        return inert and not runs and all(map(self._is_inert_member, node.body))

    def _is_inert_member(self, node: ast.stmt) -> bool:
        """The same in the body of a class, whose names are its own."""
        outside = dict(self._meaning)
        inert = not isinstance(node, ast.Import | ast.ImportFrom | ast.If) and self.is_inert(node)
        self._meaning = outside
        return inert

    def _is_assigned(self, name: str, value: ast.expr) -> bool:
        inert = not name.startswith(_READ_BY_PYTEST) and self._is_value(value)
        self._meaning[name] = ""
        return inert

    def _module_imported(self, alias: ast.alias) -> bool:
        top, _dot, inside = alias.name.partition(".")
        if top == self._module:
            if inside and alias.asname is None:
                return False  # the module inside would have to be imported, too
            return self._is_borrowed(alias.asname or top, alias.name, None)
        if not self._is_harmless(top):
            return False
        self._meaning[alias.asname or top] = None if top in self._own else alias.name if alias.asname else top
        return True

    def _names_imported(self, module: str, aliases: list[ast.alias]) -> bool:
        top = module.partition(".")[0]
        if module == "__future__":
            self._notes_are_text = self._notes_are_text or any(a.name == "annotations" for a in aliases)
            return True
        if any(alias.name == "*" for alias in aliases):
            return False
        if top == self._module:
            return all(self._is_borrowed(each.asname or each.name, module, each.name) for each in aliases)
        if not self._is_harmless(top):
            return False
        for each in aliases:
            self._meaning[each.asname or each.name] = None if top in self._own else f"{module}.{each.name}"
        return True

    def _is_harmless(self, top: str) -> bool:
        """May a module be imported early? The suite's own are looked at, too."""
        return top in self._own or top in _TESTED_WITH or top in sys.stdlib_module_names

    def _is_borrowed(self, name: str, module: str, attribute: str | None) -> bool:
        """Noted; unless pytest would look for tests in it."""
        self._meaning[name] = None
        self.borrowed.append(Borrowed(self._path, name, module, attribute))
        return not name.startswith(_READ_BY_PYTEST)

    def _is_inert_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        arguments = node.args
        evaluated = [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]
        if not self._notes_are_text:
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            every += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
            evaluated += [each.annotation for each in every if each.annotation is not None]
            evaluated += [node.returns] if node.returns is not None else []
        return all(map(self._is_value, evaluated)) and all(map(self._is_decorator, node.decorator_list))

    def _is_decorator(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            return self._is_value(node)
        place = self._place(node) or ""
        return place in _DECORATORS or place.startswith(_MARKS)

    def _is_value(self, node: ast.expr) -> bool:
        """Is it evaluated without anything being called that could do more than give a value?"""
        match node:
            case ast.Constant():
                return True
            case ast.Name() | ast.Attribute():
                return self._place(node) is not None
            case ast.Call():
                place = self._place(node.func) or ""
                parts = [*node.args, *(keyword.value for keyword in node.keywords)]
                return (place in _CALLS or place.startswith(_MARKS)) and all(map(self._is_value, parts))
            case (
                ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Subscript() | ast.Starred() | ast.Slice()
                | ast.UnaryOp() | ast.BinOp() | ast.BoolOp() | ast.Compare() | ast.IfExp()
                | ast.JoinedStr() | ast.FormattedValue()
            ):  # fmt: skip
                parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
                return all(map(self._is_value, parts))
        return False

    def _place(self, node: ast.expr) -> str | None:
        """Where in the library it comes from; "" for what the file itself defines, None for what may be anything."""
        match node:
            case ast.Name(id=name):
                place = f"builtins.{name}"
                is_known = place in _CALLS or isinstance(getattr(builtins, name, None), type)
                return self._meaning.get(name, place if is_known else None)
            case ast.Attribute(value=value, attr=attribute):
                owner = self._place(value)
                return f"{owner}.{attribute}" if owner else owner
        return None
