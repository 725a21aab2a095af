"""A stand-in for modules that nobody has: every name in them is something. For collecting a suite
without a submission."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any
from unittest import mock


class _Blank(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = mock.MagicMock(name=name)
        setattr(self, name, value)
        return value


class BlankFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `module` (None: everything), and all that is inside of it."""

    def __init__(self, module: str | None) -> None:
        self._module = module

    def install(self) -> None:
        """The exercise's module hides one of this machine; otherwise only what nobody else finds is blank."""
        sys.meta_path.insert(len(sys.meta_path) if self._module is None else 0, self)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if self._module is not None and fullname.partition(".")[0] != self._module:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Blank(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute."""
