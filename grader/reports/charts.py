"""Charts as numbers: where the bars of an SVG stand. The templates draw them, so that all text is escaped
in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.reports.class_report import PassRate

_HEIGHT = 120.0
_STEP = 60.0
_GAP = 8.0
_FULL = 600.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the units of its chart's viewBox, its label and its value."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    percent: int = 0
    """How much of the whole it is, rounded down: 100 means all."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars and the size of the viewBox."""

    width: float
    height: float
    bars: tuple[Bar, ...]


def histogram(bins: Sequence[int]) -> Chart:
    """Upright bars of counts; labels are the percentages that each bin covers."""
    most = max(bins, default=0) or 1
    bars = []
    for index, count in enumerate(bins):
        height = round(count / most * _HEIGHT, 1)
        last = index == len(bins) - 1
        label = f"{index * 10}-{100 if last else index * 10 + 9}"
        bars.append(
            Bar(index * _STEP + _GAP / 2, _HEIGHT - height + 20, _STEP - _GAP, height, label, str(count))
        )
    return Chart(len(bins) * _STEP, _HEIGHT + 42, tuple(bars))


def rates(tests: Sequence[PassRate]) -> Chart:
    """Lying bars from 0 to 100 percent, one per test, each in a picture of its own beside its name."""
    bars = tuple(
        Bar(
            0,
            0,
            round(test.rate * _FULL, 1),
            1,
            printable(test.name, limit=200),
            f"{test.passed}/{test.total}",
            100 * test.passed // max(1, test.total),
        )
        for test in tests
    )
    return Chart(_FULL, 1, bars)
