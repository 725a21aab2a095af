"""The messages between launcher, zygote and a sandbox that is being confined, and how they travel.

They go over SOCK_SEQPACKET pairs: a message arrives whole or not at all, so a judge that dies in the middle
of a request leaves nothing half-said. Descriptors ride along. Functions of the C socket type are used
directly, since the bridge replaces the waiting methods of `socket.socket` by virtual ones in the judge, and
these waits are real.
"""

from __future__ import annotations

import _socket
import array
import os
from contextlib import suppress
from typing import Final

import msgspec

from grader.sandbox.levels import Layer
from grader.sandbox.limits import Limits
from grader.sandbox.readable import Readable

_MAXIMUM: Final = 1 << 16
_MOST_DESCRIPTORS: Final = 8


class Setup(msgspec.Struct, tag=True, frozen=True):
    """Launcher to zygote, once: what to import, what to leave out, where to run."""

    entry: str
    """`package.module:function`, called in the sandbox with (channel, files_root, limits)."""
    confine: bool
    without: list[Layer]
    core: int | None
    packages: dict[str, str]
    """Top-level import name -> the folder or file that holds it."""
    metadata: list[str]
    """The dist-info folders of those packages."""
    landlock_abi: int | None = None
    """Use no more of Landlock than this version knows."""


class Ready(msgspec.Struct, tag=True, frozen=True):
    """Zygote to launcher, once; the descriptor of the folder for the submission's files rides along."""

    files_root: str
    missing: dict[Layer, str]
    """Layers that this machine does not give, each with the reason."""
    readable: Readable
    """Paths that a sandbox can read, besides the submission's."""
    landlock_abi: int


class Unable(msgspec.Struct, tag=True, frozen=True):
    """Zygote to launcher: no sandbox can be made, and why."""

    reason: str


class Spawn(msgspec.Struct, tag=True, frozen=True):
    """Launcher to zygote; channel, standard error and status socket ride along."""

    limits: Limits


class Started(msgspec.Struct, tag=True, frozen=True):
    """Zygote to launcher, over the status socket; the pidfd rides along."""

    pid: int


class Confined(msgspec.Struct, tag=True, frozen=True):
    """Sandbox to launcher, over the status socket: these layers are on, the submission has not run yet."""

    layers: list[Layer]


class Unconfined(msgspec.Struct, tag=True, frozen=True):
    """Sandbox to launcher: a layer failed, the process ends."""

    reason: str


class Arm(msgspec.Struct, tag=True, frozen=True):
    """Launcher to zygote, over the status socket: from now on at most so many seconds; None is no limit."""

    cpu: float | None
    wall: float | None


class Ended(msgspec.Struct, tag=True, frozen=True):
    """Zygote to launcher, over the status socket: the sandbox is dead and reaped."""

    status: int
    """As of `os.waitstatus_to_exitcode`: the exit code, or minus the signal."""
    limit: str | None
    """Which limit the watchdog killed it for."""
    killed: bool
    """Whether the zygote killed it because nobody wants it any more."""
    cpu: float
    """Processor time in seconds."""
    peak: int
    """The most memory that it had at once, in bytes."""
    left: int
    """Processes of it that were still there, and were killed."""


Packet = Setup | Ready | Unable | Spawn | Started | Confined | Unconfined | Arm | Ended

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Packet] = msgspec.msgpack.Decoder(Packet)
_Socket = _socket.socket
_pair = _socket.socketpair
_send = _Socket.send
_sendmsg = _Socket.sendmsg
_recvmsg = _Socket.recvmsg


class Line:
    """One end of a packet connection; owns its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._socket = _Socket(fileno=descriptor)

    @staticmethod
    def pair() -> tuple[int, int]:
        """Descriptors of two connected ends, closed on exec."""
        one, other = _pair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        return one.detach(), other.detach()

    def fileno(self) -> int:
        """The descriptor, for polling; -1 once closed."""
        return self._socket.fileno()

    def send(self, packet: Packet, *descriptors: int) -> None:
        """Send one packet, waiting for room.

        Raises:
            OSError: The other end is gone.
        """
        data = _encoder.encode(packet)
        if not descriptors:
            _send(self._socket, data, _socket.MSG_NOSIGNAL)  # the one that the sandbox's filter lets through
            return
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", descriptors))
        _sendmsg(self._socket, [data], [rights], _socket.MSG_NOSIGNAL)

    def receive(self) -> tuple[Packet, list[int]]:
        """The next packet and the descriptors that came with it, waiting for it.

        Raises:
            EOFError: The other end is gone.
        """
        space = _socket.CMSG_SPACE(_MOST_DESCRIPTORS * array.array("i").itemsize)
        try:
            data, extras, _flags, _address = _recvmsg(self._socket, _MAXIMUM, space, _socket.MSG_CMSG_CLOEXEC)
        except ConnectionError:
            data, extras = b"", []
        descriptors = array.array("i")
        for level, kind, content in extras:
            if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
                descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
        if not data:
            for descriptor in descriptors:
                os.close(descriptor)
            raise EOFError("the other process is gone")
        return _decoder.decode(data), list(descriptors)

    def end(self) -> None:
        """Say goodbye: the other end reads EOF, even while copies of this descriptor live in forks."""
        with suppress(OSError):  # the other end may be gone already
            self._socket.shutdown(_socket.SHUT_RDWR)
        self._socket.close()

    def close(self) -> None:
        """Close this descriptor only."""
        self._socket.close()

    def forget(self) -> None:
        """Let go of the descriptor without closing it: its number may belong to something else by now."""
        self._socket.detach()
