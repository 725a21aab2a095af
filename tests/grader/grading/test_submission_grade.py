"""Only an explicit pass is a pass."""

from __future__ import annotations

import json

import pytest

from grader.course.feedback import Feedback
from grader.errors import GraderError
from grader.grading.grade import Grade, GradedFinding
from grader.grading.linting import Linted
from grader.judge.verdicts import Fact, Kind, SuiteTest, Verdict
from grader.submissions import Student

FINDING = GradedFinding(
    path="kitchen.py",
    line=1,
    column=1,
    end_line=1,
    end_column=2,
    code="LOOP101",
    name="x",
    message="m",
    cost=1,
)


def test_a_grade_has_the_promised_keys(make_grade, passed, make_submission):
    grade = make_grade(passed, submission=make_submission(student=Student("17", "Ann")))
    data = json.loads(grade.model_dump_json())
    promised = {
        "exercise",
        "exercise_version",
        "submission",
        "student",
        "content_hash",
        "points",
        "max_points",
    }
    assert promised | {"verdicts", "findings", "isolation"} <= set(data)
    assert {"test", "kind", "points", "max_points", "message"} <= set(data["verdicts"][0])
    assert data["student"] == {"id": "17", "name": "Ann", "group": ""}
    assert (data["points"], data["max_points"], data["isolation"]) == (1.0, 1.0, "full")
    assert Grade.model_validate_json(grade.model_dump_json()) == grade


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PASSED])
def test_whatever_is_not_passed_gets_nothing(make_grade, kind):
    grade = make_grade(Verdict("t.py::a", kind), Verdict("t.py::b", Kind.PASSED), settings="points = 10\n")
    assert [(item.kind, item.points, item.max_points) for item in grade.verdicts] == [
        (kind, 0.0, 5.0),
        (Kind.PASSED, 5.0, 5.0),
    ]
    assert (grade.points, grade.max_points) == (5.0, 10.0)


def test_a_test_that_the_judgement_does_not_mention_is_an_error(make_grade, passed):
    tests = (SuiteTest(passed.test), SuiteTest("t.py::lost", 3.0))
    grade = make_grade(passed, tests=tests)
    assert [(item.test, item.kind, item.points, item.max_points) for item in grade.verdicts] == [
        (passed.test, Kind.PASSED, 1.0, 1.0),
        ("t.py::lost", Kind.ERROR, 0.0, 3.0),
    ]


def test_no_verdict_at_all_gives_an_error_for_every_test(make_grade):
    grade = make_grade(tests=(SuiteTest("a"), SuiteTest("b")))
    assert [item.kind for item in grade.verdicts] == [Kind.ERROR, Kind.ERROR]


@pytest.mark.parametrize("order", [(Kind.PASSED, Kind.CRASHED), (Kind.CRASHED, Kind.PASSED)])
def test_of_two_verdicts_for_one_test_the_worse_counts(make_grade, order):
    grade = make_grade(*(Verdict("a", kind) for kind in order), tests=(SuiteTest("a"),))
    assert [item.kind for item in grade.verdicts] == [Kind.CRASHED]


def test_a_verdict_for_a_test_that_the_suite_does_not_have_is_worth_nothing(make_grade, passed):
    grade = make_grade(
        passed, Verdict("forged.py::test", Kind.PASSED, weight=100.0), tests=(SuiteTest(passed.test),)
    )
    assert [(item.test, item.points, item.max_points) for item in grade.verdicts] == [
        (passed.test, 1.0, 1.0),
        ("forged.py::test", 0.0, 0.0),
    ]


def test_a_submission_with_a_problem_is_never_run(make_grade, make_submission, said_judge):
    grade = make_grade(
        tests=(SuiteTest("a"), SuiteTest("b")),
        submission=make_submission(problem="It is a bomb."),
        linted=Linted((FINDING,), 1),
    )
    assert [(item.kind, item.message) for item in grade.verdicts] == [(Kind.ERROR, "It is a bomb.")] * 2
    assert (grade.points, grade.isolation, grade.findings, grade.problem) == (
        0.0,
        "not run",
        (),
        "It is a bomb.",
    )


def test_a_suite_without_tests_is_an_error_of_the_exercise(make_grade):
    with pytest.raises(GraderError, match="has no tests"):
        make_grade(tests=())


def test_findings_cost_what_the_exercise_says_and_never_more_than_there_is(make_grade, passed):
    assert make_grade(passed, settings="points = 10\n", linted=Linted((FINDING,), 1.5)).points == 8.5
    assert make_grade(passed, linted=Linted((FINDING,), 5.0)).points == 0.0


def test_the_seed_is_derived_from_exercise_and_content(make_exercise, make_submission, make_grade, passed):
    first = make_grade(passed)
    assert make_grade(passed).seed == first.seed
    other = make_submission(source="def cook():\n    return 1\n")
    assert make_grade(passed, submission=other).seed != first.seed


def test_long_texts_are_cut_and_say_so(make_grade):
    verdict = Verdict(
        "a", Kind.FAILED, message="x" * 10_000, expected="e" * 9000, actual="a" * 9000, printed="p" * 9000
    )
    (graded,) = make_grade(verdict).verdicts
    assert graded.message == "x" * 4000 + "… (6000 more characters)"
    assert max(len(graded.expected or ""), len(graded.actual or ""), len(graded.printed)) < 4100


def test_the_marker_of_a_test_decides_its_feedback_then_the_exercise(make_grade):
    verdicts = (Verdict("a", Kind.FAILED), Verdict("b", Kind.FAILED, feedback=Feedback.FULL))
    levels = [
        item.feedback for item in make_grade(*verdicts, settings='[feedback]\nhidden = "name"\n').verdicts
    ]
    assert levels == [Feedback.NAME, Feedback.FULL]
    assert make_grade(verdicts[0], suite="visible").verdicts[0].feedback is Feedback.FULL


def test_facts_are_kept(make_grade, passed):
    grade = make_grade(passed, facts=(Fact("never_awaited", "cook() was never awaited", "kitchen.py:3"),))
    assert [(fact.kind, fact.where) for fact in grade.facts] == [("never_awaited", "kitchen.py:3")]
