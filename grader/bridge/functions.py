"""Stand-ins for functions, and for what functions that pause return: generators, coroutines, async generators.

A stand-in function carries the flags of the original's kind, so `inspect.iscoroutinefunction` tells the
truth, but calls
at once: a wrong number of arguments is a TypeError of the call, as in one process. What it returns then is a native
generator, coroutine or async generator whose body forwards each step.

A coroutine is not driven step by step. `Calls.finish` starts it as a task of the other side's loop and awaits its end,
so `current_task()`, timeouts and cancellation there are Python's own.
"""

from __future__ import annotations

import asyncio
import inspect
import types
import warnings
from typing import TYPE_CHECKING, Any

import msgspec

from grader.bridge import signatures
from grader.bridge.protocol import ProtocolError
from grader.bridge.virtual.loops import VirtualEventLoop

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator

    from grader.bridge.endpoint import Endpoint
    from grader.bridge.refs import Import

LONGEST_NAME = 1_000
"""Characters of the name of a function."""
FLAGS = {
    "function": 0,
    "generator": inspect.CO_GENERATOR,
    "coroutine": inspect.CO_COROUTINE,
    "async generator": inspect.CO_ASYNC_GENERATOR,
}


def kind_of(code: types.CodeType) -> str:
    """Which of `FLAGS` a function's code is."""
    return next((kind for kind, flag in FLAGS.items() if code.co_flags & flag), "function")


def make_function(
    endpoint: Endpoint,
    kind: str,
    name: str,
    qualname: str,
    module: str,
    doc: str | None,
    parameters: list[Any] | None,
    attributes: Any,
    annotations: dict[str, Any] | None,
    place: Any,
) -> types.FunctionType:
    """`parameters`: shape and defaults (see `describe`), None for what has no code; `place`: [file as it may be told,
    line]."""
    if any(type(each) is not str or len(each) > LONGEST_NAME for each in (name, qualname)):
        raise ProtocolError("a function with a name that is none")
    decode = endpoint.codec.decode
    shape = signatures.ANY
    defaults: tuple[Any, ...] = ()
    keyword_defaults: dict[str, Any] = {}
    if parameters is not None:
        shape = msgspec.convert(parameters[0], signatures.Shape)
        signatures.check(shape)
        if parameters[1] is None:
            defaults = tuple(signatures.Untold() for _ in range(shape.defaults))
            keyword_defaults = {key: signatures.Untold() for key in parameters[2]}
        else:
            defaults = tuple(decode(each) for each in parameters[1])
            keyword_defaults = {key: decode(each) for key, each in parameters[2].items()}

    def forward(values: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        arguments, keywords = signatures.given(shape, values, defaults, keyword_defaults)
        if pauses:
            return endpoint.make_ahead(kind, function, arguments, keywords)
        return endpoint.ask("call", function, *arguments, **keywords)

    pauses = kind != "function" and parameters is not None
    function = signatures.make(shape, forward)
    code = function.__code__
    code = code.replace(co_flags=code.co_flags | FLAGS[kind], co_name=name, co_qualname=qualname)
    if place is not None:  # `inspect.getsource` reads this side's own copy of the file
        code = code.replace(co_filename=endpoint.file(str(place[0])), co_firstlineno=max(1, int(place[1])))
    function.__code__ = code
    function.__name__, function.__qualname__, function.__module__, function.__doc__ = (
        name,
        qualname,
        module,
        doc,
    )
    function.__defaults__, function.__kwdefaults__ = defaults or None, keyword_defaults or None
    if annotations:
        function.__annotations__ = {key: endpoint.annotation(value) for key, value in annotations.items()}
    if attributes is not None:
        function.__dict__ = decode(attributes)
    return function


def signature(parameters: list[Any]) -> inspect.Signature:
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [
            inspect.Parameter(
                name, kind, default=default if has else empty, annotation=note if noted else empty
            )
            for name, kind, has, default, noted, note in parameters
        ]
    )


