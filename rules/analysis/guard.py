"""Refuses files that would take the native parser down, before it sees them.

LibCST's parser recurses on the machine's stack: thousands of nested brackets or chained operators end the
process. CPython itself refuses more than 200 nested brackets and 100 levels of indentation. Most files are
cleared by a look at brackets and line ends alone; only a suspicious one is read token by token.
"""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 10_000_000  # characters
DEEPEST_BRACKETS: Final = 200
LONGEST_CHAIN: Final = 1000  # operators, calls, attributes, branches that nest in the tree

_SHAPELESS: Final = bytes(set(range(256)) - set(b"()[]{}\n\r"))  # all but brackets and line ends
_RUNS: Final = re.compile(rb"[(\[{]+|[)\]}]+|[\n\r]+")  # of that
_LONG_LINE: Final = 1500
_LONG_REGION: Final = 400
_ROUNDS: Final = 3  # of removing pairs of brackets
_STRING: Final = (
    r"[rRbBuUfFtT]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\""
    r"|'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\")"
)
_CHAINED: Final = re.compile(
    rf"(?P<skip>\#[^\r\n]*|\\\r?\n)|(?P<string>{_STRING})|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>[,;])|(?P<line>\r\n|\r|\n)"
    r"|(?P<operator>\*\*|//|<<|>>|->|:=|[-+*/%@&|^~.])",
    re.DOTALL,
)
_OPERATOR_WORDS: Final = frozenset({"and", "or", "not", "if", "else", "lambda", "await"})


def refusal(text: str) -> tuple[str, str] | None:
    """Why the text must not be parsed, as (variant, limit) of the rule `SYNTAX`; None when it may be."""
    if len(text) > LARGEST:
        return "too-large", str(LARGEST)
    if not _suspicious(text):
        return None
    return _measure(text)


def _suspicious(text: str) -> bool:
    """Could it be deep? A cheap upper bound that also counts brackets in strings and comments."""
    if text.count("elif ") > _LONG_REGION or _has_long_line(text):
        return True
    if text.count("\\") > _LONG_REGION < text.count("\\\n") + text.count("\\\r"):
        return True
    shape = text.encode("utf-8", "replace").translate(None, _SHAPELESS)
    for _ in range(_ROUNDS):  # most pairs hold no line end; without them the others stay as deep as they are
        shape = shape.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
    depth = region = 0
    for run in _RUNS.findall(shape):
        if run[0] in b"([{":
            depth += len(run)
            if depth > DEEPEST_BRACKETS // 2 - 3 * _ROUNDS:
                return True
        elif run[0] in b")]}":
            depth = max(depth - len(run), 0)
        elif depth:
            region += len(run)
            if region > _LONG_REGION:
                return True
        else:
            region = 0
    return False


def _has_long_line(text: str) -> bool:
    """Is a line longer than `_LONG_LINE`? Found by looking for a line end in every stretch of that length."""
    begin = 0
    while begin + _LONG_LINE < len(text):
        end = text.rfind("\n", begin, begin + _LONG_LINE + 1)
        if end < 0:
            return True
        begin = end + 1
    return False


def _measure(text: str) -> tuple[str, str] | None:
    """Read token by token: how deep do brackets nest, how long do chains get (those around a bracket
    included)?
    """
    chains = [0]
    strings = branches = 0
    for match in _CHAINED.finditer(text):
        kind = match.lastgroup
        word = match.group() if kind == "word" else ""
        strings = strings + 1 if kind == "string" else (strings if kind in ("skip", "line") else 0)
        if kind == "open":
            chains[-1] += 1
            chains.append(0)
            if len(chains) > DEEPEST_BRACKETS:
                return "too-deep", str(DEEPEST_BRACKETS)
        elif kind == "close":
            if len(chains) > 1:
                chains.pop()
        elif kind == "comma" or (kind == "line" and len(chains) == 1):
            chains[-1] = 0
        elif kind == "operator" or word in _OPERATOR_WORDS:
            chains[-1] += 1
        elif word == "elif":
            branches += 1
        elif word in ("class", "def"):
            branches = 0
        if branches > LONGEST_CHAIN or strings > 3 * LONGEST_CHAIN or sum(chains) > LONGEST_CHAIN:
            return "too-deep", str(LONGEST_CHAIN)
    return None
