"""The trusted side: starting, refusing, ending, and telling how it ended."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import grader
from grader.sandbox import packets, process
from grader.sandbox.errors import IsolationError, PackageNotInstalledError, SandboxError
from grader.sandbox.folder import UnsafeNameError
from grader.sandbox.launcher import Exit, ExitKind, Zygote
from grader.sandbox.levels import DEFAULT_LEVEL, FILES, Layer, Level
from grader.sandbox.limits import Limits
from grader.sandbox.probes import ask

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY = "tests.grader.sandbox.entries:evaluate"


def test_the_required_level_is_met_or_refused() -> None:
    """Without a layer that hides files the default is not met, and the error names both."""
    with pytest.raises((IsolationError, SandboxError)) as caught:
        Zygote(entry=ENTRY, without=FILES)
    if isinstance(caught.value, IsolationError):  # root may not even reach its interpreter then
        assert (caught.value.required, caught.value.level) == (DEFAULT_LEVEL, Level.WEAK)
        assert set(caught.value.missing) == FILES


def test_without_an_indispensable_layer_there_is_no_level() -> None:
    """A machine without seccomp confines nobody."""
    with pytest.raises(IsolationError) as caught:
        Zygote(Level.WEAK, entry=ENTRY, without=[Layer.SECCOMP])
    assert caught.value.level is Level.NONE


def test_level_none_wears_nothing() -> None:
    """For trusted code: it may write where the user may."""
    with Zygote(Level.NONE, entry=ENTRY) as zygote, zygote.spawn({}, Limits()) as sandbox:
        assert (zygote.level, sandbox.level) == (Level.NONE, Level.NONE)
        assert sandbox.layers == {Layer.DESCRIPTORS, Layer.ENVIRONMENT}
        assert zygote.exposes(Path("/etc/passwd"))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("tests.no_such_module:main", "No module named"),
        ("tests.grader.sandbox.entries:no", "has no attribute 'no'"),
    ],
)
def test_an_entry_that_is_not_there(entry: str, reason: str) -> None:
    """The zygote's own error is shown."""
    with pytest.raises(SandboxError, match=reason):
        Zygote(entry=entry)


def test_an_interpreter_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it complained about is shown."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho I am broken >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(SandboxError, match="I am broken"):
        Zygote(entry=ENTRY)


def test_a_package_that_is_not_installed() -> None:
    """It is a SandboxError, too."""
    with pytest.raises(PackageNotInstalledError):
        Zygote(entry=ENTRY, packages=["no-such-package"])


def test_a_closed_zygote_spawns_nothing() -> None:
    """Closing twice is fine."""
    zygote = Zygote(Level.NONE, entry=ENTRY)
    zygote.close()
    zygote.close()
    with pytest.raises(SandboxError, match="closed"):
        zygote.spawn({}, Limits())


