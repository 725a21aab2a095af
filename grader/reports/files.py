"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGINS, _ENDS = ".async-grader-", ".part"
"""How the names of files that are being written begin and end."""


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Put `content` (or its pieces) at `path`: written beside it, then renamed over it, so that no reader sees a half.

    Raises:
        OSError: It cannot be written; what was there before is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_BEGINS, suffix=_ENDS)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines((content,) if isinstance(content, bytes) else content)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def remove_parts(folder: Path) -> None:
    """Remove what a run that was killed was writing in `folder`. Nobody else may be writing there."""
    for path in folder.glob(f"{_BEGINS}*{_ENDS}"):
        with contextlib.suppress(OSError):
            path.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
