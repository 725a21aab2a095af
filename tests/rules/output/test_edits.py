"""Fixes applied to text: whole or not at all, line ends and everything around them kept."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.findings import Edit, Fix
from rules.output.edits import apply_fixes, changed_lines, diff, lines_of


def fix(*edits: Edit) -> Fix:
    return Fix("safe", "m", edits)


IMPORT = Edit(1, 1, 1, 1, "import asyncio\n")


@pytest.mark.parametrize(
    ("text", "fixes", "after", "count"),
    [
        pytest.param("f()\n", [fix(Edit(1, 1, 1, 1, "await "))], "await f()\n", 1, id="insert"),
        pytest.param("a\r\nb\r\n", [fix(Edit(2, 1, 2, 2, "c"))], "a\r\nc\r\n", 1, id="line-ends-are-kept"),
        pytest.param("a\rb", [fix(Edit(2, 1, 2, 2, "c"))], "a\rc", 1, id="old-mac"),
        pytest.param(
            "a\x0cb\nc\n", [fix(Edit(2, 1, 2, 2, "d"))], "a\x0cb\nd\n", 1, id="form-feed-ends-no-line"
        ),
        pytest.param("汤()\n", [fix(Edit(1, 2, 1, 4, "[]"))], "汤[]\n", 1, id="columns-are-characters"),
        pytest.param(
            "abc", [fix(Edit(1, 1, 1, 3, "x")), fix(Edit(1, 2, 1, 4, "y"))], "xc", 1, id="overlap-waits"
        ),
        pytest.param(
            "ab", [fix(Edit(1, 1, 1, 2, "x")), fix(Edit(1, 2, 1, 3, "y"))], "xy", 2, id="neighbours"
        ),
        pytest.param(
            "1\nf()\ng()\n",
            [fix(IMPORT, Edit(2, 1, 2, 1, "await ")), fix(IMPORT, Edit(3, 1, 3, 1, "await "))],
            "import asyncio\n1\nawait f()\nawait g()\n",
            2,
            id="one-import-for-two",
        ),
        pytest.param("a", [fix(Edit(1, 1, 1, 1, "x")), fix(Edit(1, 1, 1, 1, "y"))], "xa", 1, id="same-place"),
        pytest.param(
            "abcd", [fix(Edit(1, 1, 1, 5, "x")), fix(Edit(1, 3, 1, 3, "y"))], "x", 1, id="insert-inside"
        ),
        pytest.param(
            "abcd", [fix(Edit(1, 3, 1, 3, "y")), fix(Edit(1, 1, 1, 5, "x"))], "abycd", 1, id="around-insert"
        ),
        pytest.param("a", [fix()], "a", 0, id="no-edits"),
        pytest.param("a", [fix(Edit(9, 9, 9, 9, "b"))], "ab", 1, id="past-the-end"),
    ],
)
def test_fixes_are_applied_together_where_they_fit(
    text: str, fixes: list[Fix], after: str, count: int
) -> None:
    assert apply_fixes(text, fixes) == (after, count)


def test_a_diff_names_the_file_and_keeps_missing_line_ends() -> None:
    assert diff("a\nb", "a\nc", "x.py") == (
        "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n"
        "+c\n\\ No newline at end of file\n"
    )
    assert diff("a", "a", "x.py") == ""


@pytest.mark.parametrize(
    ("text", "edits", "shown"),
    [
        ("a\nb\nc\n", (Edit(2, 1, 2, 2, "x"),), ["- b", "+ x"]),
        ("a\nb\nc\n", (Edit(3, 1, 3, 2, "x"), Edit(1, 1, 1, 1, "import x\n")), ["+ import x", "- c", "+ x"]),
        ("a b\nc", (Edit(1, 1, 1, 2, "x"), Edit(1, 3, 2, 1, "")), ["- a b", "- c", "+ x c"]),
        ("a\nb", (Edit(3, 1, 3, 1, "c"),), ["- b", "+ bc"]),
        ("a\nb\n", (Edit(1, 1, 2, 1, ""),), ["- a"]),
        ("a\n", (), []),
    ],
)
def test_the_lines_that_a_fix_changes(text: str, edits: tuple[Edit, ...], shown: list[str]) -> None:
    assert changed_lines(lines_of(text), fix(*edits)) == shown


@given(
    st.lists(st.text(alphabet="ab汤", max_size=4), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.text("xy\n", max_size=3)), max_size=4),
)
def test_what_a_fix_changes_is_what_the_whole_file_shows(
    rows: list[str], places: list[tuple[int, int, str]]
) -> None:
    text = "".join(f"{number}{row}\n" for number, row in enumerate(rows))
    edits = tuple(Edit(1 + line % len(rows), 1, 1 + line % len(rows), 1 + column, new)
                  for line, column, new in places if column <= len(rows[line % len(rows)]))  # fmt: skip
    after, count = apply_fixes(text, [fix(*edits)])
    shown = changed_lines(lines_of(text), fix(*edits))
    if not count:
        assert shown == []
        return
    gone = Counter(line[2:] for line in shown if line.startswith("-"))
    new = Counter(line[2:] for line in shown if line.startswith("+"))
    assert Counter(text.splitlines()) - gone + new == Counter(after.splitlines())


@given(st.text(alphabet="ab\n\r汤", max_size=30), st.integers(1, 5), st.integers(1, 8), st.text(max_size=3))
def test_an_insertion_only_adds(text: str, line: int, column: int, new: str) -> None:
    after, count = apply_fixes(text, [fix(Edit(line, column, line, column, new))])
    assert count == 1
    assert len(after) == len(text) + len(new)
