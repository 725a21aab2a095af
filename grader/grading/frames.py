"""Frames between a command and its worker processes: four bytes of length, then msgpack of a known type.

Both ends are ours and trusted; frames rather than pickles because a typed value cannot surprise, and
because the same values travel to a cluster.
"""

from __future__ import annotations

from typing import IO, Any, TypeVar

import msgspec

_Value = TypeVar("_Value")
HEADER = 4
LONGEST = 256 * 1024 * 1024


def write_frame(stream: IO[bytes], value: Any) -> None:
    """Write one frame and flush it.

    Raises:
        OSError: The other end is gone.
    """
    stream.write(encode_frame(value))
    stream.flush()


def encode_frame(value: Any) -> bytes:
    """A frame as bytes."""
    body = msgspec.msgpack.encode(value)
    return len(body).to_bytes(HEADER, "big") + body


def read_frame(stream: IO[bytes], kind: type[_Value], *, limit: int = LONGEST) -> _Value | None:
    """Read one frame; None when the stream has ended, also in the middle of a frame.

    Raises:
        OSError: The stream cannot be read.
        msgspec.DecodeError: The frame is no `kind`, or longer than `limit`.
    """
    header = stream.read(HEADER)
    if len(header) < HEADER:
        return None
    size = int.from_bytes(header, "big")
    if size > limit:
        raise msgspec.DecodeError(f"a frame of {size} bytes")
    body = stream.read(size)
    return msgspec.msgpack.decode(body, type=kind) if len(body) == size else None


class FrameBuffer:
    """Frames put together from pieces, for a reader that must not block."""

    def __init__(self, limit: int = LONGEST) -> None:
        """`limit`: bytes of the longest frame."""
        self._bytes = bytearray()
        self._limit = limit

    def feed(self, piece: bytes) -> list[bytes]:
        """The bodies of the frames that `piece` completes.

        Raises:
            msgspec.DecodeError: A frame claims to be longer than the limit.
        """
        self._bytes += piece
        bodies = []
        while len(self._bytes) >= HEADER:
            size = int.from_bytes(self._bytes[:HEADER], "big")
            if size > self._limit:
                raise msgspec.DecodeError(f"a frame of {size} bytes")
            if len(self._bytes) < HEADER + size:
                break
            bodies.append(bytes(self._bytes[HEADER : HEADER + size]))
            del self._bytes[: HEADER + size]
        return bodies
