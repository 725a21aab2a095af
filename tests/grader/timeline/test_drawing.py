"""The drawings, against golden files: GRADER_WRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from xml.etree import ElementTree as ET

import click
import pytest

from grader import locale
from grader.bridge.simulation.recording import End, Outcome, Recording, Row, Span, State
from grader.text import columns
from grader.timeline import scale, svg, terminal, words
from grader.timeline.run import record

SECOND = 1_000_000_000


def compare(path, text):
    if os.environ.get("GRADER_WRITE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "file", "function", "language"),
    [
        ("kitchen", "kitchen.py", None, "en"),
        ("kitchen.zh-CN", "kitchen.py", None, "zh-CN"),
        ("mixture", "mixture.py", "main", "en"),
        ("stuck", "kitchen.py", "stuck", "en"),
        ("threads", "mixture.py", "loops_in_threads", "en"),
    ],
)
def test_golden_drawings(programs, golden, name, file, function, language):
    recording = record(programs / file, function)
    locale.use(language)
    picture = svg.draw(recording)
    ET.fromstring(picture)
    compare(golden / f"{name}.svg", picture)
    compare(golden / f"{name}.txt", click.unstyle(terminal.draw(recording, 100)) + "\n")


def test_text_of_the_program_is_escaped(programs):
    recording = record(programs / "mixture.py", "main")
    for drawing in (svg.draw(recording), click.unstyle(terminal.draw(recording))):
        assert "\x1b" not in drawing
        assert "\u202e" not in drawing
        assert "厨师" in drawing
    assert "&lt;b&gt;&amp;" in svg.draw(recording)


def row(name, spans=(), ended=End.finished, **more):
    return Row("task", name, "", 0, more.pop("end", 10 * SECOND), ended, spans=list(spans), **more)


def test_no_line_is_wider_than_the_terminal():
    spans = [Span(State.waits, 0, 10 * SECOND, "asyncio.sleep")]
    rows = [row("名字" * 30, spans), row("n" * 300, spans, End.failed, error="E" * 300)]
    text = click.unstyle(terminal.draw(Recording(rows, 10 * SECOND, Outcome.finished), 80)).splitlines()
    assert max(columns(line) for line in text[:5]) <= 80


def test_what_is_omitted_is_said():
    text = terminal.draw(Recording([], 0, Outcome.endless, omitted=3))
    assert "3 more are not shown." in text
    assert "would go on for ever" in text


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.finished, "Finished after 1.5 virtual seconds."),
        (Outcome.failed, "Failed after 1.5 virtual seconds: KeyError."),
        (Outcome.deadlocked, "Deadlock after 1.5 virtual seconds: nothing can ever run again."),
        (Outcome.endless, "Stopped after 1.5 virtual seconds: the program would go on for ever."),
    ],
)
def test_the_outcome_in_words(outcome, expected):
    assert words.outcome(Recording([], 3 * SECOND // 2, outcome, "KeyError")) == expected


@pytest.mark.parametrize(
    ("end", "count", "labels"),
    [
        (0, 10, ["0"]),
        (1, 10, ["0", "0.000000001"]),
        (5 * SECOND, 10, ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"]),
        (3600 * SECOND, 4, ["0", "1000", "2000", "3000"]),
        (86_400 * SECOND, 2, ["0", "50000"]),
    ],
)
def test_ticks_are_round(end, count, labels):
    assert [scale.label(tick) for tick in scale.ticks(end, count)] == labels


def test_places_are_inside():
    assert [scale.place(t, 10, 100) for t in (0, 5, 10, 11)] == [0, 49, 99, 99]
    assert scale.place(5, 0, 100) == 0


@pytest.mark.parametrize(
    ("duration", "text"),
    [(0, "0"), (SECOND, "1"), (70_200_412, "0.07"), (3_601_250_000_000, "3601.25"), (1_234_567, "0.00123")],
)
def test_seconds_in_sentences_are_rounded(duration, text):
    assert scale.rounded(duration) == text
