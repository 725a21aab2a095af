"""Objects that cannot say what they are: pytest asks while it writes its report, and that costs one test."""

from __future__ import annotations

from grader.judge.verdicts import Kind
from grader.sandbox.limits import Limits

SUITE = """
import unittest
import solution

def test_endless_representation():
    assert solution.Endless() == 3

def test_endless_text_of_an_error():
    solution.fail(solution.EndlessError)

def test_sleeping_representation():
    assert solution.Sleeping() == 3

def test_broken_representation():
    unittest.TestCase().assertEqual(solution.Broken(), 3)

def test_broken_text_of_an_error():
    solution.fail(solution.BrokenError)

def test_after_that():
    pass
"""
SUBMISSION = """
import time

class Endless:
    def __repr__(self):
        while True:
            pass

class EndlessError(Exception):
    __str__ = Endless.__repr__

class Sleeping:
    def __repr__(self):
        time.sleep(10**9)

class Broken:
    def __repr__(self):
        raise ValueError("no words")

class BrokenError(Exception):
    __str__ = Broken.__repr__

def fail(kind):
    raise kind
"""


def test_representations(judge_texts):
    judgement = judge_texts(SUITE, SUBMISSION, Limits(cpu=0.5))
    assert {verdict.test.partition("::")[2]: verdict.kind for verdict in judgement.verdicts} == {
        "test_endless_representation": Kind.CPU_LIMIT,
        "test_endless_text_of_an_error": Kind.CPU_LIMIT,
        "test_sleeping_representation": Kind.ENDLESS,
        "test_broken_representation": Kind.FAILED,
        "test_broken_text_of_an_error": Kind.ERROR,
        "test_after_that": Kind.PASSED,
    }
