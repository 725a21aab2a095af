"""Run a program in a process of its own, and bring back what it recorded."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

import grader
from grader.bridge.simulation.clock import SECOND, Budget
from grader.bridge.simulation.recording import MAX_BYTES, Outcome, Recording
from grader.errors import GraderError
from grader.locale import _
from grader.sandbox.limits import Limits

_BOOT = "import sys; sys.path += sys.argv[1:3]; from grader.timeline.child import boot; boot(sys.argv[3:])"


def record(
    path: Path,
    function: str | None = None,
    arguments: tuple[str, ...] = (),
    limits: Limits | None = None,
    *,
    output_to_stderr: bool = False,
) -> Recording:
    """Run `path` as a script, or one function of it, in virtual time.

    Raises GraderError when there is no such file or function, or when the program used up its real limits
    (then there is no recording).
    """
    limits = limits or Limits()
    if not path.is_file():
        raise GraderError(_("There is no such file."), where=path, todo=_("Give the path of a Python file."))
    budget = Budget(virtual_time=round(limits.virtual * SECOND), threads=limits.threads)
    settings = {
        "path": str(path.resolve()),
        "function": function,
        "arguments": arguments,
        "budget": budget,
        "cpu": max(1, round(limits.cpu)),
        "memory": limits.memory,
    }
    reader, writer = os.pipe()
    roots = [str(Path(module.__file__ or "").parents[1]) for module in (grader, msgspec)]
    command = [sys.executable, "-c", _BOOT, *roots, str(writer), msgspec.json.encode(settings).decode()]
    try:
        child = subprocess.Popen(
            command,
            pass_fds=[writer],
            stdout=2 if output_to_stderr else None,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
    finally:
        os.close(writer)
    try:
        data = _read(reader, limits.wall)
    finally:
        os.close(reader)
        _end(child)
    if data:
        recording = _decode(data)
        if recording.outcome is Outcome.missing:
            raise GraderError(
                _("There is no function {name} in the file.").format(name=function),
                where=path,
                todo=_("Name a function at the top level of the file."),
            )
        return recording
    if child.returncode == -signal.SIGXCPU:
        what = _("The program used {seconds:g} s of processor time, which is its limit.").format(
            seconds=limits.cpu
        )
    elif child.returncode == -signal.SIGKILL:
        what = _("The program took {seconds:g} s of real time, which is its limit.").format(
            seconds=limits.wall
        )
    else:
        what = _("The program's process ended before its run did (status {status}).").format(
            status=child.returncode
        )
    raise GraderError(what, where=path, todo=_("Look for a loop that never awaits and never sleeps."))


def _decode(data: bytes) -> Recording:
    try:
        return msgspec.json.decode(data, type=Recording)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise GraderError(
            _("The program's process sent no recording: {reason}").format(reason=error),
            todo=_("Does the program write to descriptors that it did not open?"),
        ) from error


def _read(reader: int, wall: float) -> bytes:
    """All that comes until the other end is closed, at most `wall` seconds and MAX_BYTES."""
    data = bytearray()
    until = time.monotonic() + wall
    with selectors.DefaultSelector() as selector:
        selector.register(reader, selectors.EVENT_READ)
        while selector.select(max(0, until - time.monotonic())):
            part = os.read(reader, 1 << 20)
            if not part or len(data) > MAX_BYTES:
                break
            data += part
    return bytes(data)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Its whole session: programs start others. What ended by itself keeps its status."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(0.5)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
