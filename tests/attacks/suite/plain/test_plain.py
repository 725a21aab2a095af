"""The smallest hidden suite: two functions, two tests. CANARY-in-a-docstring-71c9e4."""

from solution import answer, double

SECRET = "CANARY-in-a-constant-71c9e4"


def test_answer():
    expected = 42  # CANARY-in-a-comment-71c9e4
    assert answer() == expected, SECRET


def test_double():
    assert double(21) == 42, "CANARY-in-a-message-71c9e4"
