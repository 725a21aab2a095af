"""What a pool and its workers say to each other.

A message is a byte that says what it is, four bytes of length, and that many bytes. A worker answers FACTS
with the encoded facts of the bytes it was given. JOB tells it the project's root and settings; for each
FINDINGS (paths) it then asks back for what it needs of the project, one LOAD, ANEW or TEXT after the other,
and ends with a RESULT or FAILED. The side of the pool needs nothing of the analysis itself, so that workers
start early.
"""

from __future__ import annotations

from typing import IO, Final

import msgspec

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
