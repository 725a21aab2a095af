"""A submission as plain data: what grading, judging and reports are given.

Dataclasses of builtins, since they travel: to worker processes (msgspec), into grades (pydantic).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Student:
    """Who handed a submission in."""

    id: str
    name: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in under one name."""

    id: str
    """The name of the entry it came from; unique in a run. Written by a stranger: never a path, never shown
    raw.
    """
    files: dict[str, bytes]
    """Relative POSIX path -> content. Paths are checked: no `..`, no root, no drive, no control characters.
    """
    content_hash: str
    """The same for the same files, however they were packed."""
    student: Student | None = None
    source: str = ""
    """Where it was found, for people."""
    problem: str | None = None
    """Why nothing in it can be judged (refused archive, no module); its files are then empty."""
    notes: tuple[str, ...] = field(default=())
    """What intake did on the way: renamed a file, left out litter, took the last of three attempts."""


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over paths and contents in the order of the paths; independent of packing, times and litter."""
    digest = hashlib.sha256()
    for path in sorted(files):
        name = path.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%s%d:" % (len(name), name, len(files[path])))
        digest.update(files[path])
    return digest.hexdigest()