class Running:
    """What runs on the other side, seen from the body of its stand-in."""

    __slots__ = ("endpoint", "number", "standin")

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.standin: Callable[[], Any] = lambda: None
        self.number = 0

    def bind(self, standin: Any, bind: Callable[..., None]) -> Any:
        bind(standin)
        entry = self.endpoint.imports.find(standin)
        assert entry is not None
        self.standin, self.number = entry.standin, entry.number
        return standin

    def bind_again(self, entry: Import, standin: Any) -> None:
        self.endpoint.imports.bind(entry, standin)
        self.standin = entry.standin

    # as `yield from` wants a generator

    def __iter__(self) -> Running:
        return self

    def __next__(self) -> Any:
        return self.endpoint.ask("next", self.standin())

    def send(self, value: Any) -> Any:
        return self.endpoint.ask("send", self.standin(), value)

    def throw(self, *error: Any) -> Any:
        return self.endpoint.ask("throw", self.standin(), error[-1])

    def close(self) -> None:
        """Also called when the generator is collected, which may be in the middle of a frame: then the release of
        its number does the work."""
        generator = self.standin()
        if generator is None:
            self.endpoint.end(self.number)
        elif not self.endpoint.busy:
            self.endpoint.ask("close", generator)

    # as `await` wants an awaitable

    def __await__(self) -> Generator[Any, Any, Any]:
        if asyncio._get_running_loop() is not None:
            return (yield from self.endpoint.calls.finish(self.standin()).__await__())
        return (yield from _by_hand(self))


def _by_hand(running: Running) -> Generator[Any, Any, Any]:
    """Somebody drives the coroutine with `send`, without a loop."""
    return (yield from _Steps(running))


class _Steps:
    def __init__(self, running: Running) -> None:
        self._running = running

    def __iter__(self) -> _Steps:
        return self

    def __next__(self) -> Any:
        return self._running.send(None)

    def send(self, value: Any) -> Any:
        return self._running.send(value)

    def throw(self, *error: Any) -> Any:
        return self._running.throw(*error)

    def close(self) -> None:
        self._running.close()


def _generate(running: Running) -> Generator[Any, Any, Any]:
    return (yield from running)


async def _drive(running: Running) -> Any:
    __tracebackhide__ = True
    return await running


async def _drive_generator(running: Running) -> AsyncGenerator[Any, Any]:
    """`async for`, `asend`, `athrow` and `aclose` of the stand-in become the same of the original."""
    endpoint, send, error = running.endpoint, None, None
    while True:
        try:
            if error is None:
                step = endpoint.ask("asend", running.standin(), send)
            else:
                step = endpoint.ask("athrow", running.standin(), error)
            value = await step
        except StopAsyncIteration:
            return
        send = error = None
        try:
            send = yield value
        except GeneratorExit:
            if running.standin() is not None:  # else no loop knew of it: nothing closes it
                await endpoint.ask("aclose", running.standin())
            raise
        except BaseException as thrown:
            if running.standin() is None:
                raise
            error = thrown


def _revive(generator: Any) -> None:
    """Nobody holds `generator` any more, and the loop will close it: until then it stands for the original."""
    if generator.ag_code is _drive_generator.__code__ and generator.ag_frame is not None:
        running: Running = generator.ag_frame.f_locals["running"]
        entry = running.endpoint.imports.by_number.get(running.number)
        if entry is not None:
            running.bind_again(entry, generator)


VirtualEventLoop.revive = staticmethod(_revive)


def _named(standin: Any, name: str, qualname: str) -> Any:
    standin.__name__, standin.__qualname__ = name, qualname
    return standin


def _make(body: Callable[[Running], Any]) -> Callable[..., Any]:
    def make(endpoint: Endpoint, name: str, qualname: str, bind: Callable[..., None]) -> Any:
        running = Running(endpoint)
        return running.bind(_named(body(running), name, qualname), bind)

    return make


RUNNING = {
    "generator": _make(_generate),
    "coroutine": _make(_drive),
    "async generator": _make(_drive_generator),
}

_KINDS: dict[type, str] = {
    types.GeneratorType: "generator",
    types.CoroutineType: "coroutine",
    types.AsyncGeneratorType: "async generator",
}


def running_kind(value: object) -> str | None:
    """Is `value` something that runs and pauses?"""
    return _KINDS.get(type(value))


def is_standin(coroutine: Coroutine[Any, Any, Any]) -> bool:
    return getattr(coroutine, "cr_code", None) is _drive.__code__


def watch_unawaited(tell: Callable[[Coroutine[Any, Any, Any]], None]) -> None:
    """From now on, a coroutine that is collected without having been awaited warns on its own side only.

    For a stand-in the other side's coroutine is marked as lost, and warns there when its number is released; for one of
    this side `tell` is called, before the warning. The interpreter looks up this function by name.
    """

    def warn(coroutine: Any) -> None:
        if is_standin(coroutine):
            running = coroutine.cr_frame.f_locals["running"]
            running.endpoint.lose(running.number)
        else:
            tell(coroutine)
            # Without the place of its making, which a plain program is not told either.
            text = f"coroutine '{coroutine.__qualname__}' was never awaited"
            warnings.warn(text, category=RuntimeWarning, stacklevel=2, source=coroutine)

    warnings._warn_unawaited_coroutine = warn  # type: ignore[attr-defined]
