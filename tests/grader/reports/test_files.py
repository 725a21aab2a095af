"""Safe names, whole files, and a gradebook that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judge.verdicts import Kind, Verdict
from grader.reports.class_report import ClassReport, FailureRow, IntakeRow
from grader.reports.feedback_pages import FeedbackPages
from grader.reports.filenames import file_names
from grader.reports.files import write_whole
from grader.reports.gradebook import cell, gradebook
from grader.reports.intake_table import intake_table
from grader.reports.outputs import write_outputs
from grader.submissions import Student


@given(st.lists(st.text(st.characters(), max_size=120), max_size=12, unique=True))
def test_file_names_are_safe_and_all_different(ids):
    names = list(file_names(ids).values())
    assert len({name.casefold() for name in names}) == len(ids)
    for name in names:
        assert 0 < len(name.encode()) < 110
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert name[0] not in ".- "
        assert name.casefold() not in {"con", "nul", "aux", "prn", "com1", "lpt1"}


def test_ordinary_names_stay_as_they_are():
    assert file_names(["alice", "张伟", "hw 1_b-2"]) == {
        "alice": "alice",
        "张伟": "张伟",
        "hw 1_b-2": "hw 1_b-2",
    }


def test_names_that_differ_by_case_only_get_a_hash_each():
    names = file_names(["Ann", "ann", "bob"])
    assert names["bob"] == "bob"
    assert names["Ann"].startswith("Ann-")
    assert names["ann"].startswith("ann-")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"

    def full():
        yield b"thr"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_whole(path, full())
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1+1", "|x", "%x", "\n=1"]
)
def test_what_a_spreadsheet_would_run_is_preceded_by_an_apostrophe(text):
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["alice", "张伟", "a=b", "1-2", ""])
def test_other_cells_stay_as_they_are(text):
    assert cell(text) == text


def test_the_gradebook_has_a_row_for_everyone(make_grade, passed, make_submission):
    student = Student("7", "=Ann", "B")
    verdicts = (passed, Verdict("test_kitchen.py::test_b", Kind.FAILED))
    grade = make_grade(*verdicts, settings="points = 3\n", submission=make_submission(student=student))
    report = ClassReport(
        "01-soup", "Soup", (grade,), (FailureRow("bad", None, "it\nbroke"),), (Student("8", "Zoe"),)
    )
    content = gradebook(report)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    keys = (
        "submission",
        "student_id",
        "name",
        "status",
        "points",
        "max_points",
        "percent",
        "passed",
        "problem",
    )
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("alice", "7", "'=Ann", "graded", "1.5", "3", "50.0", "1", ""),
        ("bad", "", "", "grader_failed", "", "", "", "", "it\\nbroke"),
        ("", "8", "Zoe", "missing", "0", "3", "0.0", "", ""),
    ]
    assert (rows[0][passed.test], rows[0]["test_kitchen.py::test_b"], rows[2][passed.test]) == (
        "1.5",
        "0",
        "",
    )


def test_the_intake_table_has_a_row_for_everything_and_for_who_is_missing():
    student = Student("7", "Ann", "B")
    rows = (
        IntakeRow("in/=a.py", "taken", "=a", ("Renamed.", "Moved."), student),
        IntakeRow("in/notes.md", "left out", "", ("It is no Python file, folder or zip.",)),
    )
    content = intake_table(ClassReport("01-soup", "Soup", (), missing=(Student("8", "Zoe"),), intake=rows))
    assert content.decode("utf-8").splitlines() == [
        "\ufeffsource,outcome,submission,student_id,name,group,remarks",
        "in/=a.py,taken,'=a,7,Ann,B,Renamed. Moved.",
        'in/notes.md,left out,,,,,"It is no Python file, folder or zip."',
        ",missing,,8,Zoe,,",
    ]


def test_feedback_of_who_is_gone_goes_and_other_files_stay(make_grade, make_submission, passed, tmp_path):
    def report(*names: str) -> ClassReport:
        return ClassReport(
            "e", "E", tuple(make_grade(passed, submission=make_submission(name)) for name in names)
        )

    def write(written: ClassReport) -> None:
        write_outputs(written, tmp_path, FeedbackPages(tmp_path, written.submissions, "en"))

    write(report("ann", "bob"))
    feedback = tmp_path / "feedback"
    (feedback / "cy.html").write_text("a teacher's")
    with (tmp_path / "grades.jsonl").open("a") as file:
        file.write("of another format\n")
    write(report("ann", "dan"))
    assert sorted(path.name for path in feedback.iterdir()) == [
        "ann.html",
        "ann.md",
        "cy.html",
        "dan.html",
        "dan.md",
    ]
    (tmp_path / "grades.jsonl").rename(tmp_path / "grades.before.jsonl")
    write(report("dan"))
    assert sorted(path.name for path in feedback.iterdir()) == ["cy.html", "dan.html", "dan.md"]
