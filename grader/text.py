"""Text that strangers wrote, made safe to show.

Names of files, messages of exceptions and printed lines of a submission may hold terminal escapes,
bidirectional overrides that turn a line around, or a megabyte of one letter. `printable` shows such
characters as escapes, `cut` shortens and says so. HTML is escaped by Jinja and CSV by `grader.reports`;
these two come first everywhere.
"""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    # C0 and C1 controls, DEL, zero-width and bidirectional controls, line separators, lone surrogates, BOM.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
_ELLIPSIS = "…"


def printable(text: object, *, limit: int = 2000, keep_newlines: bool = False) -> str:
    """`text` with control characters as escapes, at most `limit` characters long.

    Args:
        text: Anything; its `str` is shown.
        limit: Characters of `text` that are kept.
        keep_newlines: Whether line ends and tabs stay as they are (else they are escaped, too).
    """
    safe = _CONTROLS.sub(_escape, str(text).replace("\r\n", "\n"))
    if not keep_newlines:
        safe = safe.replace("\n", "\\n").replace("\t", "\\t")
    return cut(safe, limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of `text`; what was cut is said: `... (1234 more characters)`."""
    if len(text) <= limit:
        return text
    from grader.locale import n_

    more = len(text) - limit
    return (
        text[:limit]
        + _ELLIPSIS
        + " "
        + n_("({n} more character)", "({n} more characters)", more).format(n=more)
    )


def columns(text: str) -> int:
    """How many columns a terminal takes for it: Chinese characters take two."""
    from unicodedata import east_asian_width  # an extension that not every command needs

    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def within(text: str, width: int) -> str:
    """At most `width` columns of `text`, with an ellipsis where it was cut."""
    if columns(text) <= width:
        return text
    while columns(text) > width - 1:
        text = text[:-1]
    return text + _ELLIPSIS


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "surrogatepass").decode("ascii")


def joined(*sentences: str) -> str:
    """Sentences one after the other: Chinese has no blank between them."""
    text = ""
    for sentence in filter(None, sentences):
        text += sentence if not text or text.endswith("。") else f" {sentence}"
    return text
