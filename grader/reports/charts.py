"""Charts as numbers: where the bars of an SVG stand. The templates draw them, so that all text is escaped
in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.text import printable, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.reports.class_report import PassRate

_HEIGHT = 120.0
_STEP = 60.0
_GAP = 8.0
_NAME = 60
"""Columns of a test's name that fit beside its value."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the units of its chart's viewBox, its label and its value."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str


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
    """Lying bars from 0 to 100 percent, one per test."""
    bars = tuple(
        Bar(0, index * 34 + 18, round(test.rate * 600, 1), 10, _name(test), f"{test.passed}/{test.total}")
        for index, test in enumerate(tests)
    )
    return Chart(600, max(1, len(bars)) * 34, bars)


def _name(test: PassRate) -> str:
    return within(printable(test.name, limit=_NAME * 2), _NAME)
