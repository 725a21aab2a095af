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
LOOKS = 3
"""Plain pytest runs in real time: on a busy machine a run may be late, so a run that disagrees is looked at again."""


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
        for source in sources:
            for _ in range(LOOKS):
                (outcomes,) = run_plain(exercise / suite, [source], name, seed=7)
                if not bad(outcomes):
                    break
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
    first = run_plain(exercise / "hidden", sources, name)
    for path, source, outcomes in zip(wrong, sources, first, strict=True):
        for _ in range(LOOKS):
            expected, found = _expected_and_found(declared(source), outcomes, path)
            if found == expected:
                break
            (outcomes,) = run_plain(exercise / "hidden", [source], name)
        assert found == expected, path


def _expected_and_found(says: set[str], outcomes: dict[str, str], path: Path) -> tuple[set[str], set[str]]:
    """The tests that a wrong solution says it fails, as far as they were run, and those that it failed."""
    skipped = {test for test, outcome in outcomes.items() if outcome == "skipped"}
    skipped |= {test.partition("[")[0] for test in skipped}
    known = set(outcomes) | {test.partition("[")[0] for test in outcomes}
    assert says <= known, path
    return says - skipped, {test if test in says else test.partition("[")[0] for test in bad(outcomes)}


def test_every_hidden_test_has_a_hint_in_both_languages(exercise):
    """A suite without hints teaches nobody."""
    for path in (exercise / "hidden").glob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        tests = text.count("\nasync def test_") + text.count("\ndef test_")
        assert text.count("    en=") == text.count("    zh=") == tests
