"""The lines of a submission, by the names that judge and analyzer give to its files."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 300


class Sources:
    """Looks lines up. What is not there is an empty line: places come from outside."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._lines: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str:
        """Line `number` (from 1) of the file, without its indentation."""
        if path not in self._lines:
            self._lines[path] = self._read(path)
        lines = self._lines[path]
        return lines[number - 1].strip()[:_LONGEST] if 0 < number <= len(lines) else ""

    def at(self, where: str | None) -> str:
        """The line at a place such as `kitchen.py:12`."""
        path, colon, number = (where or "").rpartition(":")
        return self.line(path, int(number)) if colon and number.isdecimal() and len(number) < 9 else ""

    def _read(self, path: str) -> list[str]:
        """The file of that path, or the only one of that name."""
        found = (
            [path]
            if path in self._files
            else [name for name in self._files if PurePosixPath(name).name == PurePosixPath(path).name]
        )
        return self._files[found[0]].decode("utf-8", "replace").split("\n") if len(found) == 1 else []
