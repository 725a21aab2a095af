"""Sandboxes for tests: real zygotes, started once per worker, each with another choice of layers."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.attempts import ENTRY
from grader.sandbox.errors import SandboxError
from grader.sandbox.launcher import Zygote
from grader.sandbox.levels import Layer, Level
from grader.sandbox.limits import MEBIBYTE, Limits
from grader.sandbox.probes import Outcome, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHOICES = {
    "everything": (Level.WEAK, ()),
    "landlock": (Level.WEAK, (Layer.VIEW,)),
    "view": (Level.WEAK, (Layer.LANDLOCK,)),
    "unconfined": (Level.NONE, ()),
}
"""What a test asks for -> the isolation and the layers to leave out."""


@pytest.fixture(scope="session")
def zygotes() -> Iterator[Callable[[str], Zygote]]:
    """Start the zygote of that name in CHOICES, or the one that runs already."""
    started: dict[str, Zygote] = {}
    with ExitStack() as stack:

        def get(name: str) -> Zygote:
            if name not in started:
                level, without = CHOICES[name]
                try:
                    started[name] = stack.enter_context(Zygote(level, entry=ENTRY, without=without))
                except SandboxError as error:
                    if name == "unconfined":
                        raise
                    pytest.skip(f"this machine can't make a sandbox with {name}: {error}")
            return started[name]

        yield get


@pytest.fixture
def limits() -> Limits:
    """Limits small enough to be reached at once."""
    return Limits(cpu=0.2, wall=0.2, memory=128 * MEBIBYTE, threads=16)


@pytest.fixture
def attempt(limits: Limits) -> Callable[..., Outcome]:
    """Make one attempt in a sandbox of a zygote."""

    def make(zygote: Zygote, name: str, argument: str = "") -> Outcome:
        with zygote.spawn({}, limits) as sandbox:
            sandbox.arm(wall=30)
            outcomes = list(ask(sandbox, [(name, argument)]))
            if outcomes:
                return outcomes[0]
            ended = sandbox.wait(30)
            return Outcome(name, done=ended.code == 0, detail=f"the process ended: {ended}")

    return make


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder with a file that every user may read and write: only confinement can protect it."""
    folder = Path(tempfile.mkdtemp(prefix="grader-test-"))
    folder.chmod(0o777)
    secret = folder / "hidden.txt"
    secret.write_text("a hidden test")
    secret.chmod(0o666)
    yield folder
    shutil.rmtree(folder)


def is_alive(pid: int) -> bool:
    """Whether that process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Whether a process runs."""
    return is_alive


@pytest.fixture
def wait_for_end() -> Callable[[int], None]:
    """Wait until a process, not our child, has ended."""

    def wait(pid: int) -> None:
        import select

        try:
            opened = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        try:
            poll = select.poll()
            poll.register(opened, select.POLLIN)
            assert poll.poll(30_000), f"process {pid} still runs"
        finally:
            os.close(opened)

    return wait
