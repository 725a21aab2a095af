"""The real judge and the real analyzer on a real exercise: everything it says about itself is true."""

from __future__ import annotations

from pathlib import Path

from grader.audit.course import audit_folders
from grader.course.new import new_exercise
from grader.grading.settings import GradingSettings

ROOT = Path(__file__).resolve().parents[3]


def test_an_exercise_of_the_course_is_as_declared():
    """Reference, thirteen wrong solutions and all mutants, judged through the bridge."""
    report = audit_folders(
        [ROOT / "exercises" / "04-one-cook-many-dishes"],
        root=ROOT,
        settings=GradingSettings(isolation="none"),
        jobs=2,
    )
    (result,) = report.exercises
    assert result.problems == ()
    assert result.ok
    assert (result.wrong, result.score) == (13, 1.0)
    assert result.killed == result.mutants >= 20


def test_a_new_exercise_is_as_declared_from_the_first_minute(tmp_path):
    folder = new_exercise(tmp_path / "course", "16-kettle", module="kettle", title="Kettle", title_zh="水壶")
    report = audit_folders([folder], root=tmp_path, settings=GradingSettings(isolation="none"), jobs=2)
    (result,) = report.exercises
    assert result.problems == ()
    assert result.ok
    assert (result.wrong, result.score) == (5, 1.0)
    assert result.killed == result.mutants > 0
