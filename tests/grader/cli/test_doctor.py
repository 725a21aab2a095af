"""`grader doctor`: what works, what is missing, what follows; in both languages and as JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from grader.cli import doctor
from grader.cli import run as grader
from grader.sandbox import probes
from grader.sandbox.errors import SandboxError
from grader.sandbox.levels import Layer, Level
from grader.sandbox.probes import Examination, LayerProof, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

STOPPED = Outcome("fork", done=False, detail="PermissionError: Operation not permitted", code=1)
DONE = Outcome("fork", done=True, detail="started process 7")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretend that the examination of this machine gave something."""

    def pretend(
        level: Level, *, missing: dict[Layer, str] | None = None, broken: Layer | None = None
    ) -> None:
        missing = missing or {}
        layers = tuple(
            LayerProof(layer, works=False, missing=missing[layer], outcomes=())
            if layer in missing
            else LayerProof(layer, layer is not broken, None, (DONE if layer is broken else STOPPED,))
            for layer in Layer
        )
        found = Examination(
            level,
            layers,
            (STOPPED, STOPPED),
            Outcome("event_loop", done=True, detail="ran"),
            "6.1",
            "x86_64",
            0,
            root=False,
        )
        monkeypatch.setattr(probes, "examine", lambda: found)

    return pretend


def test_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """The real thing: every layer that there is works, and the exit code fits the level."""
    code = grader(["doctor", "--format", "json", "--lang", "en"])
    told = json.loads(capsys.readouterr().out)
    assert code == (0 if told["level"] in {"strong", "full"} else 1)
    assert [layer["layer"] for layer in told["layers"]] == [str(layer) for layer in Layer]
    for layer in told["layers"]:
        assert layer["works"] is (layer["missing"] is None)
        assert all(outcome["stopped"] for outcome in layer["outcomes"])
    assert all(outcome["stopped"] for outcome in told["watchdog"])
    assert told["event_loop"] is True
    assert told["required"] == "strong"


def test_everything_works(machine: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each layer and for the watchdog; the attempts only when asked for."""
    machine(Level.FULL)
    assert grader(["doctor", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Isolation level: full (grading requires strong unless told otherwise).\n")
    assert told.count("works") == len(Layer) + 1
    assert "MISSING" not in told
    assert "PermissionError" not in told
    assert grader(["doctor", "--lang", "en", "-v"]) == 0
    assert (
        capsys.readouterr().out.count("stopped: PermissionError: Operation not permitted") == len(Layer) + 2
    )


@pytest.mark.parametrize(
    ("missing", "level", "code", "follows"),
    [
        ({Layer.VIEW: "the kernel refuses it: x"}, Level.STRONG, 0, "Files are hidden by Landlock alone"),
        ({Layer.LANDLOCK: "it is switched off"}, Level.STRONG, 0, "Files are hidden by the view alone"),
        ({Layer.LANDLOCK: "a", Layer.VIEW: "b"}, Level.WEAK, 1, "Nothing hides files"),
        ({Layer.SECCOMP: "the kernel has no seccomp filters"}, Level.NONE, 1, "Nothing stops processes"),
        ({Layer.RLIMITS: "it is switched off"}, Level.NONE, 1, "Without it submissions are not confined."),
    ],
)  # fmt: skip
def test_what_is_missing(
    missing: dict[Layer, str],
    level: Level,
    code: int,
    follows: str,
    machine: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The reason, and what follows."""
    machine(level, missing=missing)
    assert grader(["doctor", "--lang", "en"]) == code
    told = capsys.readouterr().out
    assert told.count("MISSING") == len(missing)
    assert all(f"Missing: {reason}." in told for reason in missing.values())
    assert f"What follows: {follows}" in told


def test_a_layer_that_does_not_hold(machine: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """The attempt that was not stopped is shown without being asked for."""
    machine(Level.NONE, broken=Layer.SECCOMP)
    assert grader(["doctor", "--lang", "en"]) == 1
    assert "fork                       NOT STOPPED: started process 7" in capsys.readouterr().out


def test_chinese(machine: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Every sentence, the reasons too."""
    machine(Level.STRONG, missing={Layer.VIEW: "the kernel refuses a mount namespace: [Errno 1]"})
    assert grader(["doctor", "--lang", "zh-CN"]) == 0
    told = capsys.readouterr().out
    assert "隔离级别：strong" in told
    assert "缺少：内核拒绝建立挂载命名空间: [Errno 1]。" in told
    for english in ("works", "attempt", "Missing", "follows"):
        assert english not in told


def test_an_event_loop_that_does_not_work(
    machine: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sandbox in which nothing runs is said to be one."""
    machine(Level.FULL)
    found = probes.examine()
    broken = Examination(
        found.level, found.layers, found.watchdog, Outcome("event_loop", done=False, detail="no threads"),
        found.kernel, found.machine, 7, root=True,
    )  # fmt: skip
    monkeypatch.setattr(probes, "examine", lambda: broken)
    grader(["doctor", "--lang", "en"])
    told = capsys.readouterr().out
    assert "An event loop does not work inside: no threads" in told
    assert "running as root" in told


def test_no_sandbox_at_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and why."""

    def fail() -> Examination:
        raise SandboxError("the zygote did not start:\nit is broken")

    monkeypatch.setattr(probes, "examine", fail)
    assert grader(["doctor", "--lang", "en"]) == 2
    assert "No sandbox can be made on this machine: it is broken" in capsys.readouterr().err


def test_other_systems(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Confinement is for Linux."""
    monkeypatch.setattr(doctor.sys, "platform", "darwin")
    assert sys.platform == "darwin"
    assert grader(["doctor", "--lang", "en"]) == 2
    assert "on Linux only" in capsys.readouterr().err
