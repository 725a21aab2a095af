"""A submission that says what it is given wherever a program can say something, and then ends in the way asked for."""

import asyncio
import ctypes
import logging
import os
import signal
import threading
import types
import warnings

LINE = 7654321
print("imported")


def renamed(function, word, line=LINE):
    """The function with the word in its names, in its file's name and as its line."""
    code = function.__code__.replace(
        co_name=word, co_qualname=word, co_firstlineno=line, co_filename=function.__code__.co_filename
    )
    made = types.FunctionType(
        code, {**globals(), "__name__": word}, word, function.__defaults__, function.__closure__
    )
    made.__qualname__ = word
    return made


def elsewhere(word):
    """A function in a file that is named by the word."""
    namespace = {"__name__": word, "asyncio": asyncio}
    exec(compile(f"async def {word}(future):\n    await future\n", word, "exec"), namespace)
    return namespace[word]


def evil(word, base=Exception):
    return type(word, (base,), {"__module__": "builtins", "__qualname__": word, "__doc__": word})


class Labelled(asyncio.Future):
    pass


async def never():
    pass


async def fails(word):
    raise evil(word)(word)


def tell(word):
    print(word)
    warnings.warn(word, stacklevel=1)
    warnings.warn(word, evil(word, UserWarning), stacklevel=1)
    logging.getLogger(word).warning(word)
    logging.getLogger("asyncio").error(
        "Task exception was never retrieved\ncoro=<%s()> exception=%s", word, word
    )
    os.environ["WORD"] = word


async def settle(word, callback, how):
    """Leaves behind what it can, named by the word, and then ends."""
    tell(word)
    renamed(never, word)()
    never().__qualname__ = word
    callback()
    callback("a coroutine of the suite that nobody awaits")
    failing = asyncio.create_task(fails(word), name=word)
    failing.get_coro().__qualname__ = word
    await asyncio.sleep(0)
    del failing
    future = Labelled()
    future.label = word
    Labelled.__name__ = Labelled.__qualname__ = word
    pots = [asyncio.create_task(elsewhere(word)(future), name=word) for _ in range(2)]
    pots.append(asyncio.create_task(renamed(wait_for, word)(future), name=word))
    pots.append(asyncio.create_task(renamed(wait_for, word, line=3)(Labelled()), name=word))
    threading.Thread(target=threading.Event().wait, name=word, daemon=True).start()
    await asyncio.sleep(0.5)
    return end(word, how, pots)


async def wait_for(future):
    await future


def end(word, how, pots=()):  # noqa: C901 - one case for each ending
    match how:
        case "raise":
            raise evil(word)(word)
        case "import":
            raise ImportError(f"cannot import name '{word}' from 'solution'")
        case "missing":
            return getattr(os, word)
        case "group":
            raise ExceptionGroup(word, [evil(word)(word)])
        case "syntax":
            raise SyntaxError(word, (word, LINE, 1, word))
        case "renamed":
            return renamed(first_of_nothing, word)()
        case "near":
            return renamed(first_of_nothing, word, line=2)()
        case "exit":
            os._exit(7)
        case "signal":
            os.kill(os.getpid(), signal.SIGKILL)
        case "segmentation fault":
            ctypes.string_at(0)
        case "compute":
            renamed(spin, word)()
        case "memory":
            return [word] * (1 << 32)
        case "deadlock":
            return asyncio.gather(*pots)
        case "wrong":
            return word
    return how


def first_of_nothing():
    return [].pop()


def spin():
    while True:
        pass


async def run(word, callback, how):
    kept = await settle(word, callback, how)
    if how == "deadlock":
        await kept
    while how == "endless":
        await asyncio.sleep(60)
    while how == "turns":
        await asyncio.sleep(0)
    if how == "print":
        print(word * 100_000)
    return kept


def at_collection(word):
    print(word)
    raise ImportError(f"cannot import name '{word}' from 'solution'")
