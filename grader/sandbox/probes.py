"""Prove each layer by trying it in a real sandbox process: what `grader doctor` shows.

Landlock and the view both hide files, so each is tried in a sandbox that lacks the other. An attempt that is
stopped is a proof; one that succeeds is none.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.sandbox import landlock
from grader.sandbox.attempts import ENTRY
from grader.sandbox.launcher import ExitKind, SandboxError, SandboxProcess, Zygote
from grader.sandbox.levels import Layer, Level
from grader.sandbox.limits import MEBIBYTE, Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_LIMITS: Final = Limits(memory=128 * MEBIBYTE, threads=16)
_WATCHED: Final = 0.1
"""Seconds that the watchdog is given in its proof."""
_SOON: Final = 30.0
_PLAIN: Final = {
    Layer.IDENTITY: ("privileges", "become_root"),
    Layer.NO_NEW_PRIVS: ("new_privileges",),
    Layer.SECCOMP: (
        "fork", "bare_clone", "execute", "tcp_socket", "udp_socket", "unix_socket", "netlink_socket",
        "signal_parent", "trace_parent", "read_memory_of_parent", "io_uring", "user_namespace", "memory_file",
        "shared_memory", "write_own",
    ),
    Layer.RLIMITS: ("much_memory", "many_threads", "many_descriptors"),
    Layer.DESCRIPTORS: ("open_descriptors",),
    Layer.ENVIRONMENT: ("environment",),
    Layer.UNDUMPABLE: ("be_traced", "become_dumpable"),
}  # fmt: skip
"""Layer -> the attempts that prove it, in a sandbox with everything that the machine gives."""
_ARGUMENTS: Final = {"much_memory": str(256 * MEBIBYTE), "many_threads": "64", "many_descriptors": "1024"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    name: str
    done: bool
    """Whether it achieved what it tried."""
    detail: str
    """What it achieved, or what stopped it."""
    code: int | None = None
    """The errno of what stopped it."""


@dataclass(frozen=True, slots=True)
class LayerProof:
    """Whether one layer works here."""

    layer: Layer
    works: bool
    missing: str | None
    """Why the machine does not give it."""
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """What a machine gives for confining submissions."""

    level: Level
    layers: tuple[LayerProof, ...]
    watchdog: tuple[Outcome, ...]
    """Processes that had to be killed for their time."""
    works: Outcome
    """Whether what a submission needs (an event loop and a thread) works inside."""
    kernel: str
    machine: str
    landlock_abi: int
    root: bool


def ask(sandbox: SandboxProcess, attempts: Iterable[tuple[str, str]]) -> Iterator[Outcome]:
    """Let `sandbox`, whose entry is `attempts.ENTRY`, make attempts (name, argument); yield their outcomes.

    An attempt that ends the process, and all after it, have no outcome.
    """
    asked = list(attempts)
    with sandbox.channel.makefile("rwb") as stream:
        stream.write(json.dumps(asked).encode() + b"\n")
        stream.flush()
        for (name, _), line in zip(asked, stream, strict=False):
            yield Outcome(name, **json.loads(line))


def examine(without: Collection[Layer] = ()) -> Examination:
    """Try every layer except those in `without`. Takes about a second; the machine is as before afterwards.

    Raises:
        SandboxError: Not even a process without any layer can be started.
    """
    with _zygote(*without) as zygote:
        proofs = {layer: _prove(zygote, layer, names) for layer, names in _PLAIN.items()}
        watchdog = tuple(_watch(zygote))
        works = _outcomes(zygote, ["event_loop"])[0]
        level, missing = zygote.level, dict(zygote.missing)
    for layer, other in ((Layer.LANDLOCK, Layer.VIEW), (Layer.VIEW, Layer.LANDLOCK)):
        proofs[layer] = _prove_files(layer, {*without, other}, missing.get(layer))
    return Examination(
        level=level if all(proof.works for proof in proofs.values() if proof.missing is None) else Level.NONE,
        layers=tuple(proofs[layer] for layer in Layer),
        watchdog=watchdog,
        works=works,
        kernel=platform.release(),
        machine=platform.machine(),
        landlock_abi=landlock.abi(),
        root=os.geteuid() == 0,
    )


@contextmanager
def _zygote(*without: Layer) -> Iterator[Zygote]:
    # WEAK asks for all layers there are and refuses none of the levels above "unconfined".
    with Zygote(Level.WEAK, entry=ENTRY, without=without) as zygote:
        yield zygote


def _outcomes(zygote: Zygote, names: Iterable[str], argument: str = "") -> list[Outcome]:
    """The outcomes of attempts, each in a process of its own, since one may end it."""
    found = []
    for name in names:
        with zygote.spawn({}, _LIMITS) as sandbox:
            sandbox.arm(wall=_SOON)
            answers = list(ask(sandbox, [(name, _ARGUMENTS.get(name, argument))]))
            if answers:
                found += answers
            elif name == "execute" and sandbox.wait(_SOON).kind is ExitKind.FINISHED:
                found.append(Outcome(name, done=True, detail="became another program"))
            else:
                found.append(
                    Outcome(name, done=False, detail=f"the process ended: {sandbox.wait(_SOON).kind}")
                )
    return found


def _prove(zygote: Zygote, layer: Layer, names: Iterable[str]) -> LayerProof:
    missing = zygote.missing.get(layer)
    if missing is not None:
        return LayerProof(layer, works=False, missing=missing, outcomes=())
    outcomes = _outcomes(zygote, names)
    return LayerProof(layer, not any(outcome.done for outcome in outcomes), None, tuple(outcomes))


def _prove_files(layer: Layer, without: Collection[Layer], missing: str | None) -> LayerProof:
    if missing is not None:
        return LayerProof(layer, works=False, missing=missing, outcomes=())
    with tempfile.TemporaryDirectory(prefix="grader-doctor-") as folder:
        Path(folder).chmod(0o755)  # readable for all: only the layer can hide it
        secret = Path(folder, "hidden.txt")
        secret.write_text("a hidden test")
        secret.chmod(0o644)
        try:
            with _zygote(*without) as zygote:
                outcomes = [
                    *_outcomes(zygote, ["read_file"], str(secret)),
                    *_outcomes(zygote, ["list_folder"], folder),
                ]
        except SandboxError as error:
            return LayerProof(layer, works=False, missing=str(error).splitlines()[-1], outcomes=())
    return LayerProof(layer, not any(outcome.done for outcome in outcomes), None, tuple(outcomes))


def _watch(zygote: Zygote) -> Iterator[Outcome]:
    cases = (
        ("spin", {"cpu": _WATCHED}, ExitKind.CPU_LIMIT),
        ("sleep", {"wall": _WATCHED}, ExitKind.WALL_LIMIT),
    )
    for name, limits, expected in cases:
        with zygote.spawn({}, _LIMITS) as sandbox:
            sandbox.arm(**limits)
            survived = bool(list(ask(sandbox, [(name, "")])))
            ended = sandbox.wait(_SOON)
            done = survived or ended.kind is not expected
            yield Outcome(name, done=done, detail=f"{ended.kind} after {ended.cpu:.2f} s of processor time")
