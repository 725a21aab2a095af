"""Stand-ins for modules: reading, patching and `import *` act on the real one."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from grader.bridge.classes import Namespace

if TYPE_CHECKING:
    from grader.bridge.endpoint import Endpoint


class ModuleProxy(types.ModuleType):
    """Names with two underscores at both ends are this side's own: the import system sets them."""

    def __init__(self, name: str, doc: str | None, endpoint: Endpoint) -> None:
        super().__init__(name, doc)
        types.ModuleType.__setattr__(self, "_bridge", endpoint)

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return Namespace(self._bridge, self)

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        if name == "__path__":
            raise AttributeError(name)
        return self._bridge.module_attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__") and name.endswith("__"):
            super().__setattr__(name, value)
        else:
            self._bridge.ask("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._bridge.ask("delattr", self, name)

    def __dir__(self) -> list[str]:
        return [name for name in self._bridge.ask("dir", self) if type(name) is str]
