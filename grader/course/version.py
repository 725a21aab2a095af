"""A hash of what affects grading, the same on every machine: settings and the files of some folders.

Names use `/` and are sorted by code point; line ends are hashed as they are, since a test may look at them.
Left out is what tools leave behind (`__pycache__`, `.DS_Store`, hidden files), which a teacher neither
writes nor sees.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LENGTH = 16
"""Hexadecimal digits of a version: short enough for a gradebook, 64 bits of a SHA-256."""


def content_version(settings: Any, folder: Path, names: Iterable[str]) -> str:
    """The version of `settings` (JSON values) together with all files of the subfolders `names` of
    `folder`.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, ensure_ascii=False).encode())
    for name in names:
        for path in files_of(folder / name):
            relative = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
            content = path.read_bytes()
            digest.update(b"%d:%s%d:" % (len(relative), relative, len(content)))
            digest.update(content)
    return digest.hexdigest()[:LENGTH]


def files_of(folder: Path) -> Iterator[Path]:
    """The files under `folder` that a person put there, in a fixed order; symbolic links to folders are not
    followed.
    """
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_litter(name)]
        found += [Path(root, name) for name in files if not is_litter(name)]
    yield from sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def is_litter(name: str) -> bool:
    """Whether a file or folder of that name is left by tools and editors: hidden, bytecode, backup."""
    return name.startswith(".") or name in {"__pycache__", "__MACOSX"} or name.endswith((".pyc", ".pyo", "~"))
