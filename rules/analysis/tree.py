"""The simplified syntax tree that facts are made of.

LibCST keeps every blank; the analysis needs names, values and order. These nodes keep just that, in a form
that msgspec writes and reads in one go. Two decisions make the record quick:

- **Places are token ordinals.** `at` is the number of the node's first *counted token* in the file: names and
  keywords, strings, and opening brackets. The walk only has to count; `positions.py` turns an ordinal into
  line and column from the source text alone, and only for a file that has something to say.
- **Function bodies are encoded apart** (`Function.body` is raw msgpack), so that decoding a module costs its
  outline, and a body is decoded when the analysis enters that function.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """What every node has: `at`, the ordinal of its first counted token (own parentheses not included)."""

    at: int


class Name(Node, frozen=True, tag=1):
    id: str


class Attribute(Node, frozen=True, tag=2):
    value: Expr
    name: str
    name_at: int


class Call(Node, frozen=True, tag=3):
    """`keywords` holds (keyword or None for `**x`, value); starred arguments are `Starred`."""

    func: Expr
    arguments: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]
    bracket: int  # ordinal of the opening parenthesis


class Await(Node, frozen=True, tag=4):
    value: Expr


class Constant(Node, frozen=True, tag=5):
    """A literal. Long strings and those with escapes become ""; bytes and floats keep only their kind."""

    kind: Literal["none", "bool", "int", "str", "bytes", "number", "ellipsis"]
    value: bool | int | str | None = None


class Sequence(Node, frozen=True, tag=6):
    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]


class Dict(Node, frozen=True, tag=7):
    """`keys` has None where a `**mapping` is spread."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]


class For(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One `for target in iter if ...` of a comprehension."""

    at: int
    target: Expr
    iter: Expr
    conditions: tuple[Expr, ...]
    is_async: bool


class Comprehension(Node, frozen=True, tag=8):
    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    value: Expr | None  # the value of a dict's entry
    loops: tuple[For, ...]


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    at: int
    name: str
    kind: Literal["positional-only", "positional", "rest", "keyword-only", "keywords"]
    annotation: Expr | None
    default: Expr | None


class Lambda(Node, frozen=True, tag=9):
    parameters: tuple[Parameter, ...]
    body: Expr


class Boolean(Node, frozen=True, tag=10):
    operator: Literal["and", "or"]
    left: Expr
    right: Expr


class Compare(Node, frozen=True, tag=11):
    left: Expr
    operators: tuple[str, ...]
    rights: tuple[Expr, ...]


class Binary(Node, frozen=True, tag=12):
    operator: str
    left: Expr
    right: Expr


class Unary(Node, frozen=True, tag=13):
    operator: str
    operand: Expr


class Conditional(Node, frozen=True, tag=14):
    test: Expr
    body: Expr
    orelse: Expr


class Walrus(Node, frozen=True, tag=15):
    target: Expr
    value: Expr


class Starred(Node, frozen=True, tag=16):
    value: Expr


class Yield(Node, frozen=True, tag=17):
    value: Expr | None
    is_from: bool


class Formatted(Node, frozen=True, tag=18):
    """An f-string: the expressions in it, in order; `represented` are the indices of those under `!r` or `!a`."""

    parts: tuple[Expr, ...]
    represented: tuple[int, ...]


class Subscript(Node, frozen=True, tag=19):
    value: Expr
    index: Expr
    bracket: int


class Slice(Node, frozen=True, tag=20):
    parts: tuple[Expr, ...]


# -- statements


class Expression(Node, frozen=True, tag=40):
    value: Expr


class Assign(Node, frozen=True, tag=41):
    targets: tuple[Expr, ...]
    value: Expr


class AugmentedAssign(Node, frozen=True, tag=42):
    target: Expr
    operator: str
    value: Expr


class AnnotatedAssign(Node, frozen=True, tag=43):
    target: Expr
    annotation: Expr
    value: Expr | None


class Return(Node, frozen=True, tag=44):
    value: Expr | None


class Raise(Node, frozen=True, tag=45):
    exception: Expr | None
    cause: Expr | None


class Delete(Node, frozen=True, tag=46):
    target: Expr


class Assert(Node, frozen=True, tag=47):
    test: Expr
    message: Expr | None


class Import(Node, frozen=True, tag=48):
    """`names` holds (dotted name, `as` name or None)."""

    names: tuple[tuple[str, str | None], ...]


class ImportFrom(Node, frozen=True, tag=49):
    """`names` holds (name, `as` name or None), ("*", None) for a star import. `level` counts the dots."""

    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]


class Scope(Node, frozen=True, tag=50):
    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


class Jump(Node, frozen=True, tag=51):
    kind: Literal["pass", "break", "continue"]


class If(Node, frozen=True, tag=52):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class While(Node, frozen=True, tag=53):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class ForLoop(Node, frozen=True, tag=54):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool


class With(Node, frozen=True, tag=55):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    is_async: bool


class Handler(msgspec.Struct, frozen=True, array_like=True, gc=False):
    at: int
    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


class Try(Node, frozen=True, tag=56):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    is_star: bool


class Case(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`names` are bound by the pattern; `values` are the expressions in it. `cls`: the class of a pattern
    `Class(...)`, `alias`: the name that its `as` binds.
    """

    at: int
    names: tuple[str, ...]
    values: tuple[Expr, ...]
    guard: Expr | None
    body: tuple[Stmt, ...]
    catches_all: bool
    cls: Expr | None = None
    alias: str | None = None


class Match(Node, frozen=True, tag=57):
    subject: Expr
    cases: tuple[Case, ...]


class Function(Node, frozen=True, tag=58):
    """A `def`. `at` is its `def` or `async` keyword. `bound`: the names local to it, with parameters."""

    name: str
    name_at: int
    is_async: bool
    is_generator: bool
    awaits: bool  # an await, async for or async with in its own body
    returns_value: bool  # a `return` with a value in its own body
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    bound: tuple[str, ...]
    body: msgspec.Raw


class Class(Node, frozen=True, tag=59):
    name: str
    name_at: int
    bases: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]
    decorators: tuple[Expr, ...]
    bound: tuple[str, ...]
    body: tuple[Stmt, ...]


class AliasStatement(Node, frozen=True, tag=60):
    name: str
    value: Expr


Expr: TypeAlias = (
    Name | Attribute | Call | Await | Constant | Sequence | Dict | Comprehension | Lambda | Boolean | Compare
    | Binary | Unary | Conditional | Walrus | Starred | Yield | Formatted | Subscript | Slice
)  # fmt: skip
Stmt: TypeAlias = (
    Expression | Assign | AugmentedAssign | AnnotatedAssign | Return | Raise | Delete | Assert | Import
    | ImportFrom | Scope | Jump | If | While | ForLoop | With | Try | Match | Function | Class
    | AliasStatement
)  # fmt: skip

LONGEST_STRING = 300

_encode = msgspec.msgpack.Encoder().encode
_decode_body = msgspec.msgpack.Decoder(tuple[Stmt, ...]).decode


def pack(body: tuple[Stmt, ...]) -> msgspec.Raw:
    """Encode a function's body."""
    return msgspec.Raw(_encode(body))


def unpack(function: Function) -> tuple[Stmt, ...]:
    """Decode the body of a function."""
    return _decode_body(function.body)
