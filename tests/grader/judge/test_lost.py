"""What the grader loses is the grader's own error, and the next submission is judged."""

from __future__ import annotations

import pytest

from grader.errors import GraderInternalError

SUITE = """
import os, pathlib, signal, solution

FLAG = pathlib.Path({flag!r})

def test_it():
    if not FLAG.exists():
        FLAG.touch()
        os.kill(solution.parent(), signal.SIGKILL)
        while True:  # the sandbox dies of it too, in its own time
            solution.other()
    assert solution.other() == 1
"""
SUBMISSION = b"import os\n\ndef parent():\n    return os.getppid()\n\ndef other():\n    return 1\n"


def test_a_zygote_that_is_killed(judge, tmp_path):
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "test_suite.py").write_text(SUITE.format(flag=str(tmp_path / "killed")), "utf-8")
    warm = judge(suite, "solution")
    with pytest.raises(GraderInternalError, match="starts sandboxes was killed"):
        warm.judge_files({"solution.py": SUBMISSION})
    (verdict,) = warm.judge_files({"solution.py": SUBMISSION}).verdicts
    assert verdict.kind == "passed"


PLUGIN = """
import pathlib

FLAG = pathlib.Path({flag!r})

def pytest_runtest_logstart():
    if not FLAG.exists():
        FLAG.touch()
        1 / 0
"""


def test_what_breaks_in_pytest_is_no_verdict(judge, tmp_path):
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "conftest.py").write_text(PLUGIN.format(flag=str(tmp_path / "broken")), "utf-8")
    (suite / "test_suite.py").write_text(
        "import solution\n\ndef test_it():\n    assert solution.other() == 1\n"
    )
    warm = judge(suite, "solution")
    with pytest.raises(GraderInternalError, match=r"(?s)pytest failed in the judge: .*ZeroDivisionError"):
        warm.judge_files({"solution.py": SUBMISSION})
    (verdict,) = warm.judge_files({"solution.py": SUBMISSION}).verdicts
    assert verdict.kind == "passed"