def test_names_that_lead_out(zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """They are refused before anything is started."""
    with pytest.raises(UnsafeNameError):
        zygotes("everything").spawn({"../x": b""}, limits)


def test_ends(zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """While it runs there is no end; killed it is KILLED; left alone it finishes."""
    zygote = zygotes("everything")
    with zygote.spawn({}, limits) as sandbox:
        assert sandbox.exit is None
        assert sandbox.verdict is None
        assert sandbox.last_words == b""
        with pytest.raises(TimeoutError):
            sandbox.wait(0)
        ended = sandbox.kill()
        assert (ended.kind, ended.code, ended.signal) == (ExitKind.KILLED, None, signal.SIGKILL)
        assert (sandbox.kill(), sandbox.wait(), sandbox.exit) == (ended, ended, ended)
        assert sandbox.cpu_seconds() == ended.cpu > 0
        sandbox.arm(cpu=1, wall=1)
    with zygote.spawn({}, limits) as sandbox:
        assert [outcome.done for outcome in ask(sandbox, [("event_loop", "")])] == [True]
        ended = sandbox.wait(30)
        assert (ended.kind, ended.code, ended.signal, ended.left) == (ExitKind.FINISHED, 0, None, 0)
        assert ended.peak > 1 << 20
    sandbox.close()


def test_an_exception_of_the_entry_is_told(zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """Exit code 1, and the traceback as last words."""
    with zygotes("everything").spawn({}, limits) as sandbox:
        sandbox.channel.sendall(b"no json\n")
        ended = sandbox.wait(30)
        assert (ended.kind, ended.code) == (ExitKind.CRASHED, 1)
        assert b"JSONDecodeError" in sandbox.last_words


def test_it_runs_on_the_core_that_it_is_given() -> None:
    """The sandbox is pinned, the zygote that has to watch it is not."""
    core = min(os.sched_getaffinity(0))
    with Zygote(Level.WEAK, core, entry=ENTRY) as zygote, zygote.spawn({}, Limits()) as sandbox:
        assert os.sched_getaffinity(sandbox.pid) == {core}
        assert os.sched_getaffinity(zygote.pid) == os.sched_getaffinity(0)


def test_hidden_tests_have_to_be_hidden(zygotes: Callable[[str], Zygote], tmp_path: Path) -> None:
    """The library can be read; a course folder can't, nor can what is installed."""
    zygote = zygotes("everything")
    if zygote.level is Level.WEAK:
        pytest.skip("nothing hides files here")
    assert zygote.exposes(Path(os.__file__))
    assert not zygote.exposes(tmp_path)
    assert not zygote.exposes(Path(grader.__file__).parent)
    assert not zygote.exposes(Path(pytest.__file__))


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ({"status": 0}, (ExitKind.FINISHED, 0, None)),
        ({"status": 3}, (ExitKind.CRASHED, 3, None)),
        ({"status": -6}, (ExitKind.CRASHED, None, signal.SIGABRT)),
        ({"status": -6, "peak": 500 << 20}, (ExitKind.MEMORY, None, signal.SIGABRT)),
        ({"status": -9}, (ExitKind.MEMORY, None, signal.SIGKILL)),
        ({"status": -9, "killed": True}, (ExitKind.KILLED, None, signal.SIGKILL)),
        ({"status": -9, "cpu": 600.0}, (ExitKind.CPU_LIMIT, None, signal.SIGKILL)),
        ({"status": -9, "limit": "cpu"}, (ExitKind.CPU_LIMIT, None, signal.SIGKILL)),
        ({"status": -24, "limit": "wall"}, (ExitKind.WALL_LIMIT, None, signal.SIGXCPU)),
        ({"status": -9, "limit": "threads"}, (ExitKind.THREAD_LIMIT, None, signal.SIGKILL)),
        ({"status": -40}, (ExitKind.CRASHED, None, 40)),
    ],
)
def test_kinds_of_ends(ended: dict[str, object], expected: tuple[object, ...]) -> None:
    """From what the zygote saw to what the judge is told."""
    facts = {"status": 0, "limit": None, "killed": False, "cpu": 0.5, "peak": 1, "left": 0, **ended}
    explained = process._explain(packets.Ended(**facts), Limits(), killed=False)  # type: ignore[arg-type]
    assert isinstance(explained, Exit)
    assert (explained.kind, explained.code, explained.signal) == expected


def test_what_the_trusted_side_killed() -> None:
    """A SIGKILL of our own is no lack of memory; an end before it stays what it was."""
    facts = packets.Ended(status=-9, limit=None, killed=False, cpu=0.0, peak=0, left=0)
    assert process._explain(facts, Limits(), killed=True).kind is ExitKind.KILLED
    before = packets.Ended(status=0, limit=None, killed=False, cpu=0.0, peak=0, left=0)
    assert process._explain(before, Limits(), killed=True).kind is ExitKind.FINISHED


def test_memory_is_beyond_what_the_sandbox_needs(zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """Little less than the limit can be used, twice the limit can't."""
    with zygotes("everything").spawn({}, replace(limits, threads=1)) as sandbox:
        amounts = [int(limits.memory * share) for share in (0.8, 2)]
        outcomes = list(ask(sandbox, [("much_memory", str(amount)) for amount in amounts]))
        assert [outcome.done for outcome in outcomes] == [True, False]
