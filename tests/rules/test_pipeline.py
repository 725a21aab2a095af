"""`rules.lint` from paths to findings."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

import rules
from rules.analysis.sources import PathError, decode
from rules.output.fixing import fix

if TYPE_CHECKING:
    from pathlib import Path

SLOW = "import time\nasync def f():\n    time.sleep(1){}\n"


def brief(findings: list[rules.Finding]) -> list[tuple[str, int, str]]:
    return [(f.path, f.line, f.code) for f in findings]


def test_a_finding_is_complete(lint) -> None:
    """Places are 1-based, the chain leads to the primitive, the message is rendered."""
    files = {
        "app.py": "from util import load\nasync def main():\n    load('x')\n",
        "util.py": "import requests\ndef load(u):\n    return get(u)\n"
        "def get(u):\n    return requests.get(u)\n",
    }
    (found,) = lint(files)
    assert (found.path, found.line, found.column, found.end_line, found.end_column) == ("app.py", 3, 5, 3, 14)
    assert (found.code, found.name) == ("LOOP110", "blocking-call-chain")
    assert found.chain == (
        rules.ChainLink("app.py", 3, 5, "load"),
        rules.ChainLink("util.py", 3, 12, "get"),
        rules.ChainLink("util.py", 5, 12, "requests.get"),
    )
    assert "load() -> get() -> requests.get()" in found.message


@pytest.mark.parametrize("only", [("app.py",), ("pkg/a.py",), ("pkg/b.py",)])
def test_a_file_alone_has_the_findings_it_has_among_all(lint, only: tuple[str, ...]) -> None:
    files = {
        "app.py": "from pkg import a, helper\nasync def m():\n    helper()\n    a.A().go()\n    a.work()\n",
        "pkg/__init__.py": "from .b import *\n",
        "pkg/a.py": "from .b import Base, helper\nclass A(Base):\n    def go(self):\n        self.slow()\n"
        "async def work():\n    A().go()\n    return helper()\n",
        "pkg/b.py": "import time\nfrom pkg import a\n"
        "class Base:\n    def slow(self):\n        time.sleep(1)\n"
        "def helper():\n    return a.A().go()\nasync def x():\n    a.work()\n    helper()\n",
    }
    whole = [f for f in lint(files) if f.path in only]
    assert whole
    assert lint(files, only=only) == whole


def test_noqa_silences_its_line(lint) -> None:
    files = {
        "a.py": SLOW.format("  # noqa"),
        "b.py": SLOW.format("  # noqa: LOOP101"),
        "c.py": SLOW.format("  # NOQA: E501, LOOP1"),
        "d.py": SLOW.format("  # noqa: LOOP102"),
    }
    assert brief(lint(files)) == [("d.py", 3, "LOOP101")]


def test_an_unused_noqa_can_be_reported(lint) -> None:
    files = {
        "a.py": SLOW.format("  # noqa: LOOP101, LOOP102"),
        "b.py": "async def f(): pass  # noqa: AWAIT201\n",
    }
    found = lint(files, select=("ALL",), ignore=("TASK306",))
    assert brief(found) == [("a.py", 3, "NOQA"), ("b.py", 1, "NOQA")]
    assert [f.fix is not None for f in found] == [False, True]


def test_a_silenced_primitive_ends_no_chain(lint) -> None:
    source = "import time\ndef g():\n    time.sleep(1)  # noqa: LOOP101\nasync def f():\n    g()\n"
    assert lint({"a.py": source}) == []
    assert lint({"a.py": source.replace("  # noqa: LOOP101", "")}, ignore=("LOOP101",)) == []


def test_ignores_of_files(lint) -> None:
    files = {"a.py": SLOW.format(""), "gen/b.py": SLOW.format("")}
    assert brief(lint(files, per_file_ignores={"gen": ("LOOP",)})) == [("a.py", 3, "LOOP101")]


def test_tests_may_read_files(lint) -> None:
    source = "async def f(p):\n    open(p)\n"
    assert brief(lint({"test_a.py": source, "tests/b.py": source, "c.py": source})) == [
        ("c.py", 2, "LOOP104")
    ]


def test_a_project_adds_its_own_knowledge(lint) -> None:
    source = (
        "import mylib\nasync def f():\n    mylib.fetch(1)\n    mylib.later()\n"
        "    mylib.away(lambda: mylib.fetch(2))\n"
    )
    found = lint({"a.py": source}, blocking={"mylib.fetch": "use mylib.afetch"}, awaitables=("mylib.later",),
                 offloads=("mylib.away",))  # fmt: skip
    assert [(f.line, f.code) for f in found] == [(3, "LOOP107"), (4, "AWAIT201")]
    assert found[0].message == (
        "`mylib.fetch` holds the event loop: the setting `blocking` lists `mylib.fetch`. Use mylib.afetch."
    )


def test_sources_that_can_not_be_read_are_one_finding_each(lint) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "async def f(:\n", "b.py": "# async\nx = '菜'".encode("gbk"), "c.py": "async = " + "(" * 5000,
    }  # fmt: skip
    found = lint(files)
    assert brief(found) == [("a.py", 1, "SYNTAX"), ("b.py", 2, "SYNTAX"), ("c.py", 1, "SYNTAX")]


def test_a_file_that_may_not_be_read_is_a_finding(lint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not silently clean; and asked again when it may be read, though it has not changed."""
    files = {"a.py": SLOW.format(""), "b.py": SLOW.format("")}
    real = open

    def refusing(path: str, *arguments: object) -> object:
        if str(path).endswith("b.py"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", refusing)
        found = lint(files, only=("a.py", "b.py"), cache=True)
    assert brief(found) == [("a.py", 3, "LOOP101"), ("b.py", 1, "SYNTAX")]
    assert "cannot be read: Permission denied" in found[1].message
    assert brief(lint({}, cache=True)) == [("a.py", 3, "LOOP101"), ("b.py", 3, "LOOP101")]


def test_files_that_async_code_can_not_reach_are_not_parsed(lint, monkeypatch: pytest.MonkeyPatch) -> None:
    from rules.analysis import facts

    parsed: list[bytes] = []
    real = facts.build
    monkeypatch.setattr(facts, "build", lambda content: (parsed.append(content), real(content))[1])
    files = {
        "app.py": "import used\nasync def f():\n    used.g()\n",
        "used.py": "def g(): pass\n",
        "unused.py": "def g(): pass\nh(1)\n",
        "importer.py": "import app\nother(1)\n",
        "dropper.py": "import app\napp.f()\n",
    }
    assert brief(lint(files)) == [("dropper.py", 2, "AWAIT201")]
    assert sorted(content.split()[1] for content in parsed) == [b"app", b"g():", b"used"]


def test_contents_may_stand_for_files(tmp_path: Path) -> None:
    (tmp_path / "util.py").write_text("import time\ndef g(): time.sleep(1)\n", encoding="utf-8")
    overlay = {"new.py": b"import util\nasync def f():\n    util.g()\n"}
    found = rules.lint([tmp_path / "new.py"], rules.Settings(), root=tmp_path, overlay=overlay)
    assert brief(found) == [("new.py", 3, "LOOP110")]


@pytest.mark.parametrize("enough", [0, 1 << 30], ids=["in workers", "here"])
def test_contents_that_stand_for_files_find_one_another(monkeypatch, tmp_path: Path, enough: int) -> None:
    """In a folder that does not even exist, packages included."""
    monkeypatch.setattr("rules.analysis.pool.ENOUGH", enough)
    root = tmp_path / "nowhere"
    overlay = {
        "package/__init__.py": b"",
        "package/app.py": b"from package.inner import deep\nasync def f():\n    deep.g()\n",
        "package/inner/__init__.py": b"",
        "package/inner/deep.py": b"import time\ndef g(): time.sleep(1)\n",
    }
    found = rules.lint([root / path for path in overlay], rules.Settings(), root=root, overlay=overlay)
    assert brief(found) == [("package/app.py", 3, "LOOP110")]


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PathError):
        rules.lint([tmp_path / "no.py"], rules.Settings(), root=tmp_path)


