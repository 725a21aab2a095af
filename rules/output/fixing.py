"""Fixes until nothing is left to fix.

One round applies the fixes that fit together; then the changed files are analysed anew, since a fix may make
room for another one (an `await` inserted, and the value behind it becomes known). What would not compile is
not taken. Files are not written here: the caller gets texts and decides.
"""

from __future__ import annotations

import io
import tokenize
import warnings
from typing import TYPE_CHECKING, Final

import msgspec

from rules.findings import Finding
from rules.output.edits import apply_fixes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.findings import Fix

    # Findings of the project with these contents instead of those on the disk, by the path that findings say.
    Lint = Callable[[Mapping[str, bytes]], Sequence[Finding]]
    Read = Callable[[str], bytes]
    Decode = Callable[[bytes], str]

ROUNDS: Final = 12
_BOM: Final = b"\xef\xbb\xbf"


class Fixed(msgspec.Struct, frozen=True):
    """before, after: contents of the changed files by path. count: fixes applied. left: what remains."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    count: int
    left: list[Finding]


def fix(lint: Lint, read: Read, decode: Decode, *, unsafe: bool) -> Fixed:
    """Apply the safe fixes, and the unsafe ones if asked for, round by round.

    Args:
        lint: analyses the project; called once more than there are rounds with changes.
        read: a file's bytes. OSError: the file is left alone.
        decode: a file's text, as the analysis understood it.
        unsafe: also fixes that may change what the code means.
    """
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    count = 0
    findings = list(lint(after))
    for _ in range(ROUNDS):
        wanted: dict[str, list[Fix]] = {}
        for finding in findings:
            if finding.fix is not None and (unsafe or finding.fix.applicability == "safe"):
                wanted.setdefault(finding.path, []).append(finding.fix)
        changed = False
        for path, fixes in wanted.items():
            try:
                content = after[path] if path in after else read(path)
            except OSError:
                continue
            new, taken = _apply(content, fixes, decode)
            if taken:
                before.setdefault(path, content)
                after[path] = new
                count += taken
                changed = True
        if not changed:
            break
        findings = list(lint(after))
    return Fixed(before, after, count, findings)


def encode(text: str, like: bytes) -> bytes:
    """The bytes of `text` in the encoding of the file `like`, with its byte order mark.

    Raises:
        UnicodeEncodeError: that encoding has no such character.
    """
    if like.startswith(_BOM):
        return _BOM + text.encode()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(like).readline)
    return text.encode(encoding)


def _apply(content: bytes, fixes: list[Fix], decode: Decode) -> tuple[bytes, int]:
    """The content after all fixes that fit together and compile, and how many those are."""
    text = decode(content)
    after, taken = apply_fixes(text, fixes)
    if not _compiles(after):
        good: list[Fix] = []
        for fix in fixes:
            tried, count = apply_fixes(text, [*good, fix])
            if count > len(good) and _compiles(tried):
                good.append(fix)
        after, taken = apply_fixes(text, good)
    return (encode(after, content), taken) if taken else (content, 0)


def _compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<fixed>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
