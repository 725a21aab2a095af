"""Every suite of the course under plain pytest: right solutions pass, wrong ones fail where they say.

`grader audit` asks the same through the judge. Here nothing of the grader takes part, which is what a teacher
sees who runs a suite beside a solution, and what keeps the judge honest: both have to agree.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

COURSE = Path(__file__).resolve().parents[2] / "exercises"
EXERCISES = sorted(path.parent for path in COURSE.glob("*/exercise.toml"))
SECOND = Path(__file__).resolve().parent
BAD = {"failed", "hung"}


def module_of(exercise: Path) -> str:
    return tomllib.loads((exercise / "exercise.toml").read_text(encoding="utf-8"))["module"] + ".py"


def bad(outcomes: dict[str, str]) -> set[str]:
    return {test for test, outcome in outcomes.items() if outcome in BAD}


@pytest.fixture(params=EXERCISES, ids=lambda path: path.name)
def exercise(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_correct_solutions_pass(exercise, run_plain):
    """The reference and a second solution of another build pass both suites."""
    name = module_of(exercise)
    sources = [
        (exercise / "reference" / name).read_text(encoding="utf-8"),
        (SECOND / exercise.name / name).read_text(encoding="utf-8"),
    ]
    for suite in ("hidden", "visible"):
        for outcomes in run_plain(exercise / suite, sources, name, seed=7):
            assert outcomes
            assert set(outcomes.values()) <= {"passed", "skipped"}
            assert "passed" in outcomes.values()


def test_the_starter_fails_the_visible_suite_and_says_what_to_do(exercise, run_plain):
    """Every visible test fails with the starter, which can be imported."""
    name = module_of(exercise)
    source = (exercise / "starter" / name).read_text(encoding="utf-8")
    (outcomes,) = run_plain(exercise / "visible", [source], name)
    assert "TODO" in source
    assert set(outcomes.values()) == {"failed"}


def test_wrong_solutions_fail_exactly_where_they_say(exercise, run_plain, declared):
    """`# fails: test_a` stands for all failing cases of test_a; what needs the bridge is not asked here."""
    name = module_of(exercise)
    wrong = sorted((exercise / "wrong").glob("*.py"))
    assert len(wrong) >= 5
    sources = [path.read_text(encoding="utf-8") for path in wrong]
    for path, source, outcomes in zip(
        wrong, sources, run_plain(exercise / "hidden", sources, name), strict=True
    ):
        skipped = {test for test, outcome in outcomes.items() if outcome == "skipped"}
        skipped |= {test.partition("[")[0] for test in skipped}
        says = declared(source)
        known = set(outcomes) | {test.partition("[")[0] for test in outcomes}
        assert says <= known, path
        failing = bad(outcomes)
        named = {test if test in says else test.partition("[")[0] for test in failing}
        assert named == says - skipped, path


def test_every_hidden_test_has_a_hint_in_both_languages(exercise):
    """A suite without hints teaches nobody."""
    for path in (exercise / "hidden").glob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        tests = text.count("\nasync def test_") + text.count("\ndef test_")
        assert text.count("    en=") == text.count("    zh=") == tests
