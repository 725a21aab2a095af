"""What the analyzer hands out: findings with places, chains and fixes.

A rule speaks as a `Report` (code, variant, parameters, places as offsets in the facts); only the last step
turns it into a `Finding` with a message in the reader's language, so that no cache depends on a language.
All lines and columns are 1-based and count characters; `end_column` is the column after the last character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Applicability = Literal["safe", "unsafe"]


class ChainLink(msgspec.Struct, frozen=True):
    """One step on the way from a call on the loop to what blocks: where, and what is called there."""

    path: str
    line: int
    column: int
    name: str


class Edit(msgspec.Struct, frozen=True):
    """Replace the text between two places by `text`; both places equal means insert."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str


class Fix(msgspec.Struct, frozen=True):
    """Edits of the finding's own file that repair it. `safe` keeps what the code means."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]


class Finding(msgspec.Struct, frozen=True):
    """One finding, ready to print. `path` is as the user would type it (relative to the root, posix)."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    message: str
    chain: tuple[ChainLink, ...] = ()
    fix: Fix | None = None


class RawFix(msgspec.Struct, frozen=True, array_like=True):
    """A fix before words: `key` is one of `registry.FIXES`."""

    applicability: Applicability
    key: str
    params: dict[str, str]
    edits: tuple[Edit, ...]


class RawFinding(msgspec.Struct, frozen=True, array_like=True):
    """A finding before words: what caches hold."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    variant: str
    params: dict[str, str]
    chain: tuple[ChainLink, ...] = ()
    fix: RawFix | None = None


def in_order(found: Iterable[RawFinding]) -> list[RawFinding]:
    """Findings by place; a file's problem first."""
    return sorted(
        found, key=lambda raw: (raw.path, raw.line, raw.column, raw.code, raw.end_line, raw.end_column)
    )
