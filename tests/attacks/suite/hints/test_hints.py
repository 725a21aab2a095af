"""Looking at annotations: text among them must never be evaluated in the judge."""

import inspect
import typing

import solution


def test_hints():
    assert typing.get_type_hints(solution.Order)["price"] is int


def test_annotations():
    assert inspect.get_annotations(solution.Order, eval_str=True)["price"] is int


def test_signature():
    assert str(inspect.signature(solution.total)) == "(first, *rest)"
