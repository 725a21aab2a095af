"""`os.environ` of both sides, as if it were one.

A change on either side is an event of the next frame. What the machinery of either side keeps there is its own: pytest
writes the name of the running test into the environment, and a program must not steer the judge with a variable.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

_MACHINERY = (
    "PYTEST",
    "PYTHON",
    "HYPOTHESIS",
    "COV",
    "GRADER",
    "LD_",
    "DYLD_",
    "MALLOC",
    "XDG_",
    "VIRTUAL_ENV",
)
LONGEST = 10_000
"""Characters of a name with its value."""
MOST = 1_000
"""Names that the other side may add."""


class SharedEnvironment:
    """`tell` is called with each event."""

    def __init__(self, tell: Callable[[list[Any]], None]) -> None:
        self._tell = tell
        self._own = frozenset(os.environ)
        self._theirs: set[str] = set()
        self._applying = False
        self._putenv, self._unsetenv = os.putenv, os.unsetenv

    def install(self) -> None:
        """`os.environ` calls these two by name for each change."""
        os.putenv, os.unsetenv = self._put, self._unset

    def _put(self, name: Any, value: Any, /) -> None:
        self._putenv(name, value)
        self._changed(os.fsdecode(name), os.fsdecode(value))

    def _unset(self, name: Any, /) -> None:
        self._unsetenv(name)
        self._changed(os.fsdecode(name), None)

    def _changed(self, name: str, value: str | None) -> None:
        if not self._applying and not name.startswith(_MACHINERY) and len(name) + len(value or "") <= LONGEST:
            self._tell(["environ", *(None if each is None else each.encode("utf-8", "surrogateescape")
                                     for each in (name, value))])  # fmt: skip

    def apply(self, name: bytes, value: bytes | None, *, guarded: bool) -> None:
        """The other side made this change. `guarded`: keep what this process was started with, and stay in bounds."""
        key = name.decode("utf-8", "surrogateescape")
        if guarded:
            if len(name) + len(value or b"") > 4 * LONGEST:
                raise ProtocolError("too long a variable of the environment")
            if key in self._own or key.startswith(_MACHINERY):
                return
            self._theirs.add(key)
            if len(self._theirs) > MOST:
                raise ProtocolError("too many variables of the environment")
        self._applying = True
        try:
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value.decode("utf-8", "surrogateescape")
        except (OSError, ValueError) as error:  # "=" or "\0" in a name
            raise ProtocolError(f"not a variable of the environment: {error}") from None
        finally:
            self._applying = False
