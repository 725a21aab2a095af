"""A test that takes its time, so that somebody can look at the submission's process meanwhile. CANARY-in-a-docstring"""

from solution import hold


def test_hold():
    expected = "CANARY-while-it-runs-71c9e4"  # CANARY-in-a-comment
    assert hold() == 1, f"wrong while it runs: {expected}"
