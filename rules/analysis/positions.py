"""From token ordinals to lines and columns, from the source text alone.

The facts say "the 812th token"; this lexer finds it. It counts what the walk counts: names and keywords,
strings, opening brackets, also inside the fields of f-strings; it skips numbers, operators, comments and
closing brackets. It runs only for files that have something to say, takes a few milliseconds each, and
needs no parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final

_STRING_START = r"(?:[rRbBuUfFtT]{0,2})(?:'''|\"\"\"|'|\")"
_TOKENS: Final = (
    rf"(?P<comment>\#[^\r\n]*)"
    rf"|(?P<string>{_STRING_START})"
    rf"|(?P<name>[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)"  # beyond ASCII, code has nothing but names
    rf"|(?P<number>0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+"
    rf"|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)"
    rf"|(?P<open>[(\[{{])"
    rf"|(?P<close>[)\]}}])"
)
_TOKEN: Final = re.compile(_TOKENS)
_TOKEN_OF_FIELD: Final = re.compile(rf"{_TOKENS}|(?P<colon>:)|(?P<bang>!=?)")
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
# Up to the end of a string, a run of letters at a time: docstrings are long. No group is possessive: before Python
# 3.11.5 such groups miss matches.
_END: Final = {
    "'": re.compile(r"[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL),
    '"': re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL),
}


class Positions:
    """The places of a file's counted tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []  # offset of each token
        self.ends: list[int] = []
        self.closers: dict[int, int] = {}  # ordinal of an opening bracket -> offset after its closer
        self.comments: list[tuple[int, int]] = []
        if "\r" in text:
            self.lines = [0, *(match.end() for match in _NEWLINE.finditer(text))]
        else:
            self.lines = [0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1])]
        self._lex()

    def __len__(self) -> int:
        return len(self.starts)

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def line_of(self, ordinal: int) -> int:
        return self.place(self.start(ordinal))[0]

    def start(self, ordinal: int) -> int:
        """Offset of a token; of the end of the text when there is no such token."""
        return self.starts[ordinal] if ordinal < len(self.starts) else len(self.text)

    def end(self, ordinal: int) -> int:
        """Offset after a token."""
        return self.ends[ordinal] if ordinal < len(self.ends) else len(self.text)

    def closer(self, ordinal: int) -> int:
        """Offset after the bracket that closes the one at `ordinal`."""
        return self.closers.get(ordinal, self.end(ordinal))

    def _lex(self) -> None:
        """Lex the whole text."""
        starts, ends = self.starts, self.ends
        stack: list[int] = []
        position = 0
        while position >= 0:  # once more after each string, whose end is found in another way
            tokens = _TOKEN.finditer(self.text, position)
            position = -1
            for match in tokens:
                kind = match.lastgroup
                if kind == "name":
                    begin, end = match.span()
                    starts.append(begin)
                    ends.append(end)
                elif kind == "open":
                    stack.append(len(starts))
                    starts.append(match.start())
                    ends.append(match.end())
                elif kind == "close":
                    if stack:
                        self.closers[stack.pop()] = match.end()
                elif kind == "string":
                    position = self._string(match)
                    break
                elif kind == "comment":
                    self.comments.append(match.span())

    def _field(self, position: int) -> int:
        """Lex the expression in a field of an f-string; the offset where it ends."""
        stack: list[int] = []
        while (match := _TOKEN_OF_FIELD.search(self.text, position)) is not None:
            kind = match.lastgroup
            begin, position = match.span()
            if kind == "string":
                position = self._string(match)
            elif kind == "comment":
                self.comments.append((begin, position))
            elif kind == "close":
                if not stack:
                    return begin
                self.closers[stack.pop()] = position
            elif kind in ("name", "open"):
                if kind == "open":
                    stack.append(len(self.starts))
                self.starts.append(begin)
                self.ends.append(position)
            elif not stack and (kind == "colon" or match.group() == "!"):
                return begin
        return len(self.text)

    def _string(self, start: re.Match[str]) -> int:
        """Note a string, whose prefix and quotes are `start`; the offset after it."""
        quotes = start.group().lstrip("rRbBuUfFtT")
        prefix = start.group()[: -len(quotes)].lower()
        ordinal = len(self.starts)
        self.starts.append(start.start())
        self.ends.append(start.end())
        if "f" in prefix or "t" in prefix:
            end = self._formatted(quotes, start.end(), raw="r" in prefix, nested=False)
        else:
            match = _END[quotes].match(self.text, start.end())
            end = match.end() if match is not None else len(self.text)
        self.ends[ordinal] = end
        return end

    def _formatted(  # noqa: C901 -- one case per character that means something
        self, quotes: str, position: int, *, raw: bool, nested: bool
    ) -> int:
        """Read the literal part of an f-string (or of a format spec) and its fields."""
        text = self.text
        length = len(text)
        while position < length:
            char = text[position]
            if char == "\\" and not (nested and raw):
                named = not raw and text.startswith("\\N{", position)
                position = text.find("}", position) + 1 if named else position + 2
                if position == 0:
                    return length
                if raw and text[position - 1 : position] in "{}":
                    position -= 1
            elif char == "{":
                if text.startswith("{{", position) and not nested:
                    position += 2
                    continue
                position = self._field(position + 1)
                if text[position : position + 1] == "!":
                    position += 1
                    while position < length and (text[position].isalnum() or text[position].isspace()):
                        position += 1
                if text[position : position + 1] == ":":
                    position = self._formatted(quotes, position + 1, raw=raw, nested=True)
                position += 1
            elif char == "}":
                if nested:
                    return position
                position += 1
            elif text.startswith(quotes, position):
                return position if nested else position + len(quotes)
            else:
                position += 1
        return length
