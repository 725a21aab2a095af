"""What differs is marked, and text that was taken out of its quotes cannot steer a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grading.difference import DiffLine, difference, difference_text


def test_two_short_values_stand_one_above_the_other_with_what_differs_marked():
    lines = difference("['soup', '菜', 1]", "['soup', '菜', 22]")
    assert lines == (
        DiffLine("expected", "['soup', '菜', 1]", 14, 15),
        DiffLine("got", "['soup', '菜', 22]", 14, 16),
    )
    assert difference_text(lines) == [
        "Expected  ['soup', '菜', 1]",
        "Got       ['soup', '菜', 22]",
        " " * 25 + "^^",
    ]


def test_where_everything_differs_nothing_is_marked():
    assert difference_text(difference("'soup'", "None")) == ["Expected  'soup'", "Got       None"]


def test_long_containers_are_laid_out_and_compared_line_by_line():
    wanted = [f"guest number {number}" for number in range(12)]
    got = [*wanted[:5], "nobody", *wanted[6:]]
    assert difference_text(difference(repr(wanted), repr(got))) == [
        "Expected (-), got (+):",
        "   'guest number 2',",
        "   'guest number 3',",
        "   'guest number 4',",
        "-  'guest number 5',",
        "+  'nobody',",
        "   'guest number 6',",
        "   'guest number 7',",
        "   'guest number 8',",
    ]


def test_far_apart_differences_leave_out_what_is_alike():
    wanted = [f"guest number {number}" for number in range(20)]
    got = ["first", *wanted[1:19]]
    texts = [line.text for line in difference(repr(wanted), repr(got))]
    assert "…" in texts


def test_texts_of_several_lines_are_shown_as_lines_without_their_controls():
    lines = difference(repr("a\nb"), repr("a\n\x1b[2J\nc"))
    assert [(line.mark, line.text) for line in lines] == [
        ("same", "a"),
        ("expected", "b"),
        ("got", "\\x1b[2J"),
        ("got", "c"),
    ]


@pytest.mark.parametrize("text", ["[" * 3000, "(" * 900 + ")" * 900, "1" * 5000, "<Dish>"])
def test_what_is_no_literal_stays_as_it_is(text):
    assert [line.text for line in difference(text, "x")] == [text, "x"]


@given(st.text(), st.text())
def test_no_two_texts_break_it(expected, actual):
    for line in difference(expected, actual):
        assert 0 <= line.begin <= line.end <= len(line.text)
    assert difference_text(difference(expected, actual))
