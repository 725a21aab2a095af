"""Whatever the bytes of a project are, linting it ends with findings or with one clear finding about a file."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesmith import from_grammar

import rules

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
SEEDS = sorted((Path(__file__).parents[1] / "fixtures").glob("*/*.py"))
KNOWN = {"SYNTAX"} | {rule.code for rule in __import__("rules.registry").registry.RULES}


def lint(content: bytes, root: Path) -> list[rules.Finding]:
    found = rules.lint(["m.py"], rules.Settings(cache=False), root=root, overlay={"m.py": content})
    lines = content.count(b"\n") + content.count(b"\r") + content.count(b"\f") + 2
    for finding in found:
        assert finding.code in KNOWN
        assert finding.path == "m.py"
        assert 1 <= finding.line <= finding.end_line <= lines
        assert finding.message
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=from_grammar())
def test_any_program_of_the_grammar(project: Path, source: str) -> None:
    """What the grammar allows is analysed, or refused with one finding."""
    found = lint(source.encode("utf-8", "surrogatepass"), project)
    assert sum(finding.code == "SYNTAX" for finding in found) <= 1


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200))
def test_any_bytes(project: Path, content: bytes) -> None:
    """Bytes that are no program give at most one finding about the file."""
    assert sum(finding.code == "SYNTAX" for finding in lint(content, project)) <= 1


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_damaged_programs(project: Path, seed: int) -> None:
    """Async programs with bytes changed, removed, repeated or swapped, or lines lost."""
    chance = random.Random(seed)
    content = bytearray(chance.choice(SEEDS).read_bytes()[:3000])
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content))
        match chance.randrange(5):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randint(1, 40)]
            case 2:
                content[at:at] = content[at : at + chance.randint(1, 40)]
            case 3:
                content[at:at] = chance.choice(
                    [b"await ", b"async ", b"(", b"\x0c", b"\r", b"\t", b"\xef\xbb\xbf", b"*"]
                )
            case _:
                lines = bytes(content).splitlines(keepends=True)
                lines.pop(chance.randrange(len(lines)))
                content = bytearray(b"".join(lines) or b"\n")
        if not content:
            break
    lint(bytes(content), project)


@pytest.mark.parametrize(
    "name",
    ["test_grammar", "test_coroutines", "test_patma", "test_fstring", "test_asyncgen", "test_contextlib_async",
     "test_generators", "test_types", "badsyntax_pep3120", "test_source_encoding", "bad_coding", "doctest_lineno"],
)  # fmt: skip
def test_files_of_the_standard_library(project: Path, name: str) -> None:
    """The interpreter's own tests hold every corner of the language."""
    found = next(iter(LIBRARY.glob(f"test/**/{name}.py")), None)
    if found is None:  # an interpreter without its tests, or a later version without this one
        found = LIBRARY / "contextlib.py"
    lint(found.read_bytes(), project)


CASES = {
    "empty": b"",
    "only a byte order mark": b"\xef\xbb\xbf",
    "zero bytes": b"\0" * 1000,
    "undecodable": b"x = '\xff\xfe'\n",
    "unknown encoding": b"# coding: klingon\nx = 1\n",
    "GBK": "# coding: gbk\nimport time\nasync def f():\n    time.sleep(1)  # 等\n".encode("gbk"),
    "brackets": b"x = " + b"(" * 5000 + b")" * 5000,
    "unclosed brackets": b"(" * 100_000,
    "unary operators": b"x = " + b"-" * 50_000 + b"1",
    "not": b"x = " + b"not " * 20_000 + b"y",
    "a long sum": b"x = " + b" + ".join([b"1"] * 20_000),
    "a long chain": b"async def f(x):\n    x" + b".a()" * 5000,
    "a long elif": b"async def f(x):\n    if x: pass\n" + b"    elif x: f(x)\n" * 1500,
    "nested blocks": b"".join(b" " * i + b"if x:\n" for i in range(95)) + b" " * 95 + b"pass\n",
    "nested functions": b"".join(b" " * i + b"async def f():\n" for i in range(90)) + b" " * 90 + b"f()\n",
    "a long line": b"x = '" + b"a" * 2_000_000 + b"'\n",
    "a long run of blanks": b"from" + b" " * 300_000 + b"x\nasync def f():\n    pass\n",
    "a long run of dots": b"from " + b"." * 300_000 + b"\nasync def f():\n    pass\n",
    "a long run of letters": b"a" * 1_000_000,
    "many names": b"async def f():\n" + b"".join(b"    x%d = f()\n" % i for i in range(2000)),
    "itself": b"from m import *\nimport m\nfrom . import m as n\nclass A(A): pass\nasync def f(): A().x.y()\n",
    "a cycle of classes": b"class A(B):\n    x = 1\nclass B(A):\n    pass\nasync def f():\n    A().g()\n    B.h()\n",
    "a cycle of names": b"a = b\nb = c\nc = a\nasync def f():\n    a()\n    b.c.d()\n",
    "a cycle of decorators": b"def d(f):\n    return d(f)\n@d\n@d\nasync def f():\n    f()\n    d(d)(f)()\n",
    "a cycle of calls": b"def a():\n    return b()\ndef b():\n    return a()\nasync def f():\n    a()\n"
    b"    (await b())()\n",
}


@pytest.mark.parametrize("content", CASES.values(), ids=CASES.keys())
def test_extremes(project: Path, content: bytes) -> None:
    """One finding about the file at most, and no stack, time or memory without bound."""
    found = lint(content, project)
    assert sum(finding.code == "SYNTAX" for finding in found) <= 1


def test_gbk_is_read(project: Path) -> None:
    """An encoding that a file declares is honoured."""
    assert [finding.code for finding in lint(CASES["GBK"], project)] == ["LOOP101"]
