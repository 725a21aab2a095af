"""The axis of virtual seconds: round ticks, and the place of an instant."""

from __future__ import annotations

from math import floor, log10

SECOND = 1_000_000_000


def step(end: int, ticks: int) -> int:
    """The distance between two of at most `ticks` ticks: 1, 2 or 5 times a power of ten, in nanoseconds."""
    least = max(1, -(-end // max(1, ticks)))
    power = 10 ** floor(log10(least))
    for factor in (1, 2, 5, 10):
        if factor * power >= least:
            return int(factor * power)
    raise AssertionError(least)


def ticks(end: int, count: int) -> list[int]:
    """The instants of the ticks, from 0 to `end`."""
    distance = step(end, count)
    return list(range(0, end + 1, distance))


def label(instant: int) -> str:
    """Seconds without superfluous zeros: "0", "2.5", "3600"."""
    whole, rest = divmod(instant, SECOND)
    return f"{whole}" if not rest else f"{whole}.{rest:09}".rstrip("0")


def rounded(duration: int) -> str:
    """Seconds to three places, or three digits of what is shorter: as exact as a sentence needs."""
    seconds = duration / SECOND
    return f"{seconds:.3f}".rstrip("0").rstrip(".") if seconds >= 0.01 else f"{seconds:.3g}"


def place(instant: int, end: int, width: int) -> int:
    """The column (or pixel) of an instant, from 0 to `width` - 1."""
    return min(width - 1, instant * (width - 1) // end) if end else 0
