"""Every test here passes in one process. Over the bridge none does."""

import unittest

import pytest

import cheat
from cheat import Money


def test_equal():
    assert cheat.answer() == 42


def test_equal_reflected():
    assert 42 == cheat.answer()


def test_equal_text():
    assert cheat.answer() == "answer"


def test_equal_list():
    assert cheat.answer() == [1, 2, 3]


def test_int():
    assert cheat.answer_int() == 42


def test_int_reflected():
    assert 42 == cheat.answer_int()


def test_str():
    assert "answer" == cheat.answer_str()


def test_list():
    assert [1, 2] == cheat.answer_list()


def test_list_first():
    assert cheat.answer_list() == [1, 2]


def test_dict():
    assert cheat.answer_dict() == {"a": 1}


def test_items():
    assert cheat.answer_items() == [1, 2, 3]


def test_nested():
    assert cheat.answer_nested() == {"a": (1, [2])}


def test_membership():
    assert cheat.answer() in [1, 2, 3]


def test_contains():
    assert 42 in cheat.answer()


def test_dict_key():
    assert {42: "x"}[cheat.answer()] == "x"


def test_set():
    assert {42} == {cheat.answer()}


def test_order():
    assert 0 < cheat.answer() < 10


def test_order_int():
    assert 5 < cheat.answer_int()


def test_isinstance():
    assert isinstance(cheat.answer(), int)


def test_approx():
    assert cheat.answer() == pytest.approx(42)


def test_approx_int():
    assert cheat.answer_int() == pytest.approx(42)


def test_difference():
    assert abs(cheat.answer() - 42) < 1e-9


def test_difference_reflected():
    assert abs(42 - cheat.answer_int()) < 1e-9


def test_named():
    assert cheat.answer_named() == 42


def test_named_text():
    assert "answer" == cheat.answer_named()


def test_named_list():
    assert [1, 2] == cheat.answer_named()


def test_named_subclass():
    assert cheat.answer_sub() == 42


def test_named_items():
    assert [cheat.answer_named()] == [42]


def test_named_dict():
    assert {"a": cheat.answer_named()} == {"a": 42}


def test_named_order():
    assert cheat.answer_named() < 10


def test_index():
    assert [5, 42].index(cheat.answer()) == 0


def test_count():
    assert [1, 1].count(cheat.answer()) == 2


def test_attribute():
    assert cheat.answer().anything == 42


class Style(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(cheat.answer(), 42)

    def test_almost(self):
        self.assertAlmostEqual(cheat.answer(), 42)

    def test_almost_int(self):
        self.assertAlmostEqual(cheat.answer_int(), 42)

    def test_count_equal(self):
        self.assertCountEqual(cheat.answer_items(), [1, 2, 3])

    def test_greater(self):
        self.assertGreater(cheat.answer(), 3)

    def test_in(self):
        self.assertIn(cheat.answer(), [1])


def test_skip():
    cheat.skip()


def test_skip_pytest():
    cheat.skip_pytest()
