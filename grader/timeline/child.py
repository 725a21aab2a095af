"""The process in which a program runs in virtual time: python -c BOOT DESCRIPTOR SETTINGS.

Writes the recording (JSON) to the descriptor. What the program prints goes where its output goes.
"""

from __future__ import annotations

import os
import sys

from grader.bridge import virtual

virtual.install(outside=True)

import asyncio  # noqa: E402
import importlib.util  # noqa: E402
import inspect  # noqa: E402
import runpy  # noqa: E402
import traceback  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

import msgspec  # noqa: E402

from grader.bridge.simulation.clock import Budget  # noqa: E402
from grader.bridge.simulation.errors import Deadlock, Endless, SimulationError  # noqa: E402
from grader.bridge.simulation.kernel import Kernel  # noqa: E402
from grader.bridge.simulation.recorder import Recorder  # noqa: E402
from grader.bridge.simulation.recording import Outcome  # noqa: E402

if TYPE_CHECKING:
    from types import TracebackType

    from grader.bridge.simulation.handover import Waiting


class Settings(msgspec.Struct, frozen=True):
    path: str
    function: str | None
    arguments: list[str]
    budget: Budget
    cpu: int
    """Seconds of processor time."""
    memory: int
    """Bytes of address space beyond what is used now."""


class _MissingFunctionError(BaseException):
    pass


def run(settings: Settings) -> None:
    """What the user asked for: the file as a script, or one function of it."""
    sys.argv[:] = [settings.path, *settings.arguments]
    sys.path.insert(0, str(Path(settings.path).parent))
    if settings.function is None:
        runpy.run_path(settings.path, run_name="__main__")
        return
    name = Path(settings.path).stem
    spec = importlib.util.spec_from_file_location(name, settings.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    function = getattr(module, settings.function, None)
    if not callable(function):
        raise _MissingFunctionError
    if inspect.iscoroutinefunction(function):
        asyncio.run(function())
    else:
        function()


def main(descriptor: int, settings: Settings) -> None:
    _limit(settings)
    kernel = Kernel(budget=settings.budget)
    recorder = kernel.tracer = Recorder(kernel)
    outcome, error = Outcome.finished, ""
    waiting: tuple[Waiting, ...] = ()
    now: int | None = None
    virtual.activate(kernel)
    try:
        run(settings)
    except Deadlock as ended:
        outcome, waiting, now = Outcome.deadlocked, ended.waiting, ended.now
    except Endless as ended:
        outcome, error, waiting, now = Outcome.endless, str(ended.bound), ended.waiting, ended.now
    except SimulationError as ended:
        outcome, error = Outcome.failed, type(ended).__name__
    except _MissingFunctionError:
        outcome = Outcome.missing
    except SystemExit as ended:
        if ended.code not in (None, 0):
            outcome, error = Outcome.failed, f"SystemExit: {ended.code}"
    except BaseException as ended:  # noqa: BLE001 - it is the program's, and is shown as Python shows it
        outcome, error = Outcome.failed, type(ended).__name__
        traceback.print_exception(type(ended), ended, _without_ours(ended.__traceback__))
    failure = kernel.failure
    if isinstance(failure, Deadlock):  # also where the program has caught it
        outcome, waiting, now = Outcome.deadlocked, failure.waiting, failure.now
    elif isinstance(failure, Endless):
        outcome, error, waiting, now = Outcome.endless, str(failure.bound), failure.waiting, failure.now
    kernel.tracer = None
    recording = recorder.recording(outcome, error, waiting, now)
    virtual.deactivate()
    sys.stdout.flush()
    sys.stderr.flush()
    with os.fdopen(descriptor, "wb") as out:
        out.write(msgspec.json.encode(recording))
    os._exit(0)  # threads that wait for ever are of no interest any more


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    here = (__file__, runpy.__file__, "<frozen runpy>")
    while trace is not None and trace.tb_frame.f_code.co_filename in here:
        trace = trace.tb_next
    return trace


def _limit(settings: Settings) -> None:
    import resource

    def lower(which: int, wanted: int) -> None:
        _, hard = resource.getrlimit(which)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (limit, hard))

    lower(resource.RLIMIT_CPU, settings.cpu)
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere the limit on memory is not kept by the system anyway
        used = int(statm.read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        lower(resource.RLIMIT_AS, used + settings.memory)


def boot(argv: list[str]) -> Any:
    main(int(argv[0]), msgspec.json.decode(argv[1], type=Settings))
