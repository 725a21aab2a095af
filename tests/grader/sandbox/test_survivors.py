"""Nothing of a submission survives it, and nothing of the grader survives the grader."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import grader
from grader.sandbox.folder import PREFIX
from grader.sandbox.launcher import ExitKind, SandboxError, Zygote
from grader.sandbox.levels import Layer, Level
from grader.sandbox.probes import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.limits import Limits

_OWNER = """
import json, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell runs in the background ignores it
from grader.sandbox.launcher import Zygote
from grader.sandbox.levels import Layer, Level
from grader.sandbox.limits import Limits
without = [Layer(name) for name in sys.argv[1:]]
with Zygote(Level.WEAK, entry="grader.sandbox.attempts:main", without=without) as zygote:
    with zygote.spawn({"a.py": b"pass"}, Limits()) as sandbox:
        print(json.dumps([zygote.pid, sandbox.pid, zygote.files_root]), flush=True)
        time.sleep(60)
"""


@pytest.fixture(params=["", "view"], ids=["view", "no-view"])
def owner(request: pytest.FixtureRequest) -> subprocess.Popen[str]:
    """A process that owns a zygote with a sandbox, in a process group of its own as a shell would give it."""
    path = os.pathsep.join([str(Path(grader.__file__).parent.parent), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-c", _OWNER, *filter(None, [request.param])],
        env={"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_the_owner_is_killed(
    number: signal.Signals,
    owner: subprocess.Popen[str],
    alive: Callable[[int], bool],
    wait_for_end: Callable[[int], None],
) -> None:
    """kill -9, kill and Ctrl-C (to the whole group) leave no process and no file."""
    with owner:
        assert owner.stdout is not None
        zygote, sandbox, files_root = json.loads(owner.stdout.readline())
        assert alive(zygote)
        assert alive(sandbox)
        if number is signal.SIGINT:
            os.killpg(owner.pid, number)
        else:
            owner.send_signal(number)
        owner.wait(30)
        wait_for_end(sandbox)
        wait_for_end(zygote)
        assert not Path(files_root).exists()


@pytest.mark.parametrize("choice", ["everything", "landlock"])
def test_the_zygote_is_killed(
    choice: str, limits: Limits, wait_for_end: Callable[[int], None], alive: Callable[[int], bool]
) -> None:
    """Its sandbox dies with it, the trusted side hears of it, and the next zygote removes what was left."""
    without = (Layer.VIEW,) if choice == "landlock" else ()
    with Zygote(Level.WEAK, entry="grader.sandbox.attempts:main", without=without) as zygote:
        with zygote.spawn({"a.py": b"pass"}, limits) as sandbox:
            os.kill(zygote.pid, signal.SIGKILL)
            wait_for_end(sandbox.pid)
            assert not alive(sandbox.pid)
            assert sandbox.wait(30).kind is ExitKind.KILLED
            assert sandbox.channel.recv(1) == b""
        with pytest.raises(SandboxError, match="the zygote is gone"):
            zygote.spawn({}, limits)
    left = Path(zygote.files_root).parent
    if choice == "landlock" and left.name.startswith(PREFIX):
        os.utime(left, (0, 0))
        Zygote(Level.WEAK, entry="grader.sandbox.attempts:main", without=without).close()
        assert not left.exists()


def test_what_a_trusted_program_left_is_found(zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """Unconfined code can start daemons: they are found, killed and counted."""
    with zygotes("unconfined").spawn({}, limits) as sandbox:
        (outcome,) = ask(sandbox, [("fork", "")])
        daemon = int(outcome.detail.split()[-1])
        ended = sandbox.kill()
    assert ended.left == 1
    assert not Path(f"/proc/{daemon}").exists()


def test_a_new_sandbox_ends_the_one_before(
    zygotes: Callable[[str], Zygote], limits: Limits, alive: Callable[[int], bool]
) -> None:
    """One at a time; the files of the one before are gone."""
    zygote = zygotes("everything")
    with zygote.spawn({"first.txt": b"1"}, limits) as first:
        with zygote.spawn({"second.txt": b"2"}, limits) as second:
            assert not alive(first.pid)
            (outcome,) = ask(second, [("list_folder", ".")])
            assert outcome.detail == "listed 1 entries of ."
        assert first.wait(30).kind is ExitKind.KILLED


def test_a_judge_that_dies_takes_its_sandbox_along(
    zygotes: Callable[[str], Zygote], limits: Limits, wait_for_end: Callable[[int], None]
) -> None:
    """The judge forks per submission: when such a fork is killed, its sandbox is, and the zygote goes on."""
    zygote = zygotes("everything")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            sandbox = zygote.spawn({}, limits)
            os.write(writing, str(sandbox.pid).encode())
            signal.pause()
        finally:
            os._exit(1)
    pid = int(os.read(reading, 32))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)
    wait_for_end(pid)
    with zygote.spawn({}, limits) as sandbox:
        assert [outcome.done for outcome in ask(sandbox, [("event_loop", "")])] == [True]
