"""The fewest looks at a result that a lying class has to get past."""

from solution import number


def test_equal():
    assert number() == 42


def test_type():
    assert isinstance(number(), int)


def test_order():
    assert 41 < number() < 43
