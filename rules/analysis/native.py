"""LibCST's native parser without LibCST's Python classes.

The native parser builds its tree by asking the module `libcst` in `sys.modules` for a class of each node's
name and calling it with the fields as keywords. LibCST's own classes are frozen dataclasses with a slow
`__init__`, and importing them takes longer than parsing a large file. Here that module is a stand-in: nodes
are plain namespaces, made by C code, and blanks, comments and closing brackets are not made at all. It imports
`libcst` anew for every node, so that the import system is kept out of its way as well. Parsing takes 40 % less
time, and start-up loses its largest import.

`cst` is what the walk compares classes with; it holds the same names as `libcst`. Whoever imports the real
LibCST in the same process gets it: the stand-in is in `sys.modules` only while a text is being parsed. Where
an extension of another version does not work in this way, `load` fails, and the real LibCST is used.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from threading import Lock
from types import FunctionType, SimpleNamespace
from typing import Any, Final

# Nobody asks for these; a call of the method gives "" whatever its keywords.
_NOT_MADE: Final = (
    "AssignEqual", "Colon", "Comment", "Dot", "EmptyLine", "LeftCurlyBrace", "LeftSquareBracket", "Newline",
    "ParenthesizedWhitespace", "RightCurlyBrace", "RightParen", "RightSquareBracket", "Semicolon",
    "SimpleWhitespace", "TrailingWhitespace",
)  # fmt: skip
# The native parser leaves out a field that is None; in LibCST the dataclass fills it in.
_OPTIONAL: Final = (
    "annotation", "asname", "asynchronous", "bound", "cause", "comma", "conversion", "default", "exc", "finalbody",
    "format_spec", "guard", "inner_for_in", "keyword", "lbracket", "lower", "module", "msg", "name", "orelse",
    "pattern", "rest", "returns", "star", "star_arg", "star_kwarg", "step", "type", "type_parameters", "upper", "value",
)  # fmt: skip
# Here `lpar` is one optional bracket; everywhere else it is a sequence that is always given.
_ONE_BRACKET: Final = ("ClassDef", "ImportFrom", "With")


class ParserSyntaxError(Exception):
    """The text is no Python; what LibCST's error of that name says, lines from 1, columns from 0."""

    def __init__(self, message: str, *, raw_line: int, raw_column: int, **_: object) -> None:
        super().__init__(message)
        self.message = message
        self.raw_line = raw_line
        self.raw_column = raw_column


class StandIn:
    """The module `libcst` as the native parser needs it. Node classes are made when they are asked for, as
    attributes of the class: without a dictionary of the instance there is one place less to look them up.
    """

    __slots__ = ()
    ParserSyntaxError = ParserSyntaxError

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _NOT_MADE:
            made: Any = "".format
        else:
            absent = dict.fromkeys((*_OPTIONAL, "lpar") if name in _ONE_BRACKET else _OPTIONAL)
            made = type(name, (SimpleNamespace,), {"__slots__": (), **absent})
        setattr(StandIn, name, made)
        return made


def _extension() -> Any:
    """LibCST's extension module; its Python package is not imported.

    Raises:
        ImportError: there is no LibCST, or its extension can't be loaded like this.
    """
    loaded = sys.modules.get("libcst.native")
    if loaded is not None:
        return loaded
    package = PathFinder.find_spec("libcst")
    if package is None or package.submodule_search_locations is None:
        raise ImportError("LibCST is not installed")
    spec = PathFinder.find_spec("libcst.native", package.submodule_search_locations)
    if spec is None or spec.loader is None:
        raise ImportError("this LibCST has no native parser")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _call(native: Any, text: str) -> Any:
    return native(text)


cst: Final = StandIn()
_lock: Final = Lock()
_native: Final = _extension()
# C code imports with the `__import__` of the frame that called it, then looks into `sys.modules` itself. This
# frame's takes the five arguments as they are and, where nobody listens, does nothing.
_call_without_imports: Final = FunctionType(_call.__code__, {"__builtins__": {"__import__": sys.audit}})


def parse_module(text: str) -> Any:
    """The tree of a text; its nodes are of the classes in `cst`.

    Raises:
        ParserSyntaxError: the text is no Python.
    """
    with _lock:  # of two threads, one would take the stand-in away from the other
        outside = sys.modules.get("libcst")
        sys.modules["libcst"] = cst  # type: ignore[assignment]  # as good as a module to the parser
        try:
            return _call_without_imports(_native.parse_module, text)
        finally:
            if outside is None:
                del sys.modules["libcst"]
            else:
                sys.modules["libcst"] = outside


def _works() -> bool:
    """Does the native parser build what the walk expects?"""
    body = getattr(parse_module("a.b  # c\n"), "body", None)
    if not isinstance(body, tuple) or len(body) != 1 or type(body[0]) is not cst.SimpleStatementLine:
        return False
    value = body[0].body[0].value
    return type(value) is cst.Attribute and value.attr.value == "b" and value.lpar == ()


if not _works():
    raise ImportError("this LibCST builds its tree in another way")
