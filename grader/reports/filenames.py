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
        name = _cleaned(identity)
        changed = name != identity or counts[name.casefold()] > 1 or _RESERVED.fullmatch(name)
        names[identity] = f"{name}-{_digest(identity)}" if changed else name
    return names


def _cleaned(identity: str) -> str:
    text = unicodedata.normalize("NFC", identity)
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in text)
    while len(kept.encode("utf-8", "replace")) > _LONGEST:
        kept = kept[:-1]
    return kept.rstrip(". ").lstrip("-. ") or "_"


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
