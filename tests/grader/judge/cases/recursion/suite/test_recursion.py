import sys

import pytest

import solution


@pytest.fixture(autouse=True)
def usual_limit():
    yield
    sys.setrecursionlimit(1000)


def test_the_limit_of_the_submission_is_kept():
    assert solution.depth(2500) == 2500


def test_the_limit_of_the_suite_counts():
    sys.setrecursionlimit(1000)
    assert solution.depth(900) == 900
    with pytest.raises(RecursionError, match="maximum recursion depth exceeded"):
        solution.depth(sys.getrecursionlimit() + 10)
    sys.setrecursionlimit(2000)
    assert solution.depth(1800) == 1800


def test_the_limit_is_read_as_it_was_set():
    assert solution.limited(1500) == 1500
    assert solution.depth(1400) == 1400
    with pytest.raises(RecursionError):
        solution.depth(1500)
    with pytest.raises(ValueError, match="greater or equal"):
        solution.limited(0)


def test_callbacks_at_every_depth():
    told = []
    with pytest.raises(RecursionError):
        solution.telling(told.append)
    assert told == list(range(len(told))) and len(told) > 500
    assert solution.depth(500) == 500


def test_calls_at_every_depth():
    def call(n):
        solution.depth(1)
        call(n + 1)

    with pytest.raises(RecursionError):
        call(0)
    assert solution.depth(500) == 500


async def test_coroutines():
    sys.setrecursionlimit(1000)
    assert await solution.descend(300) == 300
    with pytest.raises(RecursionError):
        await solution.descend(1100)


def test_representation():
    with pytest.raises(RecursionError):
        repr(solution.Mirrored())
