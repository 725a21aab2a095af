"""A suite that is collected once says the same of every submission as one that is collected with each."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.judge.client import WarmJudge
from grader.judge.early import NotEarlyError, _Place, _see_that_nobody_else_has_them
from grader.judge.inert import Borrowed, borrowed
from grader.judge.verdicts import Kind, Verdict
from grader.sandbox.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

CONFTEST = """\
import pytest
import solution as handed_in

@pytest.fixture
def pot():
    return handed_in.Pot(2)
"""
SUITE = """\
from __future__ import annotations

import asyncio
import enum
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import solution
from helpers import doubled
from solution import Pot, stew as cook

if TYPE_CHECKING:
    from collections.abc import Iterator

DISHES = ["soup", "beans"] + ["rice"] * 2
SEEN: list[str] = []
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

class Size(enum.Enum):
    SMALL = 1
    LARGE = 2

@dataclass(frozen=True)
class Order:
    dish: str
    extras: list[str] = field(default_factory=list)

class TestPot:
    sizes = (Size.SMALL, Size.LARGE)

    @pytest.fixture
    def three(self) -> Iterator[int]:
        yield 3

    @pytest.mark.parametrize("size", [Size.SMALL, pytest.param(Size.LARGE, marks=pytest.mark.points(2))])
    def test_it_is_filled(self, pot: Pot, size: Size, three: int):
        pot.fill(size.value)
        assert pot.content == size.value and doubled(three) == 6

@pytest.mark.title(en="Each dish is cooked")
@pytest.mark.parametrize(("dish", "seconds"), [(dish, n) for dish, n in ()] if False else [("soup", 1), ("beans", 2)])
async def test_cook(dish, seconds):
    SEEN.append(dish)
    assert SEEN == [dish] or dish == "beans"
    assert await cook(dish, seconds) == f"{dish} {random.randrange(3)}" or True
    served = list(solution.served)
    assert dish in served

def test_later():
    from solution import later

    assert asyncio.run(later()) == "later"
"""
SUITE = SUITE.replace("[(dish, n) for dish, n in ()] if False else ", "")
HELPERS = "def doubled(number):\n    return 2 * number\n"
GOOD = """\
import asyncio
import random
print("hello")
served = []

class Pot:
    def __init__(self, size):
        self.size = size
        self.content = 0
    def fill(self, amount):
        if amount > self.size:
            raise ValueError("too much")
        self.content = amount

async def stew(dish, seconds):
    await asyncio.sleep(seconds)
    served.append(dish)
    return f"{dish} {random.randrange(3)}"

async def later():
    return "later"
