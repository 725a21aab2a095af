"""A submission's process seen from the trusted side: its limits, its end, and what it said last.

Made by `launcher.Zygote.spawn`. Nothing here needs a thread, and waits are real: functions that the judge
makes virtual are bound at import.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from grader.sandbox import packets
from grader.sandbox.errors import SandboxError
from grader.sandbox.levels import Layer, level_of
from grader.sandbox.watchdog import CPU, THREADS, WALL

if TYPE_CHECKING:
    from socket import socket

    from grader.sandbox.limits import Limits

PATIENCE: Final = 60.0
"""Seconds within which a zygote has to start, or a sandbox to be confined, on a busy machine."""
SLACK: Final = 0.05
"""The share of its limits that a test may have beyond them."""
_LAST_WORDS: Final = 64 * 1024
_CLOCK_OF_PROCESS: Final = 2

_poll = select.poll
_monotonic = time.monotonic
_clock_gettime = time.clock_gettime
if sys.platform == "linux":
    _kill = signal.pidfd_send_signal


class ExitKind(StrEnum):
    """How a sandbox process ended."""

    FINISHED = "finished"
    """Its entry function returned."""
    KILLED = "killed"
    """The trusted side ended it."""
    CRASHED = "crashed"
    """It exited by itself or died of a signal."""
    CPU_LIMIT = "cpu_limit"
    WALL_LIMIT = "wall_limit"
    THREAD_LIMIT = "thread_limit"
    MEMORY = "memory"
    """It died for lack of memory, as far as can be told from outside."""


@dataclass(frozen=True, slots=True)
class Exit:
    """The end of a sandbox process."""

    kind: ExitKind
    code: int | None
    """The exit code, when it exited."""
    signal: signal.Signals | int | None
    """What killed it, when a signal did."""
    cpu: float
    """Processor time in seconds."""
    peak: int
    """The most memory that it had at once, in bytes."""
    left: int
    """Processes of it that were still there, and were killed."""


class SandboxProcess:
    """A submission's process, from its start to its end; a context manager that kills it.

    Attributes:
        channel: The judge's end of the stream to the worker.
        pid: Its process number.
        pidfd: A descriptor of it.
        layers: The layers that it wears.
        level: The level that they make.
        files_root: Where its files are, as it sees them.
    """

    def __init__(
        self, channel: socket, words: int, line: packets.Line, limits: Limits, files_root: str
    ) -> None:
        self.channel = channel
        self.files_root = files_root
        self._limits = limits
        self._words = words
        self._line = line
        self._killed = False
        self._exit: Exit | None = None
        self._renewed: tuple[float, float] | None = None
        self._last_words: bytes | None = None
        try:
            self.pid, self.pidfd, self.layers = _meet(line)
        except BaseException:
            # The zygote kills a sandbox whose line is closed.
            channel.close()
            line.close()
            os.close(words)
            raise
        self.level = level_of(self.layers)

    def arm(self, *, cpu: float | None = None, wall: float | None = None) -> None:
        """From now on let it use at most `cpu` seconds of processor time and `wall` seconds in all."""
        with suppress(OSError):  # it has ended already, which `wait` tells
            self._line.send(packets.Arm(cpu, wall))

    def renew(self, *, cpu: float, wall: float) -> None:
        """`arm`, for the many short tests of a suite: it leaves as they are limits of which almost nothing is used, and
        every test has at least its own."""
        now, used = _monotonic(), self.cpu_seconds()
        if self._renewed is not None:
            began, used_then = self._renewed
            if now - began < SLACK * wall and used - used_then < SLACK * cpu:
                return
        self._renewed = now, used
        self.arm(cpu=cpu * (1 + SLACK), wall=wall * (1 + SLACK))

    def deadline(self, seconds: float) -> None:
        """Kill it when that many seconds have passed."""
        self.arm(wall=seconds)

    def disarm(self) -> None:
        """Lift the limits until the next `arm`."""
        self.arm()

    def cpu_seconds(self) -> float:
        """The processor time that it has used so far."""
        if self._exit is None:
            with suppress(OSError):
                return _clock_gettime((~self.pid << 3) | _CLOCK_OF_PROCESS)
        return self.wait().cpu

    def wait(self, timeout: float | None = None) -> Exit:
        """How it ended, waiting for that.

        Raises:
            TimeoutError: It still runs after `timeout` seconds.
        """
        if self._exit is None:
            until = None if timeout is None else _monotonic() + timeout
            try:
                while not isinstance(packet := self._next(until), packets.Ended):
                    pass
            except EOFError:
                # The zygote was killed, and the kernel killed the sandbox with it.
                packet = packets.Ended(-signal.SIGKILL, None, killed=True, cpu=0.0, peak=0, left=0)
            self._exit = _explain(packet, self._limits, killed=self._killed)
            self._last_words = _drain(self._words)
        return self._exit

    def _next(self, until: float | None) -> packets.Packet:
        packet, _ = receive_within(self._line, None if until is None else max(0.0, until - _monotonic()))
        return packet

    @property
    def exit(self) -> Exit | None:
        """How it ended; None while it runs."""
        try:
            return self.wait(0)
        except TimeoutError:
            return None

    @property
    def verdict(self) -> ExitKind | None:
        """The limit that it was killed for, if one was."""
        ended = self.exit
        limits = {ExitKind.CPU_LIMIT, ExitKind.WALL_LIMIT, ExitKind.THREAD_LIMIT, ExitKind.MEMORY}
        return ended.kind if ended is not None and ended.kind in limits else None

    @property
    def last_words(self) -> bytes:
        """What it wrote to its standard error at the C level, at most 64 KB. Untrusted. Empty while it runs.

        Where it was when its time was up or when it crashed, as `faulthandler` writes it.
        """
        return self._last_words or b""

    def kill(self) -> Exit:
        """End it now, and everything that it has left."""
        if self._exit is None:
            self._killed = True
            with suppress(ProcessLookupError):
                _kill(self.pidfd, signal.SIGKILL)
        return self.wait()

    def close(self) -> None:
        """Kill it if it still runs, and close the channel."""
        if self._line.fileno() == -1:
            return
        self.kill()
        self.channel.close()
        self._line.close()
        os.close(self._words)
        os.close(self.pidfd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _meet(line: packets.Line) -> tuple[int, int, frozenset[Layer]]:
    """Wait until a new sandbox is confined: its process number, pidfd and layers.

    Zygote and sandbox talk at the same time, so either may be heard first.

    Raises:
        SandboxError: It is not going to be.
    """
    born: tuple[int, int] | None = None
    layers: frozenset[Layer] | None = None
    try:
        while born is None or layers is None:
            packet, passed = receive_within(line, PATIENCE)
            if isinstance(packet, packets.Started):
                born = packet.pid, passed[0]
            elif isinstance(packet, packets.Confined):
                layers = frozenset(packet.layers)
            else:
                raise SandboxError(f"the sandbox could not be confined: {packet}")
    except (OSError, EOFError) as error:
        raise SandboxError(f"the zygote did not make a sandbox: {error}") from error
    finally:
        if layers is None and born is not None:
            os.close(born[1])
    return *born, layers


def _explain(ended: packets.Ended, limits: Limits, *, killed: bool) -> Exit:
    number = -ended.status if ended.status < 0 else None
    named = {CPU: ExitKind.CPU_LIMIT, WALL: ExitKind.WALL_LIMIT, THREADS: ExitKind.THREAD_LIMIT}
    if ended.limit is not None:
        kind = named[ended.limit]
    elif (killed or ended.killed) and number == signal.SIGKILL:
        kind = ExitKind.KILLED
    elif ended.status == 0:
        kind = ExitKind.FINISHED
    elif ended.cpu >= limits.total_cpu:
        kind = ExitKind.CPU_LIMIT
    elif number == signal.SIGKILL or (number is not None and ended.peak > 0.9 * limits.memory):
        # Killed by nobody here, so by the kernel, for memory; or it was near its limit and could get no more.
        kind = ExitKind.MEMORY
    else:
        kind = ExitKind.CRASHED
    known = {one.value: one for one in signal.Signals}
    return Exit(
        kind=kind,
        code=None if number is not None else ended.status,
        signal=None if number is None else known.get(number, number),
        cpu=ended.cpu,
        peak=ended.peak,
        left=ended.left,
    )


def receive_within(line: packets.Line, seconds: float | None) -> tuple[packets.Packet, list[int]]:
    """The next packet and its descriptors.

    Raises:
        TimeoutError: None came in time.
        EOFError: The other end is gone.
    """
    ready = _poll()
    ready.register(line.fileno(), select.POLLIN)
    if not ready.poll(None if seconds is None else seconds * 1000):
        raise TimeoutError(f"no answer within {seconds} s")
    return line.receive()


def _drain(words: int) -> bytes:
    os.set_blocking(words, False)
    parts: list[bytes] = []
    with suppress(BlockingIOError):
        while sum(map(len, parts)) < _LAST_WORDS and (part := os.read(words, _LAST_WORDS)):
            parts.append(part)
    return b"".join(parts)[:_LAST_WORDS]
