"""Other people's text made safe to print: source lines, paths and names may hold anything.

Control characters can move a terminal's cursor or rewrite what was printed, bidirectional ones make code look
like other code, lone surrogates (names of files that are no UTF-8) can't be encoded. All of them are shown as
escapes.
"""

from __future__ import annotations

import re
import unicodedata

_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """`text` on one line, with everything that a terminal would act on as an escape. Tabs stay."""
    return _UNSAFE.sub(_as_escape, text)


def encodable(text: str) -> str:
    """`text` with lone surrogates as escapes, so that it has a UTF-8 form."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def width(text: str) -> int:
    """How many terminal columns `text` takes: two for wide East Asian characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _as_escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "surrogatepass").decode("ascii")