"""
SUBMISSIONS = {
    "good": GOOD,
    "wrong": GOOD.replace("served.append", "len"),
    "raises": GOOD.replace("if amount", "if 2 *"),
    "lacks a name": GOOD.replace("async def stew", "async def stow"),
    "lacks a name for one test": GOOD.replace("async def later", "async def sooner"),
    "lacks what a fixture needs": GOOD.replace("class Pot", "class Pan"),
    "cannot be imported": GOOD + "\nimport nothing_of_the_kind\n",
    "cannot be parsed": GOOD + "\ndef (:\n",
    "raises when imported": GOOD + "\nraise SystemExit(3)\n",
    "ends when imported": GOOD + "\nimport os\nos._exit(76)\n",
    "crashes in a test": GOOD.replace("served.append", "import os; os._exit"),
    "never ends": GOOD.replace("    await asyncio.sleep(seconds)", "    await asyncio.Event().wait()"),
    "is something else": "import sys\nsys.modules[__name__] = 3\n",
}


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "hidden"
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_kitchen.py").write_text(SUITE)
    (folder / "helpers.py").write_text(HELPERS)
    return folder


def judgements(suite: Path, *, early: bool):
    with WarmJudge(
        suite, "solution", Limits(), isolation="none", reference={"solution.py": GOOD.encode()}
    ) as judge:
        assert judge.early is early
        for text in SUBMISSIONS.values():
            judged = judge.judge_files({"solution.py": text.encode()}, seed=7)
            yield tuple(map(comparable, judged.verdicts)), judged.facts, judged.printed


def comparable(verdict: Verdict) -> Verdict:
    message = re.sub(r"async-grader-judge-\w+", "FOLDER", verdict.message)
    return msgspec.structs.replace(verdict, cpu=0.0, message=message)


def test_it_says_the_same(suite, tmp_path):
    other = shutil.copytree(suite, tmp_path / "other" / "hidden")
    (other / "noise.py").write_text("print()\n")
    early, late = judgements(suite, early=True), judgements(other, early=False)
    for name, first, second in zip(SUBMISSIONS, early, late, strict=True):
        assert first == second, name
        assert (name == "good") == all(verdict.kind is Kind.PASSED for verdict in first[0]), name


INERT = {
    "imports": "import asyncio, os.path\nimport unittest.mock as mock\nfrom time import sleep as nap\n",
    "constants": "A = 1\nB: list[int] = [A, -2, *range(3)]\nC = {'a': len(B), **{}}\nD = f'{A}' if A else b''\n",
    "marks": "import pytest\npytestmark = [pytest.mark.slow, pytest.mark.points(3)]\n",
    "functions": "def f(a, *b: int, c=None, **d) -> str: raise ValueError\nasync def g(): solution.run()\n",
    "borrowed in functions": "import solution\ndef test():\n    assert solution.answer == 42\n",
    "text for notes": "from __future__ import annotations\nimport solution\ndef f(a: solution.A) -> solution.B: ...\n",
    "classes": "import abc\nclass A(abc.ABC):\n    x = 1\n    @property\n    def y(self): ...\nclass B(A): ...\n",
    "typing": "import typing\nif typing.TYPE_CHECKING:\n    import anything\n",
    "nothing": "",
}
ACTS = {
    "a call": "print()",
    "a call of its own": "def f(): ...\nX = f()",
    "a name of the submission": "from solution import answer\nX = answer",
    "an attribute of the submission": "import solution\nX = solution.answer",
    "a case of the submission": "import pytest, solution as s\n@pytest.mark.parametrize('a', s.A)\ndef test(a): ...",
    "a default of the submission": "import solution\ndef f(a=solution.A): ...",
    "a note of the submission": "import solution\ndef f(a: solution.A): ...",
    "a base of the submission": "import solution\nclass A(solution.A): ...",
    "all names": "from solution import *",
    "a module inside": "import solution.inside",
    "something that looks like a test": "from solution import test_it",
    "a class that looks like a test": "from solution import TestIt",
    "a stranger": "import numpy",
    "its own package": "from . import helpers",
    "chance": "import random\nX = random.random()",
    "the clock": "import time\nX = time.time()",
    "a file": "X = open('x')",
    "a shadowed name": "def list(): ...\nX = list()",
    "an imported shadow": "from test_it import len\nX = len()",
    "a decorator of its own": "def f(g): return g\n@f\ndef h(): ...",
    "a registered function": "import atexit\n@atexit.register\ndef h(): ...",
    "names of cases": "import pytest\n@pytest.mark.parametrize('a', [1], ids=lambda a: a)\ndef test(a): ...",
    "a function for names": "import pytest\ndef f(a): ...\n@pytest.mark.parametrize('a', [1], ids=f)\ndef test(a): ...",
    "a hook": "def pytest_generate_tests(metafunc): ...",
    "plugins": "pytest_plugins = ['x']",
    "a loop": "for i in range(3): ...",
    "a branch": "import sys\nif sys.argv: ...",
    "another way": "try:\n    import solution\nexcept ImportError: ...",
    "a metaclass": "class M(type): ...",
    "a class that watches classes": "class A:\n    def __init_subclass__(cls): ...",
    "members that are made": "import enum\nclass A(enum.Enum):\n    X = 1\n    def __init__(self, x): ...",
    "a statement in a class": "class A:\n    print()",
    "an import in a class": "class A:\n    import os",
    "two targets": "a = b = 1",
    "deleting": "a = 1\ndel a",
    "no Python": "def (",
}


@pytest.mark.parametrize("text", INERT.values(), ids=INERT)
def test_inert(tmp_path, text):
    (tmp_path / "test_it.py").write_text(text)
    assert borrowed(tmp_path, "solution") is not None


@pytest.mark.parametrize("text", ACTS.values(), ids=ACTS)
def test_not_inert(tmp_path, text):
    (tmp_path / "test_it.py").write_text(text)
    assert borrowed(tmp_path, "solution") is None


def test_what_is_borrowed(tmp_path):
    file = tmp_path / "test_it.py"
    file.write_text("import solution as s\nfrom solution import a, b as c\nfrom solution.inside import d\n")
    assert borrowed(tmp_path, "solution") == [
        Borrowed(str(file), "s", "solution", None),
        Borrowed(str(file), "a", "solution", "a"),
        Borrowed(str(file), "c", "solution", "b"),
        Borrowed(str(file), "d", "solution.inside", "d"),
    ]


def test_who_else_holds_a_place_is_found():
    place = _Place()
    module, home = {"stew": place}, {"stew": place}
    del place
    _see_that_nobody_else_has_them([module], {(id(home), "stew")})
    with pytest.raises(NotEarlyError):
        _see_that_nobody_else_has_them([module], {(id(home), "soup")})
    kept = [home["stew"]]
    with pytest.raises(NotEarlyError):
        _see_that_nobody_else_has_them([module], {(id(home), "stew")})
    del kept
    _see_that_nobody_else_has_them([module], {(id(home), "stew")})
