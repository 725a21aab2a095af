"""A loop's selector: its select() is where the loop lets others run, and rests.

Most loops of a suite, one for every test, never watch a descriptor: what wakes them is the kernel. So the epoll behind
a selector is made when it is needed.
"""

from __future__ import annotations

import select
import selectors
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from grader.bridge.simulation.outside import is_external
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from grader.bridge.virtual.loops import VirtualEventLoop


_Base: Any = selectors.DefaultSelector
_WITH_EPOLL = _Base is getattr(selectors, "EpollSelector", None)


class VirtualSelector(_Base):  # type: ignore[misc]
    """The loop's selector. Its select() is the loop's turn; what it would have reported is kept until the
    loop takes it.
    """

    loop: VirtualEventLoop

    def __init__(self) -> None:
        if _WITH_EPOLL:
            selectors._BaseSelectorImpl.__init__(self)
        else:
            super().__init__()
        self._reported: list[Any] = []
        self._external: bool | None = None

    @cached_property
    def _selector(self) -> Any:
        """Its name in `selectors`, which sets it at once."""
        return select.epoll()

    def close(self) -> None:
        if _WITH_EPOLL and "_selector" not in vars(self):
            selectors._BaseSelectorImpl.close(self)
        else:
            super().close()

    def select(self, timeout: float | None = None) -> list[Any]:
        kernel = WORLD.kernel
        process = kernel.current() if kernel is not None else None
        if kernel is None or process is None:
            return cast("list[Any]", super().select(timeout))
        return self.loop.turn(kernel, process)

    def look(self) -> list[Any]:
        if not self._reported and self._fd_to_key:
            self._reported = super().select(0)
        return self._reported

    def take(self) -> list[Any]:
        if not self._fd_to_key:
            return []
        taken, self._reported = self._reported or super().select(0), []
        return taken

    def waits_for_outside(self) -> bool:
        """Is anything registered that the outside world can make ready: pipes, pidfds, terminals, sockets
        that leave?
        """
        if self._external is None:
            own = self.loop._ssock.fileno() if self.loop._ssock is not None else -1
            self._external = any(is_external(key.fd) for key in self.get_map().values() if key.fd != own)
        return self._external

    def register(self, *args: Any) -> Any:
        self._external = None
        return super().register(*args)

    def unregister(self, fileobj: Any) -> Any:
        self._external, self._reported = None, []
        return super().unregister(fileobj)
