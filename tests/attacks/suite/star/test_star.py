"""Star import: the submission chooses names of the suite's module."""

from solution import *  # noqa: F403


def test_length():
    assert len([1, 2]) == 2
    assert triple(2) == 6  # noqa: F405
