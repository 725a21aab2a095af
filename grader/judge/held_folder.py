"""Temporary folders that no killed process leaves for long.

Each is held by a lock while its process lives. A process that ends removes its folder; one that was killed leaves
it without a lock, and the next process that makes such a folder removes it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

LOCK = "lock"


class HeldFolder:
    """A context manager; inside, `path` is the folder."""

    def __init__(self, prefix: str) -> None:
        """`prefix`: what the names of this kind of folder begin with."""
        self._prefix = prefix

    def __enter__(self) -> Self:
        """Make it, and remove those of dead processes.

        Raises:
            OSError: There is no room.
        """
        base = Path(tempfile.gettempdir())
        remove_abandoned(base, self._prefix)
        made = Path(tempfile.mkdtemp(prefix=f".{self._prefix}"))
        self._lock = os.open(made / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _try_lock(self._lock)
        self.path = made.rename(base / made.name[1:])  # from here on others look whether it is held
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def remove_abandoned(base: Path, prefix: str) -> None:
    """Remove the folders in `base` of this user's processes that live no more."""
    for path in base.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if path.is_symlink() or path.stat().st_uid != os.getuid():
                continue
            lock = os.open(path / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if _try_lock(lock):
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return False  # Windows: nothing is judged there
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
