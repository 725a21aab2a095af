"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BEGINS, _ENDS = ".async-grader-", ".part"
"""How the names of files that are being written begin and end."""


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Put `content` (or its pieces) at `path`: written beside it, then renamed over it, so that no reader sees a half.

    Raises:
        OSError: It cannot be written; what was there before is untouched.
    """
    part = path.with_name(f"{_BEGINS}{secrets.token_hex(8)}{_ENDS}")
    try:
        file = part.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("xb")
    try:
        with file:
            file.writelines((content,) if isinstance(content, bytes) else content)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def remove_parts(folder: Path) -> None:
    """Remove what a run that was killed was writing in `folder`. Nobody else may be writing there."""
    for path in folder.glob(f"{_BEGINS}*{_ENDS}"):
        with contextlib.suppress(OSError):
            path.unlink()
