"""Grading again: old and new points side by side, and verdicts that still hold."""

from __future__ import annotations

import msgspec
import pytest

from grader.errors import GraderError
from grader.grading.earlier import EarlierVerdicts
from grader.grading.judging_version import judging_version
from grader.grading.regrade import BEFORE, GRADES, Change, changes, keep_before, refuse_another_exercise
from grader.judge.verdicts import Fact, Frame, Kind, Verdict
from grader.reports.regrade import regrade_table
from grader.submissions import Student


def write(folder, *grades):
    folder.mkdir(exist_ok=True)
    (folder / GRADES).write_text("".join(grade.model_dump_json() + "\n" for grade in grades))


def test_what_changed_stands_beside_what_was(make_grade, make_submission, passed, tmp_path):
    other = Verdict("test_kitchen.py::test_taste", Kind.PASSED)
    failed = msgspec.structs.replace(other, kind=Kind.FAILED)
    student = Student("7", "Ann", "B")
    ann, bob, dan = (
        make_submission("ann", student=student),
        make_submission("bob"),
        make_submission("dan", "x = 1\n"),
    )
    before = [make_grade(passed, failed, submission=each) for each in (ann, bob)]
    write(tmp_path, *before, make_grade(passed, submission=dan))
    keep_before(tmp_path, before[0].exercise_version)
    assert changes(tmp_path, []) == ()
    keep_before(tmp_path, "another")
    assert not (tmp_path / GRADES).exists()
    eve = make_submission("eve")
    bob_anew = make_submission("bob", "y = 2\n")
    now = [
        make_grade(passed, other, submission=ann),
        make_grade(passed, failed, submission=bob_anew),
        make_grade(other, submission=eve),
    ]
    found = changes(tmp_path, now)
    assert found == (
        Change("ann", 1.0, 2.0, 2.0, 2.0, gained=(other.test,), student=student),
        Change("bob", 1.0, 2.0, 1.0, 2.0, handed_in_anew=True),
        Change("eve", None, None, 1.0, 1.0),
        Change("dan", 1.0, 1.0, None, None),
    )
    assert [change.changed for change in found] == [True, False, True, True]
    assert regrade_table(found).decode("utf-8-sig").splitlines()[1:] == [
        f"ann,1,2,2,2,1,{other.test},,,7,Ann,B",
        "bob,1,2,1,2,0,,,yes,,,",
        "eve,,,1,1,,,,,,,",
        "dan,1,1,,,,,,,,,",
    ]


def test_grades_before_stay_until_the_exercise_changes_again(make_grade, passed, tmp_path):
    grade = make_grade(passed)
    (tmp_path / BEFORE).write_text("an older format\n" + grade.model_dump_json() + "\n")
    keep_before(tmp_path, "new")
    write(tmp_path, grade.model_copy(update={"exercise_version": "new", "points": 0.5}))
    keep_before(tmp_path, "new")
    assert changes(tmp_path, [grade])[0].old_points == 1.0
    keep_before(tmp_path, "newer")
    assert changes(tmp_path, [grade])[0].old_points == 0.5


def test_a_student_is_the_same_whatever_the_file_is_called(make_grade, make_submission, passed, tmp_path):
    ann, bob = Student("7", "Ann"), Student("8", "Bob")
    write(tmp_path, make_grade(passed, submission=make_submission("a", student=ann)))
    (tmp_path / GRADES).rename(tmp_path / BEFORE)
    now = [
        make_grade(passed, submission=make_submission(name, student=who))
        for name, who in (("x", ann), ("a", bob))
    ]
    assert changes(tmp_path, now) == (
        Change("x", 1.0, 1.0, 1.0, 1.0, student=ann),
        Change("a", None, None, 1.0, 1.0, student=bob),
    )


@pytest.mark.parametrize("was", [None, Student("7", "Ann")])
def test_a_roster_may_come_or_go(make_grade, make_submission, passed, tmp_path, was):
    then, now = (was, None) if was else (None, Student("7", "Ann"))
    write(tmp_path, make_grade(passed, submission=make_submission("a", student=then)))
    (tmp_path / GRADES).rename(tmp_path / BEFORE)
    grade = make_grade(passed, submission=make_submission("a", student=now))
    assert changes(tmp_path, [grade]) == (Change("a", 1.0, 1.0, 1.0, 1.0, student=now),)


def test_results_of_another_exercise_are_not_written_over(make_exercise, make_grade, tmp_path):
    tests = (
        "test_kitchen.py::TestPot::test_cook[1]",
        "test_kitchen.py::test_taste",
        "test_gone.py::test_cook",
    )
    grade = make_grade(*(Verdict(test, Kind.PASSED) for test in tests))
    write(tmp_path / "out", grade)
    refuse_another_exercise(tmp_path / "absent", make_exercise())
    refuse_another_exercise(tmp_path / "out", make_exercise())
    refuse_another_exercise(tmp_path / "out", make_exercise(name="01-renamed"))
    other = make_exercise(name="02-tea", files={"hidden/test_kitchen.py": "def test_cooking(): 0\n"})
    with pytest.raises(GraderError, match="another exercise, 01-soup") as caught:
        refuse_another_exercise(tmp_path / "out", other)
    assert caught.value.where == str(tmp_path / "out")


def test_an_earlier_grade_says_what_its_judge_said(make_grade, make_submission):
    verdict = Verdict(
        "test_kitchen.py::test_cook",
        Kind.ERROR,
        "ValueError: no",
        "1",
        "2",
        "kitchen.py:1",
        "why",
        (Frame("kitchen.py", 1, "cook"),),
        virtual=1.5,
        cpu=0.5,
        printed="x",
    )
    fact = Fact("never_awaited", "cook()", "kitchen.py:2", verdict.test)
    grade = make_grade(verdict, facts=(fact,), printed="hello")
    earlier = EarlierVerdicts((), grade.model_dump_json().encode())
    with earlier as judge:
        said = judge.judge(make_submission(), seed=1)
    assert (said.verdicts, said.facts, said.printed, said.isolation) == ((verdict,), (fact,), "hello", "full")


def test_what_verdicts_depend_on_has_no_points_in_it(make_exercise):
    before = judging_version(make_exercise(), "hidden")
    assert judging_version(make_exercise("points = 7\nlint.cost = { LOOP = 1 }\n"), "hidden") == before
    assert judging_version(make_exercise("limits.cpu = 1\n"), "hidden") != before
    assert judging_version(make_exercise(files={"hidden/conftest.py": "x = 1\n"}), "hidden") != before
