"""The process that sandboxes are forked from, and that watches over them.

It is a clean interpreter that has imported what a submission's process needs, and nothing of the grader's
secrets: it never sees a submission's files, let alone a test. It prepares what all sandboxes share, then
waits: for a request to make a sandbox, for a limit that is reached, for the sandbox's end, for the end of
whoever started it. It has one thread, so that its forks are sound, and one sandbox at a time, so that
whatever else is alive after one has ended is known to be a leftover. When it ends, however that comes, the
kernel kills its sandbox.

Started by `launcher.Zygote` with the control line at descriptor 3 and a pidfd of the owner at 4.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from grader.sandbox import confinement, descriptors, kernel, landlock, packets
from grader.sandbox.preparation import Prepared, prepare
from grader.sandbox.watchdog import THREADS, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.limits import Limits

CONTROL: Final = 3
OWNER: Final = 4
_CLOCK_OF_PROCESS: Final = 2
_GRACE: Final = 0.1
"""Seconds between asking a sandbox for its last words and killing it."""
_STAT_THREADS: Final = 17
"""Place of num_threads in /proc/PID/stat, counted after the name."""


@dataclass(slots=True)
class Sandbox:
    """The sandbox that lives, seen from the zygote."""

    pid: int
    pidfd: int
    status: packets.Line
    limits: Limits
    watch: Watch
    limit: str | None = None
    killed_at: float | None = None

    def used(self) -> float:
        """Its processor time in seconds so far."""
        return time.clock_gettime((~self.pid << 3) | _CLOCK_OF_PROCESS)

    def signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)


@dataclass(frozen=True, slots=True)
class Job:
    """What a sandbox has to do, in its own process."""

    request: packets.Spawn
    channel: int
    errors: int
    status: int


def main() -> None:
    """Be a zygote until the owner lets go; in each fork, be a sandbox."""
    kernel.close_from(OWNER + 1)
    os.chdir("/")
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    control = packets.Line(CONTROL)
    setup, _ = control.receive()
    assert isinstance(setup, packets.Setup)
    try:
        entry = _import_entry(setup)
        prepared = prepare(setup)
    except Exception:  # noqa: BLE001  # told to the launcher, who raises it
        control.send(packets.Unable(traceback.format_exc()))
        return
    gc.collect()
    gc.freeze()
    control.send(
        packets.Ready(prepared.files_root, prepared.missing, prepared.readable, landlock.abi()),
        prepared.files,
    )
    os.close(prepared.files)
    job = Supervisor(control, prepared).run()
    if job is not None:
        run(job, entry, prepared)
    if prepared.own is not None:
        prepared.own.remove()


def _import_entry(setup: packets.Setup) -> Callable[[socket.socket, str, Limits], object]:
    import asyncio  # noqa: F401  # what every submission of the course imports

    name, _, function = setup.entry.partition(":")
    module = importlib.import_module(name)
    entry: Callable[[socket.socket, str, Limits], object] = getattr(module, function)
    getattr(module, "prepare", lambda: None)()
    # What was needed to get here is not for submissions.
    sys.path[:] = [path for path in sys.path if path not in sys.argv[1:]]
    sys.argv[:] = [""]
    sys.path_importer_cache.clear()
    if setup.packages:
        from grader.sandbox import packages  # what reads metadata is a tenth of what a zygote imports

        packages.Finder(setup.packages, setup.metadata).install()
    return entry


class Supervisor:
    """The zygote's loop."""

    def __init__(self, control: packets.Line, prepared: Prepared) -> None:
        self._control = control
        self._prepared = prepared
        self._sandbox: Sandbox | None = None

    def run(self) -> Job | None:
        """Serve until the owner lets go: None. In each child that is forked: its Job."""
        while True:
            ready = self._wait()
            if OWNER in ready:
                break
            if self._sandbox is not None:
                self._attend(self._sandbox, ready)
            if self._control.fileno() in ready:
                try:
                    request, passed = self._control.receive()
                except EOFError:
                    break
                assert isinstance(request, packets.Spawn)
                job = self._spawn(request, passed)
                if job is not None:
                    return job
        self._bury()
        return None

    def _wait(self) -> set[int]:
        """Wait until a descriptor has something to say or the clocks are due; return the descriptors."""
        poll = select.poll()
        poll.register(self._control.fileno(), select.POLLIN)
        poll.register(OWNER, select.POLLIN)
        wait: float | None = None
        sandbox = self._sandbox
        if sandbox is not None:
            poll.register(sandbox.pidfd, select.POLLIN)
            poll.register(sandbox.status.fileno(), select.POLLIN)
            if sandbox.killed_at is not None:
                wait = max(0.0, sandbox.killed_at - time.monotonic())
            else:
                wait = sandbox.watch.next_look(time.monotonic(), sandbox.used())
        # Rounded up: a look that comes too early would only be followed by another.
        return {number for number, _ in poll.poll(None if wait is None else int(wait * 1000) + 1)}

    def _attend(self, sandbox: Sandbox, ready: set[int]) -> None:
        if sandbox.pidfd in ready:
            self._bury(wanted=True)
            return
        if sandbox.status.fileno() in ready:
            try:
                order, _ = sandbox.status.receive()
            except EOFError:
                self._bury()  # nobody is interested in it any more
                return
            assert isinstance(order, packets.Arm)
            sandbox.watch.arm(time.monotonic(), sandbox.used(), order.cpu, order.wall)
        now = time.monotonic()
        if sandbox.killed_at is not None:
            if now >= sandbox.killed_at:
                sandbox.signal(signal.SIGKILL)
            return
        sandbox.limit = sandbox.watch.exceeded(now, sandbox.used()) or self._too_many_threads(sandbox)
        if sandbox.limit is not None:
            sandbox.killed_at = now + _GRACE
            sandbox.signal(signal.SIGXCPU)
            sandbox.signal(signal.SIGCONT)

    def _too_many_threads(self, sandbox: Sandbox) -> str | None:
        if self._prepared.plan.counted_beside is not None or not sandbox.watch.armed:
            return None  # the kernel counts them, or nobody does
        try:
            opened = os.open(f"{sandbox.pid}/stat", os.O_RDONLY, dir_fd=self._prepared.processes)
        except OSError:
            return None
        with os.fdopen(opened, "rb") as stat:
            count = int(stat.read().rsplit(b")", 1)[1].split()[_STAT_THREADS])
        return THREADS if count > sandbox.limits.threads + 1 else None

    def _spawn(self, request: packets.Spawn, passed: list[int]) -> Job | None:
        """Fork. Returns the Job in the child, None in the zygote."""
        self._bury()
        channel, errors, status = passed
        pid = os.fork()
        if pid == 0:
            self._control.forget()
            return Job(request, channel, errors, status)
        os.close(channel)
        os.close(errors)
        watch = Watch(cores=1 if self._prepared.plan.core is not None else len(os.sched_getaffinity(0)))
        self._sandbox = Sandbox(pid, os.pidfd_open(pid), packets.Line(status), request.limits, watch)
        with suppress(OSError):  # a launcher that is gone already is noticed at the next wait
            self._sandbox.status.send(packets.Started(pid), self._sandbox.pidfd)
        return None

    def _bury(self, *, wanted: bool = False) -> None:
        """Kill the sandbox if there is one, with all that it has left, and say how it ended.

        `wanted` if it has ended by itself, or for a limit.
        """
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is None:
            return
        sandbox.signal(signal.SIGKILL)
        _, status, usage = os.wait4(sandbox.pid, 0)
        left = sweep(self._prepared.processes)
        ended = packets.Ended(
            status=os.waitstatus_to_exitcode(status),
            limit=sandbox.limit,
            killed=not wanted,
            cpu=usage.ru_utime + usage.ru_stime,
            peak=usage.ru_maxrss * 1024,
            left=left,
        )
        with suppress(OSError):  # nobody may be left to hear it
            sandbox.status.send(ended)
        sandbox.status.close()
        os.close(sandbox.pidfd)


