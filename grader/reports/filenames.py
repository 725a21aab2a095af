"""Names of feedback files, made from submission ids that strangers chose.

Letters and digits of any script, `-`, `_`, `.` and blanks inside stay; everything else becomes `_`. Names
that were changed, that Windows reserves, or that another id has too (also by case) get a piece of the id's
hash, so that two ids never share a file and the same id always has the same one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 80
_DIGITS = 8


def file_names(ids: Sequence[str]) -> dict[str, str]:
    """A safe file name (without ending) for each id; all different, also on file systems that ignore case."""
    counts: dict[str, int] = {}
    for identity in ids:
        key = _cleaned(identity).casefold()
        counts[key] = counts.get(key, 0) + 1
    names = {}
    for identity in ids:
        plain, marked = _forms(identity)
        names[identity] = marked if plain is None or counts[plain.casefold()] > 1 else plain
    return names


def possible_names(identity: str) -> set[str]:
    """The names that an id can have, whatever the others are."""
    return {name for name in _forms(identity) if name is not None}


def _forms(identity: str) -> tuple[str | None, str]:
    """The name without a piece of the hash, unless it would be a changed or a reserved one; and the name with it."""
    name = _cleaned(identity)
    is_plain = name == identity and not _RESERVED.fullmatch(name)
    return name if is_plain else None, f"{name}-{_digest(identity)}"


def _cleaned(identity: str) -> str:
    text = unicodedata.normalize("NFC", identity)
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in text)
    while len(kept.encode("utf-8", "replace")) > _LONGEST:
        kept = kept[:-1]
    return kept.rstrip(". ").lstrip("-. ") or "_"


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
