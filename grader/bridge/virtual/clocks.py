"""The clocks of `time` and `datetime`, and `time.sleep`.

Only functions of the modules are replaced: who bound one by name earlier (pytest, for its durations) keeps
the real one. CPU clocks (`process_time`, `thread_time`) stay real, for computing takes no virtual time.
"""

from __future__ import annotations

import datetime
import queue
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, cast

from grader.bridge.simulation.clock import SECOND, nanoseconds, seconds, wall_seconds
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.virtual.patches import Patches

EPOCH = 1_750_000_000 * SECOND
"""`time.time()` at virtual zero: 2025-06-15 15:06:40 UTC."""

real_sleep = time.sleep


def sleep(duration: float, /) -> None:
    """As `time.sleep`: blocks the calling thread, in virtual time."""
    kernel = WORLD.kernel_here()
    if kernel is None:
        real_sleep(duration)
        return
    delay = nanoseconds(_number(duration))
    if delay < 0:
        raise ValueError("sleep length must be non-negative")
    kernel.sleep(delay)


def _number(seconds: Any) -> float:
    if isinstance(seconds, (int, float)):
        return seconds
    if hasattr(seconds, "__index__"):
        return int(seconds.__index__())
    raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")


def _clock(name: str, epoch: int) -> Callable[[], float]:
    real: Callable[[], float] = getattr(time, name)
    if name.endswith("_ns"):

        def clock() -> float:
            kernel = WORLD.kernel
            return real() if kernel is None else kernel.read_clock() + epoch

    else:

        def clock() -> float:
            kernel = WORLD.kernel
            if kernel is None:
                return real()
            now = kernel.read_clock()
            return wall_seconds(now, epoch) if epoch else seconds(now)

    return cast("Callable[[], float]", _named(clock, name))


def _named(function: Any, name: str) -> Any:
    function.__name__ = function.__qualname__ = name
    return function


def _calendar(name: str, arity: int) -> Any:
    """A function of `time` whose last argument is the current time unless it is given (`None` counts as not
    given).
    """
    real = getattr(time, name)

    def function(*args: Any) -> Any:
        kernel = WORLD.kernel
        if kernel is None or len(args) > arity or (len(args) == arity and args[-1] is not None):
            return real(*args)
        if name in ("strftime", "asctime"):
            if len(args) == arity:
                return real(*args)  # None is no time tuple: let it say so
            return real(*args, time.localtime())
        return real((kernel.read_clock() + EPOCH) / SECOND)

    return _named(function, name)


def _clock_by_number(name: str) -> Any:
    real = getattr(time, name)
    wall = {time.CLOCK_REALTIME}
    steady = {
        getattr(time, clock)
        for clock in ("CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME", "CLOCK_UPTIME_RAW")
        if hasattr(time, clock)
    }

    def function(clock: int, /) -> Any:
        kernel = WORLD.kernel
        if kernel is None or clock not in wall | steady:
            return real(clock)
        reading = kernel.read_clock() + (EPOCH if clock in wall else 0)
        return reading if name.endswith("_ns") else reading / SECOND

    return _named(function, name)


def install(patches: Patches) -> None:
    patches.replace(time, "sleep", sleep)
    for name in ("time", "monotonic", "perf_counter"):
        for variant in (name, f"{name}_ns"):
            patches.replace(time, variant, _clock(variant, EPOCH if name == "time" else 0))
    for name, arity in (("localtime", 1), ("gmtime", 1), ("ctime", 1), ("asctime", 1), ("strftime", 2)):
        patches.replace(time, name, _calendar(name, arity))
    for name in ("clock_gettime", "clock_gettime_ns"):
        if hasattr(time, name):
            patches.replace(time, name, _clock_by_number(name))
    # Modules of the standard library that bound the clock by name, and wait by it.
    patches.replace(threading, "_time", time.monotonic)
    patches.replace(queue, "time", time.monotonic)
    for module in ("subprocess", "sched"):
        if module in sys.modules:
            patches.replace(sys.modules[module], "_time", time.monotonic)
    _install_datetime(patches)


def _install_datetime(patches: Patches) -> None:
    """`datetime.now`, `utcnow`, `today` and `date.today` of the exact types, for subclasses too."""
    real_now = vars(datetime.datetime)["now"]
    real_utcnow = vars(datetime.datetime)["utcnow"]
    real_today = vars(datetime.date)["today"]

    def moment(kernel: Kernel, cls: Any, *zone: datetime.tzinfo | None) -> Any:
        return cls.fromtimestamp((kernel.read_clock() + EPOCH) / SECOND, *zone)

    def now(cls: Any, tz: datetime.tzinfo | None = None) -> Any:
        kernel = WORLD.kernel
        return real_now.__get__(None, cls)(tz) if kernel is None else moment(kernel, cls, tz)

    def utcnow(cls: Any) -> Any:
        kernel = WORLD.kernel
        if kernel is None:
            return real_utcnow.__get__(None, cls)()
        return moment(kernel, cls, datetime.UTC).replace(tzinfo=None)

    def today(cls: Any) -> Any:
        kernel = WORLD.kernel
        return real_today.__get__(None, cls)() if kernel is None else moment(kernel, cls)

    patches.replace_in_static_type(datetime.datetime, "now", classmethod(now))
    patches.replace_in_static_type(datetime.datetime, "utcnow", classmethod(utcnow))
    patches.replace_in_static_type(datetime.date, "today", classmethod(today))
