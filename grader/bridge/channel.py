"""A connected socket that speaks frames, each behind its length.

The socket is the C type of `_socket`: the methods of `socket.socket` are among those whose waiting becomes virtual, and
this waiting is real. Nobody has to watch the time here: the sandbox's watchdog kills what takes too long, and then the
other end is gone.
"""

from __future__ import annotations

import _socket
import struct

import msgspec

from grader.bridge.protocol import FRAME_LIMIT, Frame, ProtocolError

_LENGTH = struct.Struct("<I")
_HEAD = _LENGTH.size
_FIRST = 1 << 14
"""Bytes that are asked for before the length of a frame is known. More would be a mapping of memory of its own, made
and undone at every exchange: that took a third of its time."""
_CHUNK = 1 << 18
"""Bytes that are asked for at once of a frame that is longer."""
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Frame)
"""Made before the forks: looking through the types takes as long as a dozen exchanges."""


class Channel:
    """One end of a pair of connected stream sockets; owns `descriptor` from now on."""

    def __init__(self, descriptor: int) -> None:
        self._socket = _socket.socket(fileno=descriptor)
        self._socket.setblocking(True)  # noqa: FBT003
        self._rest = b""
        """What has arrived of the next frame."""
        self.frames = 0

    def close(self) -> None:
        self._socket.close()

    def encode(self, frame: Frame) -> bytes:
        payload = _ENCODER.encode(frame)
        if len(payload) > FRAME_LIMIT:
            raise OverflowError(f"{len(payload)} bytes at once are more than the bridge carries")
        return _LENGTH.pack(len(payload)) + payload

    def send(self, data: bytes) -> None:
        """Raises EOFError when the other side is gone."""
        self.frames += 1
        try:
            self._socket.sendall(data, _socket.MSG_NOSIGNAL)
        except OSError:
            raise EOFError("the other process is gone") from None

    def receive(self) -> Frame:
        """Wait for the token. Raises EOFError when the other side is gone, ProtocolError for what is no frame."""
        data: bytes | bytearray = self._rest or self._part(_FIRST)
        while len(data) < _HEAD:
            data += self._part(_FIRST)
        (size,) = _LENGTH.unpack_from(data)
        if size > FRAME_LIMIT:
            raise ProtocolError(f"a frame of {size} bytes")
        end = _HEAD + size
        if len(data) < end:
            data = bytearray(data)
            while len(data) < end:
                data += self._part(min(_CHUNK, max(_FIRST, end - len(data))))
        view = memoryview(data)
        self._rest = bytes(view[end:])
        try:
            return _DECODER.decode(view[_HEAD:end])
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ProtocolError(f"not a frame: {error}") from None

    def _part(self, size: int) -> bytes:
        try:
            part = self._socket.recv(size)
        except OSError:
            part = b""
        if not part:
            raise EOFError("the other process is gone")
        return part
