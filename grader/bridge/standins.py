"""Stand-ins: what an object of the other side looks like on this side.

Wherever Python offers a real type it is used, so that nothing has to lie about its class: a class of the other side is
a class here (`isinstance`, `except` and `pytest.raises` work through its bases), its function is a function, its
coroutine a coroutine. An instance has no state of its own: even its number is kept in `Imports`.

This module reads descriptions (`describe` writes them) and calls the makers: `classes`, `functions`, `modules`.
"""

from __future__ import annotations

import asyncio
import enum
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from grader.bridge import describe, functions, known, twins
from grader.bridge.classes import ClassProxy, ContainerClassProxy, EnumClassProxy, Mirror, make_class
from grader.bridge.library import blank, init_future, make_library_class
from grader.bridge.modules import ModuleProxy
from grader.bridge.protocol import ProtocolError
from grader.bridge.virtual.loops import VirtualEventLoop

if TYPE_CHECKING:
    from grader.bridge.endpoint import Endpoint

Bind = Callable[..., None]
"""`bind(standin, forever=..., twin=...)` makes a stand-in the face of the object that is being described."""


class StandIns:
    """Makes the stand-ins for the objects of the side that `endpoint` talks to."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        proxy = type("ClassProxy", (ClassProxy,), {"_bridge": endpoint})
        self._metaclasses: dict[str, Any] = {
            "plain": proxy,
            "container": type("ContainerClassProxy", (ContainerClassProxy, proxy), {}),
            "enum": type("EnumClassProxy", (EnumClassProxy, proxy, enum.EnumType), {}),
        }
        self._library: dict[type, type] = {}
        self.patterns = False
        """Does a regular expression of the other side become one here? To match it may take for ever."""
        self.library_names: dict[int, str] = {}
        """The known names of the classes that stand-ins for library classes stand for, by identity."""
        self._root: Any = type.__new__(proxy, "Mirror", (Mirror,), {"__slots__": ()})

    def make(self, wire: list[Any], bind: Bind) -> Any:
        """The stand-in that the description `wire` asks for, after `bind` was told of it. Raises ProtocolError."""
        match wire:
            case ["class", str(meta), *rest] if meta in self._metaclasses:
                return _bound(
                    bind, make_class(self.endpoint, self._metaclasses[meta], self._root, *rest), forever=True
                )
            case ["object", cls]:
                return _bound(bind, self._instance(cls, object))
            case ["future", cls, loop]:
                return self._future(cls, self.endpoint.codec.decode(loop), bind)
            case ["value", cls, value]:
                plain = self.endpoint.codec.decode(value)
                if type(plain) not in known.IMMUTABLE_BASES:
                    raise ProtocolError(f"{type(plain).__name__} as the value of an object")
                return _bound(bind, self._instance(cls, type(plain), plain))
            case ["container", cls, int(number)]:
                return self._container(cls, number, bind)
            case ["function", *rest]:
                function = functions.make_function(self.endpoint, *rest)
                return _bound(bind, function, forever="<locals>" not in function.__qualname__)
            case ["running", str(kind), str(name), str(qualname)] if kind in functions.RUNNING:
                return functions.RUNNING[kind](self.endpoint, name, qualname, bind)
            case ["pattern", text, int(flags)] if self.patterns:
                return _bound(bind, re._compiler.compile(self.endpoint.codec.decode(text), flags))  # type: ignore[attr-defined]  # never a cached one: it has a number
            case ["module", str(name), (str() | None) as doc]:
                return _bound(bind, ModuleProxy(name, doc, self.endpoint), forever=True)
        raise ProtocolError(f"not a description: {str(wire)[:80]}")

    def _instance(self, cls: Any, base: Any, *value: Any) -> Any:
        standin = self.parent(self.endpoint.codec.decode(cls))
        if not isinstance(standin, ClassProxy) or not issubclass(standin, base):
            raise ProtocolError(f"{standin!r:.80} is not a class of the other side over {base!r:.80}")
        if base is object and not known.LIBRARY.isdisjoint(type.__dict__["__mro__"].__get__(standin)):
            return blank(standin)
        return base.__new__(standin, *value)

    def _future(self, cls: Any, loop: Any, bind: Bind) -> Any:
        standin = self._instance(cls, object)
        if not isinstance(standin, asyncio.Future):
            raise ProtocolError("a future of no class of futures")
        if not isinstance(loop, VirtualEventLoop):
            raise ProtocolError("a future of no loop")
        init_future(standin, loop)
        return _bound(bind, standin)

    def parent(self, cls: Any) -> Any:
        """What stands for `cls` as a base or as a class of instances: for a class of the library, its stand-in."""
        if not isinstance(cls, type) or cls not in known.LIBRARY:
            return cls
        made = self._library.get(cls)
        if made is None:
            made = make_library_class(self.endpoint, self._metaclasses["plain"], self._root, cls)
            self._library[cls] = made
            self.library_names[id(made)] = known.NAMES[id(cls)]
        return made

    def _container(self, cls: Any, number: int, bind: Bind) -> Any:
        standin_class = self.endpoint.codec.decode(cls)
        base = describe.storage(standin_class) if isinstance(standin_class, ClassProxy) else None
        if base is None or base not in twins.KINDS or not self.endpoint.twins.is_theirs(number):
            raise ProtocolError(f"{standin_class!r:.80} as the class of a container")
        standin = self._instance(cls, base)
        bind(standin, twin=number)
        entry = self.endpoint.imports.find(standin)
        assert entry is not None
        self.endpoint.twins.adopt(number, standin, twins.KINDS[base], entry.standin)
        return standin


def _bound(bind: Bind, standin: Any, **how: Any) -> Any:
    bind(standin, **how)
    return standin
