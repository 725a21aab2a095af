"""`# noqa` comments: which findings they silence, and which of them silence nothing (rule `NOQA`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .findings import Edit, RawFinding, RawFix
from .registry import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .analysis.facts import Suppression


def apply_noqa(
    found: Sequence[RawFinding], comments: Mapping[str, Sequence[Suppression]], codes: frozenset[str]
) -> list[RawFinding]:
    """The findings that no comment silences, and one for each comment that is of no use, when that rule is
    on.

    A comment speaks for findings that begin or end on its line.
    """
    used: set[tuple[str, int, int, str]] = set()
    kept = []
    for raw in found:
        silenced = False
        for comment in comments.get(raw.path, ()):
            if comment.line not in (raw.line, raw.end_line):
                continue
            for code in comment.codes or ("",):
                if raw.code.startswith(code):
                    silenced = True
                    used.add((raw.path, comment.line, comment.column, code))
        if not silenced:
            kept.append(raw)
    if "NOQA" in codes:
        for path, several in comments.items():
            for comment in several:
                kept.extend(_unused(path, comment, used, codes))
    return kept


def _unused(
    path: str, comment: Suppression, used: set[tuple[str, int, int, str]], codes: frozenset[str]
) -> list[RawFinding]:
    """A comment with codes of ours that silenced nothing. (A bare `# noqa` may speak to other tools.)"""
    own = [
        code for code in comment.codes if comment.ours and any(known.startswith(code) for known in BY_CODE)
    ]
    idle = [
        code
        for code in own
        if (path, comment.line, comment.column, code) not in used and any(on.startswith(code) for on in codes)
    ]
    if not idle:
        return []
    fix = None
    if len(idle) == len(comment.codes):
        edit = Edit(comment.line, comment.column, comment.line, comment.end_column, "")
        fix = RawFix("safe", "remove-noqa", {}, (edit,))
    params = {"codes": ", ".join(idle)}
    return [
        RawFinding(
            path,
            comment.line,
            comment.column,
            comment.line,
            comment.end_column,
            "NOQA",
            "unused",
            params,
            (),
            fix,
        )
    ]
