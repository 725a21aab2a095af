"""Places are token ordinals: the walk and the lexer must count alike, whatever the source."""

from __future__ import annotations

import asyncio
import inspect
import json.decoder
import typing
from pathlib import Path

import pytest

import rules
from rules.analysis import facts
from rules.analysis.parser import parse_module
from rules.analysis.positions import Positions
from rules.analysis.walk import walk

SNIPPETS = {
    "f-strings": 'f"{a!r:>{width}} {{x}} {b[0]:{c}.{d}} {e=}" + rf"\\{g}" + f"""{h:%Y-%m}\n{i}"""',
    "nested quotes": "f\"{x['a']} {y(\"z\") if w else ''}\"",
    "named characters": 'f"\\N{BULLET} {a}" "b" f"{c}"',
    "numbers": "0xFFe5 + 1_000j + 1e-5 + .5e3 + 1.0.real + 0b1 + 0o7",
    "operators": "not a in b\na is not b\na not in b\n(yield)\nx = lambda *a, b=1, **k: (a, b, k)",
    "strings": "'it\\'s' \"a\" '''b'c''' r'\\\\' u'z'\nx = rb'''x''' B'y'",
    "comments": "# f(x)\na = 1  # 'b\nc = '#d'\n",
    "continuation": "a = b + \\\n    c\nif a and \\\n  b: pass\n",
    "statements": (
        "async def f[T: int = str](a: int, /, b=1, *c, d, **e) -> 'x':\n"
        "  async with a as b, (c) as d: pass\n  async for (x, *y) in z: await (q)\n  else: pass\n"
        "  return [i async for i in j if k if l]\n"
        "class A(B, metaclass=C): x: int = 1\n"
        "try: pass\nexcept (E, F) as g: raise H from i\nelse: pass\nfinally: del a, (b), [c]\n"
        "from . import (a as b, c)\nfrom ..x.y import *\nimport a.b as c, d\n"
        "global g1, g2\nassert a, b\nwith (a as b, c): pass\ntype X[T] = list[T]\n"
        "while (n := f()): continue\nfor i, in x: break\n@d.e(1)\nclass F: pass\n"
    ),
    "except star": "try: pass\nexcept* (A, B) as c: pass\n",
    "match": (
        "match a, b:\n  case [1, x, *_] | (2, *y): pass\n  case {'k': v, **rest} if v: pass\n"
        "  case P(1, q=r) as s: pass\n  case None | -1 | a.b: pass\n  case (z): pass\n  case _: pass\n"
        "match = case = type = 1\nmatch(case)\n"
    ),
    "form feeds and tabs": "if a:\n\tb\n\x0c\nc = {**d, 'e': [*f], g: (yield)}\n",
    "carriage returns": "a = 1\r\nb = '''x\r\ny'''\r\nc = (\r\n d)\r\n",
    "soft keywords": "_ = type(match)\nmatch x:\n  case _: _ = 1\n",
}


@pytest.mark.parametrize("source", SNIPPETS.values(), ids=SNIPPETS)
def test_the_lexer_counts_what_the_walk_counts(source: str) -> None:
    assert len(Positions(source)) == walk(parse_module(source))[2]


@pytest.mark.parametrize(
    "path",
    [*sorted(Path(rules.__file__).parent.glob("analysis/*.py")), *(
        Path(inspect.getfile(module)) for module in (asyncio.base_events, typing, json.decoder)
    )],
    ids=lambda path: path.name,
)  # fmt: skip
def test_they_agree_on_real_files(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert facts.build(source.encode()).tokens == len(Positions(source))


def test_a_token_has_its_line_and_column() -> None:
    """Columns count characters from 1, tabs and wide characters as one."""
    source = 'if x:\n\ty("菜", z)\r\n'
    positions = Positions(source)
    places = [positions.place(start) for start in positions.starts]
    assert places == [(1, 1), (1, 4), (2, 2), (2, 3), (2, 4), (2, 9)]
    assert positions.place(positions.closer(3)) == (2, 11)


def test_beyond_the_end_is_the_end() -> None:
    positions = Positions("a(")
    assert positions.start(99) == positions.end(99) == positions.closer(1) == 2


@pytest.mark.parametrize("source", ["f'{", "f'{a!", "f'{a:", "'", '"""', "f'\\N{", "f'{a:{", ")", "f'{a}}"])
def test_broken_text_ends_the_lexer_and_nothing_else(source: str) -> None:
    assert len(Positions(source)) >= 0
