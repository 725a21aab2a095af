"""A suite that names a class of the submission: its operators may be asked, and may lie."""

import pytest
from solution import Money, bag, empty, flag, items, mapping, number, text


def test_money():
    assert Money(5).amount == 5


def test_number():
    assert number() == 42


def test_number_reflected():
    assert 42 == number()


def test_text():
    assert text() == "soup"


def test_items():
    assert items() == [1, 2, 3]


def test_mapping():
    assert mapping() == {"a": 1}


def test_bag():
    assert bag() == {1, 2}


def test_flag():
    assert flag() == True  # noqa: E712


def test_empty():
    assert empty() == []


def test_order():
    assert 41 < number() < 43


def test_difference():
    assert abs(number() - 42) < 1e-9


def test_approximately():
    assert number() == pytest.approx(42)


def test_membership():
    assert number() in [41, 42]


def test_price():
    assert Money(5) == 5
    assert Money(5) != 6
