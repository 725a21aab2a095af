"""How the suite's `import kitchen` reaches the submission.

A module that the suite's folder has is the suite's own; every other top-level module or package of the submission is
imported in the sandbox, and what arrives is a stand-in. What went wrong there is raised here, as the
import's own error.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from typing import TYPE_CHECKING, Any

from grader.bridge.modules import ModuleProxy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from grader.judge.connection import Connection


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules called `names`, and what is inside of those that are packages, in the other process."""

    def __init__(self, connection: Connection, names: Collection[str], packages: Collection[str]) -> None:
        self._connection = connection
        self._endpoint = connection.endpoint
        self._names = frozenset(names)
        self._packages = frozenset(packages)
        self._fresh: set[str] = set()

    def install(self, *, first: bool) -> None:
        """`first`: before every module of this machine; otherwise only where no other is found."""
        sys.meta_path.insert(0 if first else len(sys.meta_path), self)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname.partition(".")[0] not in self._names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname in self._packages)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Any:
        name = spec.name
        if name in self._connection.import_errors:
            raise self._connection.import_errors[name]
        try:
            module = self._endpoint.ask("import", name)
        except Exception as error:
            self._connection.import_errors[name] = error
            raise
        if type(module) is not ModuleProxy:
            refused = ImportError(f"{name} has put something that is no module in its place", name=name)
            self._connection.import_errors[name] = refused
            raise refused
        self._fresh.add(name)
        return module

    def exec_module(self, module: Any) -> None:
        """The other side has executed it already, unless this is a reload."""
        name = module.__spec__.name
        if name not in self._fresh:
            self._endpoint.ask("reload", module)
        self._fresh.discard(name)
        told = name.replace(".", "/")
        module.__file__ = self._endpoint.file(
            f"{told}/__init__.py" if name in self._packages else f"{told}.py"
        )


def modules_of(files: Iterable[str]) -> tuple[set[str], set[str]]:
    """The importable top-level names among relative file names, and all packages (dotted) inside."""
    names, packages = set(), set()
    for path in files:
        if not path.endswith(".py"):
            continue
        *folders, last = path[:-3].split("/")
        names.add(folders[0] if folders else last)
        for depth in range(1, len(folders) + 1):
            packages.add(".".join(folders[:depth]))
    return names, packages
