"""Lines of prose are broken where a printed page would break them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from grader.reports.prose import Prose

CONSOLE = Console(width=200, color_system=None)


def wrapped(text, width):
    return [line.plain for line in Prose(text).wrap(CONSOLE, width)]


def test_a_line_begins_with_no_comma_and_ends_with_no_bracket():
    text = "他要是也需要你（事件循环）帮忙，两个人就永远等下去。"
    assert wrapped(text, 12) == ["他要是也需要", "你（事件循", "环）帮忙，两", "个人就永远等", "下去。"]
    assert wrapped(text, 24) == ["他要是也需要你（事件循", "环）帮忙，两个人就永远等", "下去。"]


def test_code_in_a_sentence_stays_whole():
    assert wrapped("请用 `await asyncio.to_thread(...)` 运行", 24) == [
        "请用 `await",
        "asyncio.to_thread(...)`",
        "运行",
    ]


def test_a_word_wider_than_the_line_is_cut():
    assert wrapped("é" * 7 + "，好", 3) == ["ééé", "ééé", "é，", "好"]


def test_english_is_broken_as_by_rich_and_paragraphs_stay():
    text = "one two three\n\nfour"
    assert wrapped(text, 8) == [line.plain for line in Text(text).wrap(CONSOLE, 8)]
    assert wrapped("一\n\n二", 8) == ["一", "", "二"]


def test_styles_go_with_their_words():
    (first, second) = Prose.assemble(("汤好了，", "red"), ("请坐。", "green")).wrap(CONSOLE, 8)
    assert [(line.plain, [str(span.style) for span in line.spans]) for line in (first, second)] == [
        ("汤好了，", ["red"]),
        ("请坐。", ["green"]),
    ]


@given(st.text("汤好了，。（）“”… ab-/é", max_size=60), st.integers(2, 20))
def test_nothing_is_lost_and_nothing_is_too_wide(text, width):
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)
