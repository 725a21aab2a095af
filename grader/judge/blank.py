"""A stand-in for modules that nobody has: every name in them is something. For collecting a suite
without a submission."""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.machinery
import sys
import types
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from pathlib import Path


class _Blank(types.ModuleType):
    def __init__(self, name: str, suite: Path) -> None:
        super().__init__(name)
        self._suite = suite

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":  # `import *`
            return sorted(_missing_names(self._suite))
        if name.startswith("__"):
            raise AttributeError(name)
        value = mock.MagicMock(name=name)
        setattr(self, name, value)
        return value


class BlankFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `module` (None: everything), and all that is inside of it. `suite`: the folder of the tests."""

    def __init__(self, module: str | None, suite: Path) -> None:
        self._module = module
        self._suite = suite

    def install(self) -> None:
        """The exercise's module hides one of this machine; otherwise only what nobody else finds is blank."""
        sys.meta_path.insert(len(sys.meta_path) if self._module is None else 0, self)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if self._module is not None and fullname.partition(".")[0] != self._module:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Blank(spec.name, self._suite)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute."""


def _missing_names(suite: Path) -> set[str]:
    """Names that a file of the suite uses and nothing in it binds: what it hopes for from `import *`."""
    missing: set[str] = set()
    for path in suite.rglob("*.py"):
        try:
            nodes = list(ast.walk(ast.parse(path.read_bytes())))
        except (OSError, SyntaxError, ValueError):
            continue
        names = [node for node in nodes if isinstance(node, ast.Name)]
        bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
        bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        bound |= {
            (node.asname or node.name).partition(".")[0] for node in nodes if isinstance(node, ast.alias)
        }
        bound |= {
            node.name
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        missing |= {node.id for node in names if node.id not in bound and not hasattr(builtins, node.id)}
    return missing
