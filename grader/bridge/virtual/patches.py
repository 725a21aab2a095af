"""Replaced attributes, and their way back."""

from __future__ import annotations

import ctypes
import gc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_ABSENT = object()


class Patches:
    """A list of undone-in-reverse replacements."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Set `owner.name`; a class is given back its own entry, not what it inherits."""
        old = vars(owner).get(name, _ABSENT)
        setattr(owner, name, value)

        def undo() -> None:
            if old is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, old)

        self._undo.append(undo)

    def replace_in_static_type(self, cls: type, name: str, value: Any) -> None:
        """Replace an entry in the namespace of a type written in C, which refuses setattr.

        `datetime.now` needs it: a subclass in its place would not be the exact type that programs compare
        with.
        """
        namespace = gc.get_referents(cls.__dict__)[0]
        old = namespace.get(name, _ABSENT)
        namespace[name] = value
        _type_modified(cls)

        def undo() -> None:
            if old is _ABSENT:
                del namespace[name]
            else:
                namespace[name] = old
            _type_modified(cls)

        self._undo.append(undo)

    def on_undo(self, callback: Callable[[], None]) -> None:
        self._undo.append(callback)

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()


def _type_modified(cls: type) -> None:
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))
