"""Coroutines and generators that are made without asking.

To call an `async def` function, or one with `yield`, runs nothing of its body: it binds the arguments, and the
stand-in's own shape does that. So nobody has to wait for it. The caller's side chooses the number of what comes to be,
has a stand-in at once, and tells the other side with the next frame (`Made`), which is nearly always the one that
starts the coroutine: one exchange instead of two. The arguments are encoded when the call is made, as for any call.

The numbers are negative, so they are never those that the owner gives. Until the frame has left, `Imports.unsent` holds
the arguments, and no release goes ahead of it.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from grader.bridge import functions
from grader.bridge.protocol import Made, ProtocolError
from grader.bridge.refs import LIMIT_AHEAD

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from grader.bridge.endpoint import Endpoint

MOST_AT_ONCE = 32
"""What one frame tells: arguments can be large, and a frame has a limit."""


def make(
    endpoint: Endpoint,
    kind: str,
    function: types.FunctionType,
    arguments: list[Any],
    keywords: dict[str, Any],
) -> Any:
    """The stand-in for what `function`, itself a stand-in of that kind, returns for the arguments."""
    if len(endpoint.imports) >= LIMIT_AHEAD:
        return endpoint.ask("call", function, *arguments, **keywords)
    thread, number = endpoint.asker("call").thread, endpoint.imports.next_ahead()
    if len(endpoint.imports.unsent) >= MOST_AT_ONCE:
        endpoint.ask("settle")
    endpoint.kernel.enclose(
        endpoint.encoded(
            lambda: Made(
                thread,
                number,
                endpoint.codec.encode(function),
                *endpoint.encoded_arguments(arguments, keywords),
            )
        )
    )
    endpoint.imports.unsent[number] = (arguments, keywords)
    return endpoint.imported(number, ["running", kind, function.__name__, function.__qualname__])


def answer(endpoint: Endpoint, message: Made) -> None:
    """Make it, in the middle of reading a frame. Raises ProtocolError for a function whose call would run something."""
    function = message.function
    endpoint.permit("call", [function])
    plain = function.__func__ if type(function) is types.MethodType else function
    kind = functions.kind_of(plain.__code__) if type(plain) is types.FunctionType else "function"
    if kind == "function" or endpoint.imports.find(plain) is not None:
        raise ProtocolError("a function that cannot be called without asking")
    try:
        value = function(*message.arguments, **message.keywords)
    except TypeError as error:  # its code or its defaults were exchanged since it was described
        value = _FAILING[kind](error)
    if functions.running_kind(value) is None:
        raise ProtocolError("a function that did not pause")
    endpoint.exports.put(message.number, value)


async def _coroutine(error: TypeError) -> None:
    raise error


def _generator(error: TypeError) -> Generator[None, None, None]:
    yield from ()
    raise error


async def _async_generator(error: TypeError) -> AsyncGenerator[None, None]:
    for _ in ():
        yield
    raise error


_FAILING: dict[str, Callable[[TypeError], object]] = {
    "coroutine": _coroutine,
    "generator": _generator,
    "async generator": _async_generator,
}
