"""Mutants: named by line and by what happened, each a program that compiles and is no other's copy."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import libcst
import pytest

from grader.audit.mutants import mutants

COURSE = Path(__file__).resolve().parents[3] / "exercises"
REFERENCES = sorted(COURSE.glob("*/reference/*.py"))

SOURCE = dedent(
    '''
    """A kitchen."""

    import asyncio


    async def cook(dish, seconds):
        await asyncio.sleep(seconds)
        return dish
    '''
).lstrip()


def test_a_mutant_says_its_line_and_what_happened():
    """The name is `line N: what`, in the order of the lines; what two operators make counts once."""
    assert [mutant.description for mutant in mutants(SOURCE, "kitchen.py")] == [
        "line 7: asyncio.sleep became time.sleep",
        "line 7: await dropped",
        "line 7: CancelledError swallowed around await asyncio.sleep(seconds)",
        "line 7: await asyncio.sleep(seconds) deleted",
        "line 8: return dish became return None",
    ]


def test_names_are_unique_on_a_line():
    """Two mutants of the same words on one line are told apart by a number."""
    found = mutants("def f():\n    return 1 + 1\n", "m.py")
    assert [mutant.description for mutant in found] == [
        "line 2: 1 became 2",
        "line 2: 1 became 0",
        "line 2: 1 became 2 (2)",
        "line 2: 1 became 0 (2)",
        "line 2: + became -",
        "line 2: return 1 + 1 became return None",
    ]


def test_a_diff_shows_the_change_and_little_else():
    """The diff names file and mutant."""
    mutant = mutants(SOURCE, "kitchen.py")[1]
    assert mutant.diff(SOURCE) == (
        "--- kitchen.py\n"
        "+++ kitchen.py (line 7: await dropped)\n"
        "@@ -5,4 +5,4 @@\n"
        " \n"
        " async def cook(dish, seconds):\n"
        "-    await asyncio.sleep(seconds)\n"
        "+    asyncio.sleep(seconds)\n"
        "     return dish\n"
    )


def test_a_diff_of_a_file_without_a_last_line_end_is_whole():
    """The last line of a diff ends even where the file does not."""
    source = "def f():\n    return 1"
    for mutant in mutants(source, "m.py"):
        assert mutant.diff(source).endswith("\n")


def test_line_ends_stay_as_they_are():
    """A CRLF file gives CRLF mutants, so a diff shows the change alone."""
    source = SOURCE.replace("\n", "\r\n")
    mutant = mutants(source, "m.py")[1]
    assert mutant.source == source.replace("await ", "")


def test_source_that_is_not_python_is_an_error():
    """What to do about it is the caller's to say."""
    with pytest.raises(libcst.ParserSyntaxError):
        mutants("def f(:\n", "m.py")


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.parent.parent.name)
def test_references_of_the_course_have_enough_mutants(path):
    """Twenty at least, all of them programs, all of them different."""
    source = path.read_text(encoding="utf-8")
    found = mutants(source, path.name)
    assert len(found) >= 20
    shapes = [ast.dump(ast.parse(mutant.source)) for mutant in found]
    assert len(set(shapes)) == len(shapes)
    assert ast.dump(ast.parse(source)) not in shapes
    assert len({mutant.description for mutant in found}) == len(found)
