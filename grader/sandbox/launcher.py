"""The trusted side's way to run a submission: a zygote per exercise, a sandbox process per submission.

    with Zygote() as zygote:                      # IsolationError below the required level
        with zygote.spawn({"kitchen.py": source}, limits) as sandbox:
            sandbox.channel.sendall(...)          # a stream to grader.sandbox.worker.main
            sandbox.arm(cpu=10, wall=30)          # before each test
            ...
        print(sandbox.exit, sandbox.last_words)

When a sandbox dies in one test, the next test gets a new one, which imports the submission again. A copy
forked after the import would be cheaper, but importing runs the submission's code, and a process that has run
it must not be able to fork: a fork costs 5 ms and the import what it costs, once per crash.

Works in a fork of the process that made the Zygote, too (the judge forks per submission), one process at a
time: nothing here needs a thread, and every conversation has a line of its own. Functions that the judge
makes virtual are bound here at import; import this module before.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socketpair
from typing import TYPE_CHECKING, Final, Self

from grader.sandbox import packages as third_party
from grader.sandbox import packets
from grader.sandbox.errors import IsolationError, PackageNotInstalledError, SandboxError
from grader.sandbox.folder import UnsafeNameError, fill
from grader.sandbox.levels import DEFAULT_LEVEL, Layer, Level, level_of
from grader.sandbox.process import PATIENCE, Exit, ExitKind, SandboxProcess, receive_within

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from grader.sandbox.limits import Limits
    from grader.sandbox.readable import Readable

_FLAGS: Final = ("-s", "-P", "-S", "-B", "-X", "utf8")
_BOOT: Final = "import sys; sys.path += sys.argv[1:]; from grader.sandbox.zygote import main; main()"

__all__ = [
    "Exit",
    "ExitKind",
    "IsolationError",
    "PackageNotInstalledError",
    "SandboxError",
    "SandboxProcess",
    "UnsafeNameError",
    "Zygote",
]

_poll = select.poll
if sys.platform == "linux":
    _kill = signal.pidfd_send_signal


class Zygote:
    """One clean process from which sandboxes are forked; a context manager."""

    def __init__(
        self,
        isolation: Level = DEFAULT_LEVEL,
        core: int | None = None,
        *,
        entry: str = "grader.sandbox.worker:main",
        packages: Sequence[str] = (),
        hash_seed: int = 0,
        without: Collection[Layer] = (),
        landlock_abi: int | None = None,
    ) -> None:
        """Start it and find out what the machine gives.

        Args:
            isolation: The least level that is good enough. NONE puts on no layer at all: for trusted code.
            core: The core on which sandboxes run; None lets the kernel choose.
            entry: `package.module:function` to call in a sandbox with (channel, files_root, limits). It
                and all that it needs is imported now; a sandbox can't import anything of the grader. A
                function `prepare` of the same module is called now, once for all sandboxes.
            packages: Third-party distributions or modules that submissions may import.
            hash_seed: PYTHONHASHSEED of the sandboxes, the same as the judge's.
            without: Layers to leave out, to see what the others do.
            landlock_abi: Use no more of Landlock than this version knows, to see what an older kernel does.

        Raises:
            IsolationError: The machine gives less than `isolation`.
            SandboxError: The zygote can't start.
            PackageNotInstalledError: One of `packages` is not installed.
        """
        if sys.platform != "linux":
            raise SandboxError("submissions can be confined on Linux only")
        self.isolation = isolation
        self._owner = os.getpid()
        self._line: packets.Line | None = None
        places, metadata = third_party.resolve(packages)
        confine = isolation is not Level.NONE
        setup = packets.Setup(entry, confine, list(without), core, places, metadata, landlock_abi)
        self._start(hash_seed)
        try:
            ready, passed = self._ask(setup)
        except BaseException:
            self.close()
            raise
        self._files = passed[0]
        self.files_root = ready.files_root
        """Where the submission's files are, as the sandbox sees it."""
        self.missing: Mapping[Layer, str] = ready.missing
        """Layers that sandboxes lack, each with the reason."""
        self.readable: Readable = ready.readable
        """What sandboxes can read besides the submission."""
        self.landlock_abi = ready.landlock_abi
        self.level = level_of([layer for layer in Layer if layer not in ready.missing])
        """How well sandboxes are confined."""
        if not self.level.meets(isolation):
            self.close()
            raise IsolationError(isolation, self.level, self.missing)

    def _start(self, hash_seed: int) -> None:
        here, there = packets.Line.pair()
        owner = os.pidfd_open(os.getpid())
        complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed in close()
        nothing = os.open(os.devnull, os.O_RDWR)
        paths = dict.fromkeys(str(_import_root(name)) for name in ("grader", "msgspec"))
        # Out of the way of 0 to 4, which the child gets.
        moved = [_above(number) for number in (nothing, nothing, complaints.fileno(), there, owner)]
        try:
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, *_FLAGS, "-c", _BOOT, *paths],
                _environment(hash_seed),
                file_actions=[(os.POSIX_SPAWN_DUP2, number, place) for place, number in enumerate(moved)],
                setsid=True,
            )
        finally:
            for number in (nothing, there, owner, *moved):
                os.close(number)
        self._pidfd = os.pidfd_open(self.pid)
        self._complaints = complaints
        self._line = packets.Line(here)

    def _ask(self, setup: packets.Setup) -> tuple[packets.Ready, list[int]]:
        assert self._line is not None
        try:
            self._line.send(setup)
            answer, passed = receive_within(self._line, PATIENCE)
        except (OSError, EOFError) as error:
            raise SandboxError(f"the zygote did not start: {error}\n{self._complaint()}") from error
        if isinstance(answer, packets.Ready):
            return answer, passed
        assert isinstance(answer, packets.Unable)
        raise SandboxError(f"the zygote could not prepare a sandbox:\n{answer.reason}")

    def _complaint(self) -> str:
        self._complaints.seek(0)
        return self._complaints.read().decode(errors="replace")

    def spawn(self, files: Mapping[str, bytes], limits: Limits) -> SandboxProcess:
        """A new sandbox process with `files` (relative POSIX path -> content), confined and about to run.

        A sandbox of this zygote that still runs is killed first.

        Raises:
            SandboxError: It could not be made.
            UnsafeNameError: A path in `files` leads out of the submission's folder.
            OSError: The files can't be written (memory or disk full).
        """
        if self._line is None:
            raise SandboxError("the zygote is closed")
        fill(self._files, files)
        channel, channel_there = socketpair(AF_UNIX, SOCK_STREAM)
        words, words_there = os.pipe()
        here, there = packets.Line.pair()
        line = packets.Line(here)
        try:
            self._line.send(packets.Spawn(limits), channel_there.fileno(), words_there, there)
        except OSError as error:
            channel.close()
            os.close(words)
            line.close()
            raise SandboxError(f"the zygote is gone: {error}\n{self._complaint()}") from error
        finally:
            channel_there.close()
            os.close(words_there)
            os.close(there)
        return SandboxProcess(channel, words, line, limits, self.files_root)

    def exposes(self, path: Path) -> bool:
        """Whether a sandbox could read `path`: a hidden suite has to be where this is false."""
        if self.level.meets(Level.STRONG):
            return self.readable.covers(os.path.realpath(path))
        return True

    def close(self) -> None:
        """End the zygote and its sandbox. In a fork of the owner: only forget it."""
        if self._line is None:
            return
        line, self._line = self._line, None
        if os.getpid() != self._owner:
            line.close()
            return
        line.end()
        ended = _poll()
        ended.register(self._pidfd, select.POLLIN)
        if not ended.poll(PATIENCE * 1000):
            _kill(self._pidfd, signal.SIGKILL)
        with suppress(ChildProcessError):  # somebody else waits for all children of this process
            os.waitpid(self.pid, 0)
        os.close(self._pidfd)
        self._complaints.close()
        if hasattr(self, "_files"):
            os.close(self._files)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _environment(hash_seed: int) -> dict[str, str]:
    """What a zygote is started with; a sandbox sees it in /proc, so nothing of interest may be in it."""
    fixed = {"PYTHONHASHSEED": str(hash_seed), "MALLOC_ARENA_MAX": "2", "TZ": "UTC0", "LC_ALL": "C.UTF-8"}
    # Without these some interpreters do not find their own library.
    return fixed | {
        name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PYTHONHOME") if name in os.environ
    }


def _above(number: int) -> int:
    import fcntl

    return fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 64)


def _import_root(name: str) -> Path:
    found = find_spec(name)
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]).resolve().parent
