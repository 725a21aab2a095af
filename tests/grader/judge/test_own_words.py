"""Words of the submission's own and of Python's are told; whatever else it says of itself is not."""

from __future__ import annotations

import asyncio  # noqa: F401 - its names are looked up among the loaded modules

import pytest

from grader.judge.own_words import OwnWords
from grader.locale import speaking

SOURCE = 'async def cook(dish):\n    pots = create_task(stir(), name="the stew")\n\nclass Pot:\n    pass'


@pytest.fixture
def own(tmp_path):
    (tmp_path / "copy.py").write_text(SOURCE, "utf-8")
    return OwnWords({str(tmp_path / "copy.py"): "shop/kitchen.py", str(tmp_path / "none.py"): "none.py"})


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("shop/kitchen.py", 1, "shop/kitchen.py:1"),
        ("shop/kitchen.py", 6, "shop/kitchen.py:6"),  # where a file ends too early
        ("shop/kitchen.py", 7, None),
        ("shop/kitchen.py", 0, None),
        ("secret.py", 1, None),
        ("none.py", 1, None),
    ],
)
def test_lines(own, file, line, told):
    assert own.place(file, line) == told
    assert own.told_place(f"{file}:{line}") == told
    assert own.place_of_name(f"/elsewhere/{file}", line) == told


@pytest.mark.parametrize("text", [None, "", "shop/kitchen.py", "shop/kitchen.py:", "shop/kitchen.py:²", ":1"])
def test_what_is_no_place(own, text):
    assert own.told_place(text) is None


def test_names(own):
    names = ("the stew", "stew", "cook", "secret", "", "Task-1")
    assert [own.name(name) for name in names] == ["the stew", "", "", "", "", ""]
    functions = ("cook", "cook.<locals>.<lambda>", "Pot.stir", "Pot.secret", "<module>", "", "...")
    assert [own.function(name) for name in functions] == [*functions[:3], "", "<module>", "", ""]
    errors = ("KeyError", "Pot", "Secret", "print")
    assert [own.exception(name) for name in errors] == ["KeyError", "Pot", "Exception", "Exception"]


def test_what_is_waited_for(own):
    awaited = (
        "asyncio.Queue.get",
        "asyncio.sleep",
        "time.sleep",
        "Future",
        "cook",
        "secret.get",
        "asyncio.secret",
        "Task-7",
    )
    assert [own.awaited(what) for what in awaited] == [*awaited[:5], "", "", ""]
    with speaking("zh-CN"):
        assert own.awaited("its next turn") == "下一次轮到它"
        assert own.awaited("the other side") == "测试那边的东西"
