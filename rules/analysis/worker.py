"""What a worker process runs: facts from bytes, and findings of some of a project's files.

It is driven by `pool.py` through its standard input and output. A message is a byte that says what it is,
four bytes of length, and that many bytes. A worker answers FACTS with the encoded facts of the bytes it was
given. JOB tells it the project's root and settings; for each FINDINGS (paths) it then asks back for what it
needs of the project, one LOAD, ANEW or TEXT after the other, and ends with a RESULT or FAILED. So a worker
holds the facts of the files it looks at, and no others.
"""

from __future__ import annotations

import gc
import os
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from . import facts

if TYPE_CHECKING:
    from collections.abc import Callable

# To the worker.
FACTS: Final = b"p"  # bytes of a file -> MADE
JOB: Final = b"j"  # (root, settings) -> nothing
FINDINGS: Final = b"a"  # paths -> RESULT or FAILED
KNOWN: Final = b"k"  # answers LOAD: encoded facts
SOURCE: Final = b"s"  # answers LOAD and ANEW (the worker makes facts of it and sends them: MADE), and TEXT
NOTHING: Final = b"n"  # answers all three: there is no such file
# To the one who drives it.
MADE: Final = b"m"  # encoded facts
LOAD: Final = b"l"  # a path, whose facts are wanted
ANEW: Final = b"d"  # a path, whose facts were damaged
TEXT: Final = b"t"  # a path, whose bytes are wanted
RESULT: Final = b"r"  # (findings, what the file system was asked)
FAILED: Final = b"x"  # a traceback

CODE: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from rules.analysis.worker import serve; "
    "serve(sys.stdin.buffer, sys.stdout.buffer)"
)

encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.decode


class Gone(Exception):  # noqa: N818 -- not an error of ours: the other side has left
    """The other side of the pipe has gone."""


class Pipe:
    """One end of the conversation."""

    def __init__(self, source: IO[bytes], target: IO[bytes]) -> None:
        self._source = source
        self._target = target

    def send(self, kind: bytes, content: bytes = b"") -> None:
        """Say one thing. Raises `Gone`."""
        try:
            self._target.write(kind + len(content).to_bytes(4, "little"))
            self._target.write(content)
            self._target.flush()
        except (OSError, ValueError) as error:  # ValueError: the pipe was closed on this side
            raise Gone from error

    def receive(self) -> tuple[bytes, bytes]:
        """The next message: its kind and its content. Raises `Gone`."""
        try:
            head = self._source.read(5)
            length = int.from_bytes(head[1:], "little")
            content = self._source.read(length) if len(head) == 5 else b""
        except (OSError, ValueError) as error:
            raise Gone from error
        if len(head) < 5 or len(content) < length:
            raise Gone
        return head[:1], content


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
                pipe.send(*analyst(_decode(content, type=list[str])))
    except Gone:
        return


def _analyst(pipe: Pipe, job: bytes) -> Callable[[list[str]], tuple[bytes, bytes]]:
    """What finds the findings of paths, as a message."""
    from rules.engine import Engine
    from rules.settings import Settings

    from .project import Finder
    from .sources import decode

    root, settings = _decode(job, type=tuple[str, Settings])
    finder = Finder(root, settings.first_party)

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
