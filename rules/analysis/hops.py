"""Answers that are found once and remembered, and always the same whatever the order of questions.

Every step from one place of the project to another (a binding, an attribute, a function's returned value) is a
*hop*, hops are limited by fuel, and a remembered answer says how much fuel it needed. So a file gives the same
findings alone as among all others, and cycles end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .values import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Callable

FUEL: Final = 9


class Hops:
    """Remembers what was found, and how far one had to go for it."""

    def __init__(self) -> None:
        self.fuel = FUEL
        self._exhausted = False
        self._need = 0
        self._complete: dict[Any, tuple[Any, int]] = {}
        self._partial: dict[tuple[Any, int], Any] = {}

    def forget(self) -> None:
        """Remember nothing any more."""
        self._complete.clear()
        self._partial.clear()

    def hop(self, key: Any, compute: Callable[[], Any], empty: Any = UNKNOWN) -> Any:
        """The remembered or computed answer for `key`; `empty` when the fuel is spent."""
        known = self._complete.get(key)
        if known is not None:
            value, need = known
            if self.fuel >= need:
                if need > self._need:
                    self._need = need
                return value
        if self.fuel <= 0:
            self._exhausted = True
            return empty
        partial = (key, self.fuel)
        if partial in self._partial:
            self._exhausted = True
            return self._partial[partial]
        outer_exhausted, outer_need = self._exhausted, self._need
        self._exhausted, self._need = False, 0
        self.fuel -= 1
        try:
            value = compute()
        finally:
            self.fuel += 1
        need = self._need + 1
        if self._exhausted:
            self._partial[partial] = value
        else:
            self._complete[key] = (value, need)
        self._exhausted = self._exhausted or outer_exhausted
        self._need = max(outer_need, need)
        return value

    def remembered(self, key: Any, compute: Callable[[], Value]) -> Value:
        """`hop` for values."""
        value: Value = self.hop(key, compute)
        return value
