"""Limits of time and threads: kept by the zygote, armed for each test, with the place where it went."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.launcher import ExitKind
from grader.sandbox.probes import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.launcher import Zygote
    from grader.sandbox.limits import Limits


@pytest.fixture
def zygote(zygotes: Callable[[str], Zygote]) -> Zygote:
    """A zygote with all layers."""
    return zygotes("everything")


def test_processor_time(zygote: Zygote, limits: Limits) -> None:
    """A loop without end is killed for its processor time, and its last words name the line."""
    with zygote.spawn({}, limits) as sandbox:
        sandbox.arm(cpu=limits.cpu, wall=30)
        assert list(ask(sandbox, [("spin", "")])) == []
        ended = sandbox.wait(30)
        assert (ended.kind, ended.left) == (ExitKind.CPU_LIMIT, 0)
        assert limits.cpu <= ended.cpu < 10 * limits.cpu
        assert sandbox.verdict is ExitKind.CPU_LIMIT
        assert b"attempts.py" in sandbox.last_words
        assert b" in spin\n" in sandbox.last_words


def test_wall_clock(zygote: Zygote, limits: Limits) -> None:
    """A wait without end is killed for its real time, though it uses no processor time."""
    with zygote.spawn({}, limits) as sandbox:
        sandbox.arm(cpu=limits.cpu, wall=limits.wall)
        assert list(ask(sandbox, [("sleep", "")])) == []
        assert sandbox.wait(30).kind is ExitKind.WALL_LIMIT
        assert b" in sleep\n" in sandbox.last_words


def test_a_deadline_alone(zygote: Zygote, limits: Limits) -> None:
    """`deadline` limits real time only."""
    with zygote.spawn({}, limits) as sandbox:
        sandbox.deadline(limits.wall)
        assert list(ask(sandbox, [("spin", "")])) == []
        assert sandbox.wait(30).kind is ExitKind.WALL_LIMIT


def test_a_stopped_process(zygote: Zygote, limits: Limits) -> None:
    """A process that stops itself is killed all the same."""
    with zygote.spawn({}, limits) as sandbox:
        signal.pidfd_send_signal(sandbox.pidfd, signal.SIGSTOP)
        sandbox.deadline(limits.wall)
        assert sandbox.wait(30).kind is ExitKind.WALL_LIMIT


def test_each_test_has_its_own_time(zygote: Zygote, limits: Limits) -> None:
    """What was used before `arm` does not count, and after `disarm` nothing does."""
    with zygote.spawn({}, limits) as sandbox:
        sandbox.arm(cpu=0.0001, wall=0.0001)
        sandbox.disarm()
        for _ in range(20):
            sandbox.arm(cpu=30, wall=30)
            sandbox.disarm()
        assert [outcome.done for outcome in ask(sandbox, [("event_loop", "")])] in ([True], [])
    with zygote.spawn({}, limits) as sandbox:
        sandbox.arm(cpu=30, wall=30)
        sandbox.disarm()
        before = sandbox.cpu_seconds()
        assert [outcome.done for outcome in ask(sandbox, [("event_loop", "")])] == [True]
        assert sandbox.cpu_seconds() > before


def test_processor_time_of_all_tests(zygote: Zygote, limits: Limits) -> None:
    """Where nobody arms anything the kernel itself ends it, and the verdict is the same."""
    with zygote.spawn({}, replace(limits, total_cpu=1.0)) as sandbox:
        assert list(ask(sandbox, [("spin", "")])) == []
        ended = sandbox.wait(30)
        assert (ended.kind, ended.signal) == (ExitKind.CPU_LIMIT, signal.SIGKILL)
        assert b" in spin\n" in sandbox.last_words


@pytest.mark.parametrize("choice", ["everything", "landlock", "view"])
def test_threads(choice: str, zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """Too many threads: refused by the kernel where it can count them, else the process is killed."""
    with zygotes(choice).spawn({}, limits) as sandbox:
        sandbox.arm(wall=60)
        asked = [("hold_threads", str(limits.threads + 4))]
        outcomes = list(ask(sandbox, asked))
        if outcomes:
            assert outcomes[0].detail == "RuntimeError: can't start new thread"
        else:
            assert sandbox.wait(30).kind is ExitKind.THREAD_LIMIT


def test_as_many_threads_as_allowed(zygotes: Callable[[str], Zygote], limits: Limits) -> None:
    """The limit itself is reached without trouble."""
    with zygotes("everything").spawn({}, limits) as sandbox:
        sandbox.arm(wall=60)
        outcomes = list(ask(sandbox, [("many_threads", str(limits.threads))]))
        assert [outcome.detail for outcome in outcomes] == [f"had {limits.threads} threads"]


def test_a_crash_says_where(zygote: Zygote, limits: Limits) -> None:
    """A crash of the interpreter is one, with its signal and its place."""
    with zygote.spawn({}, limits) as sandbox:
        assert list(ask(sandbox, [("crash", "")])) == []
        ended = sandbox.wait(30)
        assert (ended.kind, ended.signal, ended.code) == (ExitKind.CRASHED, signal.SIGSEGV, None)
        assert sandbox.verdict is None
        assert b"Fatal Python error: Segmentation fault" in sandbox.last_words
        assert b" in crash\n" in sandbox.last_words


def test_a_flood_of_last_words_blocks_nobody(zygote: Zygote, limits: Limits) -> None:
    """What does not fit is lost, and what is kept has a limit."""
    with zygote.spawn({}, limits) as sandbox:
        sandbox.arm(wall=30)
        outcomes = list(ask(sandbox, [("flood", str(1 << 20))]))
        assert [outcome.done for outcome in outcomes] == [False]
        sandbox.kill()
        assert 0 < len(sandbox.last_words) <= 64 * 1024
