"""Expected and actual side by side, as a student reads them.

Both come as text (the judge's `repr`, shortened). One line each is shown one above the other with what differs marked;
long containers and texts of several lines are laid out first and compared line by line. Text is text: a value is only
taken apart where it is a literal.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from difflib import SequenceMatcher
from pprint import pformat
from typing import Literal

from grader.locale import _
from grader.text import columns, printable

Mark = Literal["expected", "got", "same"]

_ONE_LINE = 64
"""Characters of a value that is shown on one line."""
_CONTEXT = 3
"""Equal lines that are kept before and after a difference."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line, whose it is, and the part of it that differs: `text[begin:end]`."""

    mark: Mark
    text: str
    begin: int = 0
    end: int = 0


def difference(expected: str, actual: str) -> tuple[DiffLine, ...]:
    """The lines of both, expected before actual; two lines when both are short."""
    wanted, got = _laid_out(expected, actual)
    if len(wanted) == len(got) == 1:
        return _pair(wanted[0], got[0])
    lines: list[DiffLine] = []
    matcher = SequenceMatcher(None, wanted, got, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if lines:
            lines.append(DiffLine("same", "…"))
        for action, first, last, begin, end in group:
            if action == "equal":
                lines += [DiffLine("same", text) for text in wanted[first:last]]
            elif action == "replace" and last - first == end - begin == 1:
                lines += _pair(wanted[first], got[begin])
            else:
                lines += [DiffLine("expected", text) for text in wanted[first:last]]
                lines += [DiffLine("got", text) for text in got[begin:end]]
    return tuple(lines) or _pair(expected, actual)


def difference_text(lines: tuple[DiffLine, ...]) -> list[str]:
    """As plain lines: with both labels and carets when there are two, else with `-` and `+`."""
    if not lines:
        return []
    if len(lines) == 2:
        labels = {"expected": _("Expected"), "got": _("Got")}
        wide = max(map(columns, labels.values()))
        shown = []
        for line in lines:
            label = labels.get(line.mark, "")
            shown.append(f"{label}{' ' * (wide - columns(label))}  {line.text}")
        last = lines[-1]
        if 0 < last.end - last.begin < len(last.text):
            before = wide + 2 + columns(last.text[: last.begin])
            shown.append(" " * before + "^" * max(1, columns(last.text[last.begin : last.end])))
        return shown
    signs = {"expected": "-", "got": "+", "same": " "}
    return [_("Expected (-), got (+):"), *(f"{signs[line.mark]} {line.text}" for line in lines)]


def _pair(expected: str, actual: str) -> tuple[DiffLine, DiffLine]:
    most = min(len(expected), len(actual))
    begin = 0
    while begin < most and expected[begin] == actual[begin]:
        begin += 1
    tail = 0
    while tail < most - begin and expected[-1 - tail] == actual[-1 - tail]:
        tail += 1
    return (
        DiffLine("expected", expected, begin, len(expected) - tail),
        DiffLine("got", actual, begin, len(actual) - tail),
    )


def _laid_out(expected: str, actual: str) -> tuple[list[str], list[str]]:
    if "\n" not in expected + actual:
        values = _literals(expected, actual)
        if values is not None:
            first, second = values
            if isinstance(first, str) and isinstance(second, str) and "\n" in first + second:
                return _safe_lines(first), _safe_lines(second)
            if max(len(expected), len(actual)) > _ONE_LINE and not isinstance(first, str):
                return pformat(first, width=_ONE_LINE).split("\n"), pformat(second, width=_ONE_LINE).split(
                    "\n"
                )
    return expected.split("\n"), actual.split("\n")


def _safe_lines(text: str) -> list[str]:
    """Taken out of its quotes, a control character is one again."""
    return [printable(line, limit=len(text)) for line in text.split("\n")]


def _literals(expected: str, actual: str) -> tuple[object, object] | None:
    try:
        return ast.literal_eval(expected), ast.literal_eval(actual)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
