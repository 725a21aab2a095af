"""What a worker process runs: facts from bytes, and findings of some of a project's files.

It is driven by `pool.py` through its standard input and output (see `pipe.py`). It holds the facts of the
files it looks at, and no others.
"""

from __future__ import annotations

import gc
import os
from typing import IO, TYPE_CHECKING, Any

import msgspec

from . import facts
from .pipe import (
    ANEW,
    FACTS,
    FAILED,
    FINDINGS,
    JOB,
    KNOWN,
    LOAD,
    MADE,
    RESULT,
    SOURCE,
    TEXT,
    Gone,
    Pipe,
    encode,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer until the input ends; then leave at once, without tidying a heap that nobody needs."""
    gc.disable()  # trees have no cycles, and the engine collects those of its own when it begins anew
    facts.with_deep_stack(lambda: answer(Pipe(source, target)))
    os._exit(0)


def answer(pipe: Pipe) -> None:
    """The conversation, until the other side goes."""
    analyst: Callable[[list[str]], tuple[bytes, bytes]] | None = None
    try:
        while True:
            kind, content = pipe.receive()
            if kind == FACTS:
                pipe.send(MADE, facts.encode(facts.build(content)))
            elif kind == JOB:
                analyst = _analyst(pipe, content)
            elif kind == FINDINGS and analyst is not None:
                pipe.send(*analyst(msgspec.msgpack.decode(content, type=list[str])))
    except Gone:
        return


def _analyst(pipe: Pipe, job: bytes) -> Callable[[list[str]], tuple[bytes, bytes]]:
    """What finds the findings of paths, as a message."""
    from rules.engine import Engine
    from rules.settings import Settings

    from .finder import Finder
    from .sources import decode

    root, settings, present = msgspec.msgpack.decode(job, type=tuple[str, Settings, list[str]])
    finder = Finder(root, settings.first_party, present)

    def load(path: str) -> facts.Facts | None:
        pipe.send(LOAD, path.encode(errors="surrogateescape"))
        kind, content = pipe.receive()
        if kind == KNOWN:
            try:
                return facts.load(content)
            except msgspec.DecodeError:  # a damaged row of the cache
                pipe.send(ANEW, path.encode(errors="surrogateescape"))
                kind, content = pipe.receive()
        if kind != SOURCE:
            return None
        made = facts.build(content)
        pipe.send(MADE, facts.encode(made))
        return made

    def text(path: str) -> str:
        pipe.send(TEXT, path.encode(errors="surrogateescape"))
        return decode(pipe.receive()[1])

    engine = Engine(root, settings, finder, load)

    def run(paths: list[str]) -> tuple[bytes, bytes]:
        try:
            found: Any = engine.findings(paths, text)
            return RESULT, encode((found, finder.asked))
        except Gone:
            raise
        except Exception:  # noqa: BLE001 -- raised again by the one who drives
            import traceback

            return FAILED, traceback.format_exc().encode(errors="backslashreplace")

    return run
