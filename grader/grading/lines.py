"""A shown test as lines of text: what pages, Markdown and terminals say of it in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.grading.difference import difference_text
from grader.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.grading.shown_tests import TestView


def by_step(tests: tuple[TestView, ...]) -> Iterator[tuple[str, TestView]]:
    """Each test with the heading of its step where a new one begins, else with ""."""
    before = ""
    for test in tests:
        yield (test.step if test.step != before else ""), test
        before = test.step


def points_text(points: float) -> str:
    """Points without needless zeros: `7`, `7.5`, `3.34`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def details(test: TestView, code: Callable[[str], str] = str) -> str:
    """One line below a test's title: its name, how long it took, what its outcome means, where."""
    parts = [code(test.name)]
    if test.seconds:
        parts.append(_("{seconds} virtual seconds").format(seconds=test.seconds))
    if not test.explanation and not test.difference:
        parts.append(test.meaning.rstrip(".。"))
    if test.where and not test.trace:
        parts.append(code(test.where))
    return " · ".join(parts)


def bodies(test: TestView) -> list[str]:
    """What is shown of a failed test as it is: what happened, the submission's own traceback, the difference."""
    texts = [test.explanation, test.message]
    if test.trace:
        texts.append("\n".join(trace_lines(test)))
    if test.difference:
        texts.append("\n".join(difference_text(test.difference)))
    return [text for text in texts if text]


def trace_lines(test: TestView) -> list[str]:
    """The submission's own lines on the way to the exception, as Python shows them."""
    lines = []
    for frame in test.trace:
        place = _("{place}, in {function}").format(place=frame.place, function=frame.function)
        lines.append(place if frame.function else frame.place)
        lines += [f"    {frame.source}"] if frame.source else []
    return lines
