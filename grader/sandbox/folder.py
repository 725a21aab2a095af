"""Where a submission's files are: written by the launcher through an open folder, read by the sandbox.

With a view the folder is in memory and in the view only. Without one it is made beneath /dev/shm or the
temporary folder, readable for the sandbox's identity and nobody else, held by a lock: the zygote removes it
when it ends, and the next zygote removes what one that was killed has left.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.identity import Identity

PREFIX: Final = "async-grader-sandbox-"
_YOUNG: Final = 60
"""Seconds in which a folder without a lock may be one that is just being made."""


class UnsafeNameError(ValueError):
    """A file of a submission has a name that leads out of its folder."""


class OwnFolder:
    """A folder of this process, removed with `remove` or by the next process that makes one."""

    def __init__(self, identity: Identity | None) -> None:
        """Make it so that `identity` can read it."""
        base = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else tempfile.gettempdir()  # noqa: S108
        _remove_abandoned(base)
        self._path = tempfile.mkdtemp(prefix=PREFIX, dir=base)
        self._held = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if identity is not None and identity.change:
            os.chown(self._path, 0, identity.gid)
            Path(self._path).chmod(0o710)
        self.files_root = f"{self._path}/submission"
        Path(self.files_root).mkdir()
        Path(self.files_root).chmod(0o755)
        self.descriptor = os.open(self.files_root, os.O_RDONLY | os.O_DIRECTORY)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self._path, ignore_errors=True)
        os.close(self.descriptor)
        os.close(self._held)


def _remove_abandoned(base: str) -> None:
    for entry in os.scandir(base):
        try:
            if (
                not entry.name.startswith(PREFIX)
                or not entry.is_dir(follow_symlinks=False)
                or entry.stat(follow_symlinks=False).st_uid != os.geteuid()
                or entry.stat(follow_symlinks=False).st_mtime > time.time() - _YOUNG
            ):
                continue
            held = os.open(entry.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(entry.path, ignore_errors=True)
        except BlockingIOError:
            pass  # its zygote lives
        finally:
            os.close(held)


def check_name(name: str) -> PurePosixPath:
    """The name of a file of a submission as a path.

    Raises:
        UnsafeNameError: It is absolute, empty, or has `..` or a null character in it.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in name:
        raise UnsafeNameError(name)
    return path


def fill(folder: int, files: Mapping[str, bytes]) -> None:
    """Make `files` (relative POSIX path -> content) the only content of the open folder `folder`.

    Raises:
        UnsafeNameError: A path is absolute, empty, or has `..` or a null character in it.
    """
    empty(folder)
    made: set[str] = set()
    for name, content in files.items():
        path = check_name(name)
        for parent in reversed(path.parents[:-1]):
            if str(parent) not in made:
                os.mkdir(str(parent), dir_fd=folder)
                os.chmod(str(parent), 0o755, dir_fd=folder)  # noqa: S103  # read by the sandbox's identity
                made.add(str(parent))
        opened = os.open(
            str(path),
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
            0o644,
            dir_fd=folder,
        )
        with os.fdopen(opened, "wb") as file:
            os.fchmod(opened, 0o644)
            file.write(content)


def empty(folder: int) -> None:
    """Remove everything in the open folder `folder`."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.name, dir_fd=folder)
        else:
            os.unlink(entry.name, dir_fd=folder)
