"""What a submission prints in one place takes nothing from what it prints in another."""

from __future__ import annotations

from grader.judge.verdicts import Kind
from grader.sandbox.limits import Limits

SUITE = """
from solution import loud, quiet

def test_loud():
    loud()

def test_quiet(capsys):
    quiet()
    assert capsys.readouterr().out == "hello\\n"
"""
SUBMISSION = """
print("x" * 10_000)

def loud(): print("y" * 10_000)

def quiet(): print("hello")
"""


def test_each_test_has_the_whole_limit(judge_texts):
    judgement = judge_texts(SUITE, SUBMISSION, Limits(output=1_000))
    assert [verdict.kind for verdict in judgement.verdicts] == [Kind.PASSED, Kind.PASSED]
    assert [set(verdict.printed[:900]) for verdict in judgement.verdicts] == [{"y"}, set("hello\n")]
    assert judgement.printed.startswith("x" * 900)
