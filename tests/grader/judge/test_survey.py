"""Which tests a suite has, before anything is judged."""

from __future__ import annotations

import pytest

from grader.errors import GraderError
from grader.judge.client import WarmJudge
from grader.sandbox.limits import Limits

SUITE = """
import pytest
from solution import *
import solution

@pytest.mark.parametrize("size", SIZES, ids=str)
def test_size(size):
    assert prices[size] > 0

@pytest.mark.parametrize("name", list(solution.Size.__members__))
def test_name(name):
    assert name.isupper()
"""
REFERENCE = """
import enum

class Size(enum.Enum):
    SMALL = 1
    LARGE = 2

SIZES = list(Size)
prices = {Size.SMALL: 3, Size.LARGE: 5}
"""


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "test_sizes.py").write_text(SUITE, "utf-8")
    return tmp_path


def judged(suite, text, reference=None):
    given = None if reference is None else {"solution.py": reference.encode()}
    with WarmJudge(suite, "solution", Limits(), isolation="none", reference=given) as judge:
        judgement = judge.judge_files({"solution.py": text.encode()})
    return {verdict.test.partition("::")[2]: verdict.kind.value for verdict in judgement.verdicts}


def test_the_reference_says_what_tests_there_are(suite):
    assert judged(suite, REFERENCE, REFERENCE) == {
        "test_size[Size.SMALL]": "passed",
        "test_size[Size.LARGE]": "passed",
        "test_name[SMALL]": "passed",
        "test_name[LARGE]": "passed",
    }
    fewer = REFERENCE.replace("    LARGE = 2\n", "").replace(", Size.LARGE: 5", "")
    assert judged(suite, fewer, REFERENCE) == {
        "test_size[Size.SMALL]": "passed",
        "test_size[Size.LARGE]": "error",
        "test_name[SMALL]": "passed",
        "test_name[LARGE]": "error",
    }


def test_a_reference_that_cannot_be_collected(suite):
    with pytest.raises(GraderError, match="cannot be collected with the reference"):
        judged(suite, REFERENCE, "SIZES = ")


def test_names_from_an_asterisk_without_a_reference(tmp_path):
    (tmp_path / "test_plain.py").write_text(
        "from solution import *\n\nLIMIT = double(2)\n\n\ndef test():\n    assert LIMIT == 4\n"
    )
    assert judged(tmp_path, "def double(n):\n    return 2 * n\n") == {"test": "passed"}
