"""The suite's temporary folder, for the submission: what lies at or below a path that the suite gave to it.

The other half is `grader.sandbox.files`. What is asked for is checked against the real path, so no link leads out; what
is written is counted.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from grader.bridge.protocol import ProtocolError

LARGEST = 8 * 2**20
"""Bytes of one file."""
MOST = 256 * 2**20
"""Bytes that a submission may write in one session."""
MOST_CALLS = 100_000
MOST_NAMED = 10_000
"""Paths that a submission may name."""


class SharedFolder:
    """`folder`: where every `tmp_path` of the session is."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.realpath(folder)
        self._given: set[str] = set()
        self._theirs: set[str] = set()
        """Paths that the submission named before the suite gave them: an echo gives nothing."""
        self._written = 0
        self._calls = 0

    def take(self, path: str) -> None:
        """The submission names a path."""
        if path.startswith(self.folder + "/"):
            self._theirs.add(os.path.realpath(path))
            if len(self._theirs) > MOST_NAMED:
                raise ProtocolError("paths without end")

    def give(self, path: str) -> bool:
        """The suite hands over a path. True: it is in the folder, and new."""
        if not path.startswith(self.folder + "/"):
            return False
        real = os.path.realpath(path)
        if real in self._given or real in self._theirs or not real.startswith(self.folder + "/"):
            return False
        self._given.add(real)
        return True

    def serve(self, action: Any, path: Any, *more: Any) -> Any:  # noqa: C901
        """Do what the submission asks. Raises OSError as the system would, ProtocolError for nonsense."""
        self._calls += 1
        if type(path) is not str or "\0" in path or len(path) > 4096 or self._calls > MOST_CALLS:
            raise ProtocolError("files without end")
        target = self._permitted(path)
        match action, more:
            case "open", ["r"]:
                return self._read(target)
            case "open", ["w" | "x" as kind]:
                if kind == "x" and target.exists():
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
                self._write(target, b"")
                return b""
            case "open", ["a"]:
                return self._read(target) if target.exists() else b""
            case "write", [bytes(content)]:
                return self._write(target, content)
            case "stat", []:
                return tuple(os.stat(target))  # noqa: PTH116 - a tuple of numbers
            case "list", []:
                return sorted(os.listdir(target))  # noqa: PTH208 - names are wanted
            case "mkdir", []:
                return target.mkdir()
            case "rmdir", []:
                return target.rmdir()
            case "remove", []:
                return target.unlink()
            case "rename", [str(to)]:
                target.rename(self._permitted(to))
                return None
        raise ProtocolError(f"{action!r:.40} of a file")

    def _permitted(self, path: str) -> Path:
        real = os.path.realpath(path)
        if not any(real == given or real.startswith(given + "/") for given in self._given):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return Path(real)

    def _read(self, target: Path) -> bytes:
        if (
            target.exists()
            and not target.is_dir()
            and (not target.is_file() or target.stat().st_size > LARGEST)
        ):
            raise OSError(errno.EFBIG, f"the grader shares files of up to {LARGEST} bytes", str(target))
        return target.read_bytes()

    def _write(self, target: Path, content: bytes) -> None:
        self._written += len(content)
        if len(content) > LARGEST or self._written > MOST:
            raise OSError(errno.EFBIG, f"the grader shares files of up to {LARGEST} bytes", str(target))
        target.write_bytes(content)
