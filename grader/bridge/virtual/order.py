"""Sets of tasks that are iterated in a fixed order.

asyncio keeps the tasks of `wait`, `as_completed`, `TaskGroup` and `all_tasks` in sets, and the order of a set
of tasks is that of their addresses: another one at each run. In the modules that do so, `set` becomes a set
that remembers the order in which it was filled; what is filled from a plain set of tasks is put in the order
of their births.
"""

from __future__ import annotations

import asyncio
import concurrent.futures._base
from asyncio import taskgroups, tasks
from typing import TYPE_CHECKING, Any

from grader.bridge.virtual.loops import VirtualEventLoop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.bridge.virtual.patches import Patches


class OrderedSet(set[Any]):
    """A set. Only the order of its iteration differs, and operators give plain sets."""

    def __init__(self, items: Iterable[Any] = (), /) -> None:
        if isinstance(items, (set, frozenset)) and not isinstance(items, OrderedSet):
            items = sorted(items, key=birth)
        self._order = dict.fromkeys(items)
        super().__init__(self._order)

    def __iter__(self) -> Iterator[Any]:
        known = [item for item in self._order if item in self]
        if len(known) < len(self):  # filled in a way that is not overridden here
            known += [item for item in super().__iter__() if item not in self._order]
        return iter(known)

    def add(self, item: Any, /) -> None:
        self._order[item] = None
        super().add(item)

    def discard(self, item: Any, /) -> None:
        self._order.pop(item, None)
        super().discard(item)

    def remove(self, item: Any, /) -> None:
        super().remove(item)
        self._order.pop(item, None)

    def pop(self) -> Any:
        for item in self:
            self.remove(item)
            return item
        return super().pop()  # raises as an empty set does

    def clear(self) -> None:
        self._order.clear()
        super().clear()

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self))}}}" if self else "set()"


def birth(item: object) -> int:
    """The stamp of a task's birth; 0 for anything else, which keeps its place."""
    if not isinstance(item, asyncio.Task):
        return 0
    loop = item.get_loop()
    return loop.births.get(item, 0) if isinstance(loop, VirtualEventLoop) else 0


def install(patches: Patches) -> None:
    real_all_tasks = tasks.all_tasks

    def all_tasks(loop: asyncio.AbstractEventLoop | None = None) -> set[asyncio.Task[Any]]:
        """All tasks of the loop that are not done, oldest first."""
        return OrderedSet(real_all_tasks(loop))

    for module in (tasks, taskgroups, concurrent.futures._base):
        patches.replace(module, "set", OrderedSet)
    for module in (tasks, asyncio):
        patches.replace(module, "all_tasks", all_tasks)
