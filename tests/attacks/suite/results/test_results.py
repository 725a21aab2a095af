"""Every way in which a suite looks at a result. What is wrong must not pass, whatever it says of itself."""

import math
import unittest

import pytest
import solution


def test_equal():
    assert solution.number() == 42


def test_equal_reflected():
    assert 42 == solution.number()


def test_not_different():
    assert not solution.number() != 42


def test_text():
    assert solution.text() == "soup"


def test_text_reflected():
    assert "soup" == solution.text()


def test_list():
    assert solution.items() == [1, 2, 3]


def test_list_reflected():
    assert [1, 2, 3] == solution.items()


def test_dict():
    assert solution.mapping() == {"a": 1}


def test_set():
    assert solution.bag() == {1, 2}


def test_nested():
    assert solution.nested() == {"a": (1, [2])}


def test_flag():
    assert solution.flag() == True  # noqa: E712


def test_flag_is():
    assert solution.flag() is True


def test_nothing():
    assert solution.nothing() == None  # noqa: E711


def test_empty():
    assert solution.empty() == []


def test_membership():
    assert solution.number() in [41, 42, 43]


def test_membership_in_a_set():
    assert solution.number() in {42}


def test_contains():
    assert 2 in solution.items() and 4 not in solution.items()


def test_key():
    assert {42: "x"}[solution.number()] == "x"


def test_order():
    assert 41 < solution.number() < 43


def test_type():
    assert isinstance(solution.number(), int)


def test_exact_type():
    assert type(solution.number()) is int


def test_approximately():
    assert solution.number() == pytest.approx(42)


def test_close():
    assert math.isclose(solution.number(), 42)


def test_difference():
    assert abs(solution.number() - 42) < 1e-9


def test_difference_reflected():
    assert abs(42 - solution.number()) < 1e-9


def test_remainder():
    assert solution.number() % 5 == 2


def test_index():
    assert [41, 42].index(solution.number()) == 1


def test_count():
    assert [42, 42].count(solution.number()) == 2


def test_sum():
    assert sum(solution.items()) == 6


def test_sorted():
    assert sorted(solution.items(), reverse=True) == [3, 2, 1]


def test_attribute():
    assert solution.order().price == 42


def test_pattern():
    match solution.mapping():
        case {"a": 1}:
            return
    pytest.fail("not the mapping")


def test_raises():
    with pytest.raises(ValueError, match="burnt"):
        solution.burn()


class TestStyle(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(solution.number(), 42)

    def test_almost(self):
        self.assertAlmostEqual(solution.number(), 42)

    def test_count_equal(self):
        self.assertCountEqual(solution.items(), [3, 2, 1])

    def test_greater(self):
        self.assertGreater(solution.number(), 41)
        self.assertLess(solution.number(), 43)

    def test_in(self):
        self.assertIn(solution.number(), [41, 42])

    def test_true(self):
        self.assertTrue(solution.number() == 42)

    def test_dict(self):
        self.assertDictEqual(solution.mapping(), {"a": 1})

    def test_lines(self):
        self.assertMultiLineEqual(solution.text(), "soup")