def sweep(processes: int) -> int:
    """Kill every process that still descends from this one and return how many there were.

    As a subreaper the zygote inherits whatever a dead sandbox had started, so "no child" means "nothing
    left".
    """
    left = 0
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return left
        if pid:
            left += 1
            continue
        for child in _children(processes):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)


def _children(processes: int) -> list[int]:
    """The children of this process, read from the /proc behind `processes`."""
    own = os.getpid()
    found = []
    for name in os.listdir(processes):
        if name.isdigit():
            with (
                suppress(OSError),
                os.fdopen(os.open(f"{name}/stat", os.O_RDONLY, dir_fd=processes), "rb") as stat,
            ):
                if int(stat.read().rsplit(b")", 1)[1].split()[1]) == own:
                    found.append(int(name))
    return found


def run(job: Job, entry: Callable[[socket.socket, str, Limits], object], prepared: Prepared) -> NoReturn:
    """Confine this process and call `entry` in it; the process ends with it."""
    code = 1
    try:
        ruleset = prepared.plan.ruleset
        descriptors.arrange(
            job.channel, job.errors, job.status, None if ruleset is None else ruleset.descriptor
        )
        status = packets.Line(descriptors.STATUS)
        try:
            layers = confinement.confine(prepared.plan, job.request.limits, prepared.files_root)
        except Exception:  # noqa: BLE001  # told to the launcher, who raises it
            status.send(packets.Unconfined(traceback.format_exc()))
            os._exit(code)
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, descriptors.CHANNEL)
        status.send(packets.Confined(layers))
        status.close()
        entry(channel, prepared.files_root, job.request.limits)
        code = 0
    except BaseException:  # noqa: BLE001  # a process must not return into the zygote's code
        os.write(2, traceback.format_exc().encode(errors="backslashreplace")[-4096:])
    finally:
        os._exit(code)
