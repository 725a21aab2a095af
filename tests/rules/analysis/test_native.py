"""Bare nodes give the facts that LibCST's own classes give."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import libcst
import pytest

import rules
from rules.analysis import facts, native, parser
from rules.analysis.positions import Positions

HOME = Path(rules.__file__).parent.parent
# Every kind of node, and every field that may be left out, left out.
GRAMMAR = '''
"""A module."""
from . import a
from .. import (b as c, d,)
from .e.f import *
import g.h as i, j
async def k(a, /, b: int = 1, *c, d=2, **e) -> int:
    async with a as b, c: pass
    async for x in y: pass
    match x:
        case [(1), *_, a] | (b, *c) | (None): pass
        case {"a": 1, **r}: pass
        case A.B(x, y=1) as z if z: pass
        case None | -1 | 1 + 2j | "s" "t" | m.n: pass
        case *a, b: pass
        case []: pass
        case (a | b) as c: pass
        case _: pass
    x: int; x: int = 3; raise; raise A from b; del a, (b), c[0]; assert a, b; assert a; return
def l(a, *, b): global q, r; nonlocal s; yield; (yield x), (yield from y); return a
def m():
    lambda: 1, lambda *a, b=1, **k: a
    f"{a!r:>{w}} {b=} {{}}" "c"; rb'd' b"e"; f""; "f" 'g'
    a[1:2, ::3, *x], a[1], a[1,], a[:]
    try: pass
    except: pass
    try: pass
    except (A, B) as e: pass
    else: pass
    finally: pass
    try: pass
    except* A: pass
    with (a as b, c as (d, e)): pass
    while x: break
    else: continue
    for i, *j in x: pass
    else: pass
    if a: pass
    elif b: pass
    else: pass
    return a if b else c, not a, -a, ~b, +c, a not in b is not c == d, (x := 3), await e
def n():
    [i for i in x if a if b async for c in d]; {a: b for c in d}; {*a, b}; (*a, b); {i for i in x}
    {**a, 'b': c}; (i for i in x); a = b = c, = d; a += 1; a @= b; a //= c; print(*a, **b, c=1); ...
    1.0, 3j, 0x1, 1_0, a @ b // c ** d % e << f >> g & h | i ^ j, a and b or c, a < b <= c != d > e >= f
class A(B, *D, metaclass=C, **E): pass
class F: x: int
class G[T: int = str, *Ts, **P](H[T]): pass
def o[T](x: T) -> T: ...
type X[T] = int
@x.y(1)
@z
async def p(): await q  # noqa
'''


def facts_without(banned: str, *files: Path) -> bytes:
    """The facts of the files, made in a process that can't import a module."""
    code = (
        f"import sys; sys.modules[{banned!r}] = None; from rules.analysis import facts\n"
        "for name in sys.argv[1:]: sys.stdout.buffer.write(facts.encode(facts.build(open(name, 'rb').read())))"
    )
    arguments = [sys.executable, "-c", code, *map(str, files)]
    return subprocess.run(arguments, capture_output=True, cwd=HOME, check=True).stdout


def test_bare_nodes_give_the_same_facts(tmp_path: Path) -> None:
    grammar = tmp_path / "grammar.py"
    grammar.write_text(GRAMMAR, encoding="utf-8")
    assert facts.build(grammar.read_bytes()).tokens == len(Positions(GRAMMAR))
    broken = tmp_path / "broken.py"
    broken.write_text("def f(:\n", encoding="utf-8")
    files = [grammar, broken, Path(native.__file__), Path(subprocess.__file__)]
    assert facts_without("libcst", *files) == facts_without("rules.analysis.native", *files)


def test_the_real_libcst_stays_what_it_is() -> None:
    assert parser.cst is native.cst
    assert type(native.parse_module("x\n")) is native.cst.Module
    assert sys.modules["libcst"] is libcst
    assert type(libcst.parse_module("x\n")) is libcst.Module


def test_what_is_no_python_is_said_as_libcst_says_it() -> None:
    with pytest.raises(native.ParserSyntaxError) as caught:
        native.parse_module("x = (\n")
    with pytest.raises(libcst.ParserSyntaxError) as real:
        libcst.parse_module("x = (\n")
    assert (caught.value.message, caught.value.raw_line, caught.value.raw_column) == (
        real.value.message, real.value.raw_line, real.value.raw_column,
    )  # fmt: skip


def test_nobody_takes_the_stand_in_for_a_package() -> None:
    with pytest.raises(AttributeError):
        _ = native.cst.__path__


def test_libcst_is_used_where_it_builds_trees_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "parse_module", lambda _text: object())
    assert not native._works()
    monkeypatch.setattr(native, "parse_module", libcst.parse_module)
    assert not native._works()


@pytest.mark.parametrize("missing", ["libcst", "libcst.native"])
def test_a_missing_extension_is_an_import_error(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    real = PathFinder.find_spec
    monkeypatch.delitem(sys.modules, "libcst.native", raising=False)
    monkeypatch.setattr(
        PathFinder, "find_spec", lambda name, path=None: None if name == missing else real(name, path)
    )
    with pytest.raises(ImportError):
        native._extension()
