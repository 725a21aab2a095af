"""From a dotted name to a file of the project.

First-party code is looked for below the import root of the importing file (the folder above its outermost
package), the project's root, its `src`, and what the settings add. The standard library is never first-
party.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Finder:
    """Finds the files of first-party modules. Remembers what it asked the file system, for "unchanged
    since".
    """

    def __init__(self, root: str, extra: Iterable[str] = (), present: Iterable[str] = ()) -> None:
        """extra: more folders to look below. present: paths that count as files, on the disk or not."""
        self.roots = [os.path.join(root, folder) for folder in extra] + [root, os.path.join(root, "src")]
        self.asked: dict[str, bool] = {}  # path -> was it there
        for path in present:
            self.asked[path] = True
            while len(path := os.path.dirname(path)) > len(root):
                self.asked[path + os.sep] = True
        self._home: dict[str, tuple[str, str]] = {}  # by folder
        self._homes: dict[str, tuple[str, str]] = {}  # by file: a module's names ask for it again and again
        self._relative: dict[tuple[str, int, str], str | None] = {}
        self._absolute: dict[tuple[str, str], str | None] = {}

    def is_file(self, path: str) -> bool:
        known = self.asked.get(path)
        if known is None:
            known = self.asked[path] = os.path.isfile(path)
        return known

    def is_folder(self, path: str) -> bool:
        key = path + os.sep
        known = self.asked.get(key)
        if known is None:
            known = self.asked[key] = os.path.isdir(path)
        return known

    def home(self, path: str) -> tuple[str, str]:
        """The import root of a file and its dotted name below that."""
        known = self._homes.get(path)
        if known is None:
            folder, file = os.path.split(path)
            stem = file.rpartition(".")[0]
            root, prefix = self._package(folder)
            inside = f"{prefix}.{stem}" if prefix else stem
            known = root, (prefix or os.path.basename(folder)) if stem == "__init__" else inside
            self._homes[path] = known
        return known

    def _package(self, folder: str) -> tuple[str, str]:
        known = self._home.get(folder)
        if known is None:
            if self.is_file(os.path.join(folder, "__init__.py")) and folder not in self.roots:
                parent, name = os.path.split(folder)
                root, prefix = self._package(parent)
                known = root, f"{prefix}.{name}" if prefix else name
            else:
                known = folder, ""
            self._home[folder] = known
        return known

    def find(self, dotted: str, importer: str) -> str | None:
        """The file of an absolute module name, as the file `importer` would import it."""
        key = (self.home(importer)[0], dotted)
        if key not in self._absolute:
            self._absolute[key] = self._find_absolute(*key)
        return self._absolute[key]

    def _find_absolute(self, home: str, dotted: str) -> str | None:
        top = dotted.partition(".")[0]
        if top in sys.stdlib_module_names:
            return None
        tail = dotted.replace(".", os.sep)
        for root in dict.fromkeys((home, *self.roots)):
            if not (self.is_folder(os.path.join(root, top)) or self.is_file(os.path.join(root, top + ".py"))):
                continue
            found = self._below(os.path.join(root, tail))
            if found is not None:
                return found
        return None

    def _below(self, base: str) -> str | None:
        package = os.path.join(base, "__init__.py")
        if self.is_file(package):
            return package
        if self.is_file(base + ".py"):
            return base + ".py"
        return None

    def relative(self, importer: str, level: int, dotted: str) -> str | None:
        """The file that a relative import of `importer` means."""
        folder = os.path.dirname(importer)
        key = (folder, level, dotted)
        if key not in self._relative:
            self._relative[key] = self._find_relative(folder, level, dotted)
        return self._relative[key]

    def _find_relative(self, folder: str, level: int, dotted: str) -> str | None:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return self._below(os.path.join(folder, *dotted.split("."))) if dotted else self._below(folder)

    def is_namespace(self, dotted: str, importer: str) -> bool:
        """Is it a folder of the project without `__init__.py`, seen as a package?"""
        if dotted.partition(".")[0] in sys.stdlib_module_names:
            return False
        tail = dotted.replace(".", os.sep)
        roots = dict.fromkeys((self.home(importer)[0], *self.roots))
        return any(self.is_folder(os.path.join(root, tail)) for root in roots)
