"""The sample class: what intake, the judge and the analyzer make of each submission in tests/class.

The declarations beside it say what happens to whom. How a hang is named (deadlocked, endless) depends on what
else was going on, so the two count as one here.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from grader.course.exercise import load_exercise
from grader.grading.linting import LintProcess
from grader.judge.client import judge_for
from grader.judge.verdicts import Kind
from grader.submissions.intake import take_in

ROOT = Path(__file__).resolve().parents[2]
DECLARED = sorted((ROOT / "tests" / "class").glob("*.toml"))
HANG = {Kind.DEADLOCKED.value: "hang", Kind.ENDLESS.value: "hang"}


def points_of(kinds: list[str]) -> str:
    passed = kinds.count(Kind.PASSED.value)
    return "all" if passed == len(kinds) else "some" if passed else "none"


@pytest.mark.parametrize("path", DECLARED, ids=lambda path: path.stem)
def test_everyone_gets_what_is_declared(path):
    """Points, kinds of verdict, lint codes and intake problems, for the whole class."""
    exercise = load_exercise(ROOT / "exercises" / path.stem)
    handed_in = take_in([path.with_suffix("")], exercise.module).submissions
    found = {}
    with judge_for(exercise, isolation="none") as judge, LintProcess() as linter:
        for submission in handed_in:
            kinds = [verdict.kind.value for verdict in judge.judge(submission, seed=1).verdicts]
            assert len(kinds) == len(judge.tests)
            linted = linter.lint(submission.files, exercise.lint, language="en")
            assert linted.problem is None
            found[submission.id] = {
                "points": points_of(kinds),
                "kinds": {HANG.get(kind, kind) for kind in kinds} - {Kind.PASSED.value},
                "lint": {finding.code for finding in linted.findings},
                "problem": submission.problem is not None,
            }
    declared = {
        name: {
            "points": says["points"],
            "kinds": {HANG.get(kind, kind) for kind in says["kinds"]},
            "lint": set(says["lint"]),
            "problem": says.get("problem", False),
        }
        for name, says in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }
    assert found == declared
