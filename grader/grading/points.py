"""Points: how tests share an exercise's points, and what findings cost.

Points are kept in hundredths while they are shared, so that the tests' points always add up to the
exercise's exactly: three equal tests of a 10-point exercise are worth 3.34, 3.33 and 3.33 (largest
remainder, earlier tests first).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.course.exercise import LintPolicy

_UNIT = 100


def shares(weights: Sequence[float], total: float | None) -> list[float]:
    """The points of each test.

    Args:
        weights: One per test, none negative.
        total: The exercise's points; None: the weights are the points.

    Returns:
        Points with two decimals whose sum is `total`. All 0 when no test weighs anything.
    """
    whole = math.fsum(weights)
    if whole <= 0:
        return [0.0 for _weight in weights]
    units = round((whole if total is None else total) * _UNIT)
    exact = [weight / whole * units for weight in weights]
    given = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (given[index] - exact[index], index))
    for index in by_remainder[: units - sum(given)]:
        given[index] += 1
    return [share / _UNIT for share in given]


def add(points: Iterable[float]) -> float:
    """The sum of points, with two decimals."""
    return round(math.fsum(points), 2)


def cost(codes: Sequence[str], policy: LintPolicy) -> tuple[list[float], float]:
    """What findings of `codes` cost, one by one and together (at most the policy's `max_cost`)."""
    each = [policy.cost_of(code) for code in codes]
    together = add(each)
    return each, together if policy.max_cost is None else min(together, policy.max_cost)
