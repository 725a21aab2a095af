"""What passes between a warm judge process and whoever uses it: orders one way; the other way answers of the process
itself through a pipe, and what its forks tell in a file in memory.

Nobody waits for what a fork tells: who is woken for each test takes a core away from the next one.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any

import msgspec

from grader.course.feedback import Feedback
from grader.judge.verdicts import Fact, Frame, Kind, SuiteTest, Verdict
from grader.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator


class Setup(msgspec.Struct, frozen=True):
    """What a judge process is for. It serves one suite."""

    suite: str
    """The folder of the suite."""
    module: str
    """The module that students hand in."""
    limits: Limits
    isolation: str
    packages: tuple[str, ...] = ()
    core: int | None = None
    """The core that both halves of a pair run on."""
    feedback: Feedback = Feedback.HINT
    """How much of a test that does not say it itself a student is shown."""


class Job(msgspec.Struct, frozen=True, tag=True):
    """Judge `files` (relative path -> content)."""

    files: dict[str, bytes]
    seed: int
    language: str
    judged: tuple[str, ...] = ()
    """Tests that have their verdict already."""


class Survey(msgspec.Struct, frozen=True, tag=True):
    """Collect the suite with the reference in `files`, and in `language`. Without files there is nothing to import: any
    name of the module is something."""

    files: dict[str, bytes]
    language: str


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The judge process is warm."""

    isolation: str
    missing: dict[str, str]
    early: bool
    """The suite has been collected once, for all submissions."""


class Unready(msgspec.Struct, frozen=True, tag=True):
    """It cannot work: `fault` is "isolation", "sandbox" or "suite"."""

    fault: str
    reason: str


class Collected(msgspec.Struct, frozen=True, tag=True):
    tests: tuple[SuiteTest, ...]


class Uncollected(msgspec.Struct, frozen=True, tag=True):
    """A test file that could not be imported, and why."""

    file: str
    kind: Kind
    message: str
    where: str | None = None
    explanation: str | None = None
    trace: tuple[Frame, ...] = ()


class Began(msgspec.Struct, frozen=True, tag=True):
    """A test is under way: if nothing more is heard, it is what ended the session. "": the submission
    runs, in no test."""

    test: str


class Done(msgspec.Struct, frozen=True, tag=True):
    verdict: Verdict


class Over(msgspec.Struct, frozen=True, tag=True):
    """The session has ended in good order. With `more`, tests are left that need a new process."""

    more: bool = False
    printed: str = ""
    facts: tuple[Fact, ...] = ()
    cpu: float = 0.0
    virtual: float = 0.0


class Broke(msgspec.Struct, frozen=True, tag=True):
    """pytest itself failed in a fork: a fault of the grader or of one of its libraries."""

    reason: str


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The forked session is gone; `status` as of `os.waitstatus_to_exitcode`."""

    status: int


Order = Job | Survey
Answer = Ready | Unready | Ended
Event = Collected | Uncollected | Began | Done | Over | Broke

_LENGTH = struct.Struct("<I")
_encoder = msgspec.msgpack.Encoder()


ZYGOTE_LOST = 75
"""Status of a fork whose submission was killed together with the zygote: no doing of the submission."""


NOT_EARLY = 76
"""Status of a fork for which the early collection is of no use: to be made anew, with a collection of its own."""


class Writer:
    """Messages to a descriptor, each whole."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self, *messages: msgspec.Struct) -> None:
        payloads = [_encoder.encode(message) for message in messages]
        view = memoryview(b"".join(_LENGTH.pack(len(payload)) + payload for payload in payloads))
        while view:
            view = view[os.write(self._descriptor, view) :]


class Reader:
    """Messages of type `kind` from a descriptor."""

    def __init__(self, descriptor: int, kind: Any) -> None:
        self.descriptor = descriptor
        self._decoder = msgspec.msgpack.Decoder(kind)

    def __call__(self) -> Any:
        """The next message. Raises EOFError at the end."""
        (size,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return self._decoder.decode(self._read(size))

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self.descriptor, size)
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class Notes:
    """A file in memory for a `Writer` in another process: the messages so far, of type `kind`."""

    def __init__(self, kind: Any) -> None:
        self.descriptor = os.memfd_create("notes", 0)
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._read = 0

    def clear(self) -> None:
        """Empty the file. Nobody may be writing."""
        os.ftruncate(self.descriptor, 0)
        os.lseek(self.descriptor, 0, os.SEEK_SET)  # where the writer goes on, too
        self._read = 0

    def new(self) -> Iterator[Any]:
        """The messages that have not been read yet; half a one is left for the next time."""
        size = os.fstat(self.descriptor).st_size - self._read
        data = os.pread(self.descriptor, size, self._read)
        place = 0
        while place + _LENGTH.size <= len(data):
            (length,) = _LENGTH.unpack_from(data, place)
            end = place + _LENGTH.size + length
            if end > len(data):
                break
            message = self._decoder.decode(memoryview(data)[place + _LENGTH.size : end])
            self._read += end - place
            place = end
            yield message
