"""Fixes applied to a file's text, and shown as a diff.

Edits speak of lines and columns in characters. A fix is taken whole or not at all: when one of its edits
touches a place that an earlier fix has changed, it waits for the next round, when the file has been analysed
anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.findings import Edit, Fix

# What Python takes for the end of a line. `str.splitlines` knows more (form feeds, U+2028), which are none.
_LINE_END = re.compile(r"\r\n|\r|\n")
_Span = tuple[int, int, str]


def apply_fixes(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """The text after as many of the fixes as fit together, and how many those were."""
    starts = _line_starts(text)
    taken: list[_Span] = []
    count = 0
    for fix in fixes:
        spans = [_span(edit, starts, len(text)) for edit in fix.edits]
        if fix.edits and all(_fits(span, taken) for span in spans):
            taken += [span for span in spans if span not in taken]
            count += 1
    return _replaced(text, taken), count


def diff(before: str, after: str, path: str, *, context: int = 3) -> str:
    """A unified diff, empty when nothing differs. Line ends are those of the file."""
    if before == after:
        return ""
    import difflib

    lines = difflib.unified_diff(lines_of(before), lines_of(after), f"a/{path}", f"b/{path}", n=context)
    return "".join(
        line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def changed_lines(lines: Sequence[str], fix: Fix) -> list[str]:
    """The lines that a fix changes, marked `- ` and `+ `, without ends.

    lines: see `lines_of`. Only those that the edits touch are compared: a file has thousands.
    """
    shown: list[str] = []
    for first, last, edits in _places(fix.edits, len(lines)):
        before = "".join(lines[first - 1 : last])
        moved = tuple(
            replace(edit, start_line=edit.start_line - first + 1, end_line=edit.end_line - first + 1)
            for edit in edits
        )
        after, _count = apply_fixes(before, [replace(fix, edits=moved)])
        rows = diff(before, after, "", context=0).splitlines()
        shown += [f"{row[0]} {row[1:]}" for row in rows if not row.startswith(("---", "+++", "@@", "\\"))]
    return shown


def _places(edits: Iterable[Edit], count: int) -> list[tuple[int, int, list[Edit]]]:
    """Edits that touch the same lines together, each with the first and the last of these."""
    found: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(edits, key=lambda edit: (edit.start_line, edit.start_column)):
        first = max(min(edit.start_line, count), 1)
        if found and first <= found[-1][1]:
            before, last, own = found[-1]
            found[-1] = (before, max(last, edit.end_line), [*own, edit])
        else:
            found.append((first, edit.end_line, [edit]))
    return found


def lines_of(text: str) -> list[str]:
    """The lines of a text, as Python counts them, with their ends; the last may have none."""
    ends = [match.end() for match in _LINE_END.finditer(text)]
    pieces = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    tail = text[ends[-1] :] if ends else text
    return [*pieces, tail] if tail else pieces


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _span(edit: Edit, starts: Sequence[int], length: int) -> _Span:
    def offset(line: int, column: int) -> int:
        if line > len(starts):
            return length
        return min(starts[line - 1] + column - 1, length)

    return offset(edit.start_line, edit.start_column), offset(edit.end_line, edit.end_column), edit.text


def _fits(span: _Span, taken: Iterable[_Span]) -> bool:
    start, end, _ = span
    for other in taken:
        if span == other and start == end:
            continue  # the same import, wanted by two fixes
        if start == end == other[0] == other[1]:
            return False
        if start < other[1] and other[0] < end:
            return False
        if (start == end and other[0] < start < other[1]) or (
            other[0] == other[1] and start < other[0] < end
        ):
            return False
    return True


def _replaced(text: str, spans: list[_Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(spans, key=lambda span: (span[0], span[1])):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])
