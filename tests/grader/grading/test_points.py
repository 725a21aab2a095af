"""Points add up, always."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.exercise import LintPolicy
from grader.grading.points import add, cost, shares


@pytest.mark.parametrize(
    ("weights", "total", "expected"),
    [
        ([1, 1, 1], 10, [3.34, 3.33, 3.33]),
        ([1, 2], None, [1, 2]),
        ([2, 1], 10, [6.67, 3.33]),
        ([0, 1], 5, [0, 5]),
        ([0, 0], 5, [0, 0]),
        ([0.5, 0.25], None, [0.5, 0.25]),
        ([], 5, []),
    ],
)
def test_tests_share_the_points_by_weight(weights, total, expected):
    assert shares(weights, total) == expected


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=60).filter(lambda weights: sum(weights) > 0.01),
    st.integers(1, 100_000),
)
def test_shares_add_up_to_the_exercise_exactly_and_follow_the_weights(weights, hundredths):
    given_points = shares(weights, hundredths / 100)
    assert add(given_points) == hundredths / 100
    for weight, points in zip(weights, given_points, strict=True):
        assert abs(points - weight / sum(weights) * hundredths / 100) <= 0.0100001


def test_the_longest_prefix_says_what_a_finding_costs():
    policy = LintPolicy(cost={"LOOP": 1, "LOOP1": 0.5, "LOOP101": 2})
    assert cost(["LOOP101", "LOOP102", "LOOP201", "AWAIT201"], policy) == ([2, 0.5, 1, 0], 3.5)


def test_findings_never_cost_more_than_the_bound():
    assert cost(["LOOP101"] * 4, LintPolicy(cost={"LOOP": 1}, max_cost=2.5)) == ([1, 1, 1, 1], 2.5)
