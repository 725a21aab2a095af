"""Stand-ins for instances of the standard library's own classes: a queue, a lock, a thread, a task of the other side.

The stand-in's class really derives from this side's class of the same name, so `isinstance` tells the truth; but its
instance is never initialised, and every method is replaced by one that asks the other side. A class of a program that
derives from such a class (`class Cook(threading.Thread)`) has its stand-in derive from this stand-in.

Futures and tasks are more: this side's asyncio must be able to wait for them. A stand-in keeps the two things that
asyncio asks of a future that it waits for (its loop, and whether somebody is about to wait), and tells its callbacks in
the very moment in which the original calls its own, so nobody is woken a turn too late.
"""

from __future__ import annotations

import abc
import asyncio
import functools
import inspect
import types
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

from grader.bridge import describe
from grader.bridge.classes import Forward, Mirror, endpoint_of
from grader.bridge.functions import FLAGS, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from grader.bridge.endpoint import Endpoint

_KEPT = frozenset(
    {"__init_subclass__", "__class_getitem__", "__getattr__", "__setattr__", "__delattr__", "__dir__"}
)


class LibraryMethod:
    """A method of a library class: called in one exchange, without reading it first."""

    __slots__ = ("_function",)

    def __init__(self, endpoint: Endpoint, name: str, kind: str) -> None:
        def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return endpoint.ask("method", self, name, *args, **kwargs)

        code = call.__code__.replace(
            co_flags=call.__code__.co_flags | FLAGS[kind], co_name=name, co_qualname=name
        )
        self._function = types.FunctionType(code, call.__globals__, name, None, call.__closure__)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self._function if instance is None else types.MethodType(self._function, instance)


def make_library_class(endpoint: Endpoint, metaclass: Any, root: type, cls: type) -> type:
    """The stand-in for a class of `known.LIBRARY`."""
    owner: list[type] = []
    body: dict[str, Any] = {}
    for base in reversed(cls.__mro__[:-1]):
        for name, value in vars(base).items():
            if name in describe.SPECIALS:
                body[name] = endpoint.special(name, owner) if value is not None else None
            elif not name.startswith("__"):
                body[name] = _member(endpoint, name, value)
    for name in _KEPT:
        if name in vars(Mirror):
            body[name] = vars(Mirror)[name]
    body["__del__"] = _nothing_to_end
    body["__dict__"] = property(lambda self: endpoint.ask("getattr", self, "__dict__"))
    if issubclass(cls, asyncio.Future):
        body |= _FUTURE
    body |= {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    if isinstance(cls, abc.ABCMeta):  # two metaclasses do not mix: it is registered instead
        made = _new_class(metaclass, cls.__name__, (root,), body)
        endpoint.kernel.postponed.append(lambda: cls.register(made))
    else:
        made = _new_class(metaclass, cls.__name__, (root, cls), body)
    owner.append(made)
    return made


def _new_class(metaclass: Any, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
    try:
        return type.__new__(metaclass, name, bases, {**body, "__slots__": ("__weakref__",)})  # type: ignore[no-any-return]
    except TypeError:
        return type.__new__(metaclass, name, bases, {**body, "__slots__": ()})  # type: ignore[no-any-return]


def _member(endpoint: Endpoint, name: str, value: Any) -> Any:
    if isinstance(value, types.FunctionType):
        return LibraryMethod(endpoint, name, kind_of(value.__code__))
    if not isinstance(value, (staticmethod, classmethod)) and inspect.ismethoddescriptor(value):
        return LibraryMethod(endpoint, name, "function")
    return Forward(endpoint, name)


def _nothing_to_end(self: Any) -> None:
    """In place of the library's own, which would close a file that is the other side's."""


def blank(standin_class: type) -> Any:
    """An instance that was never initialised. Raises TypeError when the class cannot have one."""
    arguments = (_nothing,) if issubclass(standin_class, functools.partial) else ()
    return standin_class.__new__(standin_class, *arguments)


# Futures


class DoneCallback:
    """A callback that a future of the other side has in our name: called at most once, and not after its removal."""

    __slots__ = ("_context", "_future", "callback", "waiting")

    def __init__(self, future: Any, callback: Callable[[Any], object], context: Context | None) -> None:
        self._future = future
        self.callback = callback
        self._context = context if context is not None else copy_context()
        self.waiting = True

    def __call__(self) -> None:
        if self.waiting:
            self.waiting = False
            callbacks = endpoint_of(self._future).calls.done_callbacks
            callbacks[id(self._future)].remove(self)
            run_in(self._context, self.callback, self._future)


def run_in(context: Context, call: Callable[..., Any], *args: Any) -> Any:
    """Run in `context`, which may be the one that is running already."""
    return call(*args) if is_entered(context) else context.run(call, *args)


def is_entered(context: Context) -> bool:
    try:
        context.run(_nothing)
    except RuntimeError:
        return True
    return False


def _nothing(*_: Any) -> None:
    """Entering a context is all that is tried."""


def init_future(standin: Any, loop: asyncio.AbstractEventLoop) -> None:
    asyncio.Future.__init__(standin, loop=loop)


def _await(self: Any) -> Generator[Any, Any, Any]:
    if not self.done():
        self._asyncio_future_blocking = True
        yield self
    return self.result()


def _add_done_callback(self: Any, callback: Any, /, *, context: Context | None = None) -> None:
    endpoint = endpoint_of(self)
    entry = DoneCallback(self, callback, context)
    endpoint.calls.done_callbacks.setdefault(id(self), []).append(entry)
    endpoint.ask("when done", self, lambda: entry())  # noqa: PLW0108


def _remove_done_callback(self: Any, callback: Any, /) -> int:
    entries = endpoint_of(self).calls.done_callbacks.get(id(self), [])
    removed = [entry for entry in entries if entry.callback == callback]
    for entry in removed:
        entry.waiting = False
        entries.remove(entry)
    return len(removed)


def _set_attribute(self: Any, name: str, value: Any) -> None:
    if name == "_asyncio_future_blocking":
        object.__setattr__(self, name, value)
    else:
        Mirror.__setattr__(self, name, value)


def _make_cancelled_error(self: Any) -> asyncio.CancelledError:
    """What `gather` makes of a future that was cancelled."""
    message = self._cancel_message
    return asyncio.CancelledError() if message is None else asyncio.CancelledError(message)


_native = vars(asyncio.Future)
_FUTURE: dict[str, Any] = {
    "__await__": _await,
    "__iter__": _await,
    "__setattr__": _set_attribute,
    "add_done_callback": _add_done_callback,
    "remove_done_callback": _remove_done_callback,
    "_make_cancelled_error": _make_cancelled_error,
    "get_loop": _native["get_loop"],
    "_loop": _native["_loop"],
    "_asyncio_future_blocking": _native["_asyncio_future_blocking"],
}