FIXABLE = {
    "await": ("async def g(): pass\nasync def f():\n    g()  # why\n", "    await g()  # why\n"),
    "sleep": (SLOW.format("  # why"), "    await asyncio.sleep(1)  # why\n"),
    "trio": ("import trio, time\nasync def f():\n    time.sleep(2)\n", "    await trio.sleep(2)\n"),
    "thread": ("import requests\nasync def f():\n    return requests.get('x').text\n",
               "    return (await asyncio.to_thread(requests.get, 'x')).text\n"),
    "value": ("async def g(): pass\nasync def f():\n    if g().x: pass\n", "    if (await g()).x: pass\n"),
    "with": ("import asyncio\nasync def f():\n    with asyncio.Lock(): pass\n",
             "    async with asyncio.Lock(): pass\n"),
    "for": ("async def g(): yield 1\nasync def f():\n    for x in g(): pass\n",
            "    async for x in g(): pass\n"),
    "call": ("import asyncio\nasync def g(): pass\nasyncio.run(g)\n", "asyncio.run(g())\n"),
    "return": ("async def g(): pass\nasync def f():\n    return g()\n", "    return await g()\n"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "line"), FIXABLE.values(), ids=FIXABLE)
def test_fixing_repairs_once_and_compiles(tmp_path: Path, source: str, line: str) -> None:
    """What is fixed is found no more, comments stay, and fixing again changes nothing."""
    path = tmp_path / "a.py"
    path.write_text(source, encoding="utf-8")

    def lint(contents) -> list[rules.Finding]:
        return rules.lint([path], rules.Settings(cache=False), root=tmp_path, overlay=contents)

    done = fix(lint, lambda name: (tmp_path / name).read_bytes(), decode, unsafe=True)
    text = done.after["a.py"].decode()
    ast.parse(text)
    assert line in text
    assert done.left == []
    again = fix(
        lambda contents: lint({**done.after, **contents}), lambda name: done.after[name], decode, unsafe=True
    )
    assert again.count == 0


def test_no_fix_where_an_await_can_not_be_written(lint) -> None:
    source = (
        "import time\nasync def f(asyncio, xs):\n    time.sleep(1)\n"
        "async def g(xs):\n    class A:\n        x = time.sleep(1)\n    sum(time.sleep(x) for x in xs)\n"
    )
    found = lint({"a.py": source}, select=("LOOP101",))
    assert [(f.line, f.fix) for f in found] == [(3, None), (6, None), (7, None)]
