"""The temporary folder of a run: judges and analyzers make theirs in it, and what is killed leaves nothing for long.

It is held by a lock. A run that ends removes its folder; one that was killed leaves it without a lock, and the
next run removes it.
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

PREFIX = "async-grader-run-"
LOCK = "lock"


class RunFolder:
    """A context manager; inside, `path` is the folder."""

    def __enter__(self) -> Self:
        """Make it, and remove those of dead runs.

        Raises:
            OSError: There is no room.
        """
        remove_abandoned(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _try_lock(self._lock)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def remove_abandoned(base: Path) -> None:
    """Remove the folders in `base` of this user's runs that live no more."""
    for path in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if path.is_symlink() or path.stat().st_uid != os.getuid():
                continue
            lock = os.open(
                path / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
            )  # not there: just being made
            try:
                if _try_lock(lock):
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return False  # Windows: `grade` does not run there
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
