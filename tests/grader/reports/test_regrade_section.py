"""What the class's report says of a regrade, and the terminal beside it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.grading.regrade import Change
from grader.judge.verdicts import Kind, Verdict
from grader.reports.class_report import ClassReport
from grader.reports.html import report_page
from grader.reports.terminal import regrade_table
from grader.submissions import Student

SAME = Change("same", 1, 2, 1, 2)
MORE = Change("ann", 0, 2, 1, 3, ("test_x.py::test_b",), ("test_x.py::test_gone",), handed_in_anew=True)
FEWER = Change("bob", 2, 2, 0, 3, (), ("test_x.py::test_a", "test_x.py::test_gone"))
NEW = Change("<new>", None, None, 0.5, 3)


@pytest.fixture
def report(make_grade, make_submission):
    grade = make_grade(
        Verdict("test_x.py::test_a", Kind.FAILED),
        Verdict("test_x.py::test_b", Kind.PASSED),
        submission=make_submission("ann"),
    )
    return ClassReport("01", "Soup", (grade,), changes=(SAME, MORE, FEWER, NEW))


def test_the_largest_differences_come_first(report):
    assert report.regraded == [FEWER, MORE, NEW]
    assert report.gone_tests == ["test_x.py::test_gone"]


def test_who_really_moved_comes_before_whose_points_only_grew():
    grown, moved = Change("ann", 4, 4, 7, 7), Change("bob", 3, 4, 4, 7)
    assert ClassReport("01", "Soup", (), changes=(grown, moved)).regraded == [moved, grown]


def test_the_page_names_the_student():
    change = Change("s7", 0, 1, 1, 1, student=Student("s7", "Ann Lee"))
    assert (
        '<bdi title="Ann Lee">Ann Lee</bdi>'
        in report_page(ClassReport("01", "Soup", (), changes=(change,))).decode()
    )


def test_the_page_has_points_tests_and_a_link(report):
    page = report_page(report).decode()
    section = page[page.index("What grading again changed") : page.index("Distribution of points")]
    assert "3 submissions have other points" in section
    assert "No longer in the suite: <code>test_x.py::test_gone</code>" in section
    assert "New in the suite" not in section  # what it was before is not known
    assert section.count("test_gone") == 1
    assert '<a href="feedback/ann.html"><bdi title="ann">ann</bdi></a>' in section
    assert section.index(">2<span") < section.index("ann.html")  # bob lost most
    assert '1<span class="soft">/3</span>' in section
    assert '<span class="good">+</span> test_b' in section
    assert '<span class="bad">−</span> test_a' in section
    assert "handed in anew" in section
    assert "&lt;new&gt;" in section
    assert "same" not in section


def test_the_page_says_how_the_class_moved(report):
    moved = ClassReport(
        "01", "Soup", report.grades, changes=report.changes, tests_before=frozenset({"test_x.py::test_a"})
    )
    assert (moved.mean_before, moved.risen, moved.fallen) == (50.0, 1, 1)
    assert moved.new_tests == ["test_x.py::test_b"]
    assert "New in the suite: test_b" in report_page(moved).decode()


def test_a_change_of_points_alone_lists_no_tests_and_only_a_dozen_at_once(report):
    changes = tuple(Change(f"s{number}", 1, 2, 1, 3) for number in range(14))
    page = report_page(ClassReport("01", "Soup", report.grades, changes=changes)).decode()
    section = page[page.index("What grading again changed") : page.index("Distribution of points")]
    assert "Tests" not in section
    assert "<summary>and 2 more</summary>" in section
    assert section.count("<tr>") == 14 + 2


def test_without_a_change_nobody_is_listed(report):
    unchanged = ClassReport("01", "Soup", report.grades, changes=(SAME,))
    page = report_page(unchanged).decode()
    assert "0 submissions have other points" in page
    assert "table class" not in page
    assert unchanged.gone_tests == []


@pytest.mark.parametrize("changes", [(MORE, NEW), (SAME,), tuple([MORE] * 10)])
def test_the_terminal_says_out_of_how_many(report, changes):
    console = Console(file=io.StringIO(), width=80)
    console.print(regrade_table(ClassReport("01", "Soup", report.grades, changes=changes)))
    lines = [line.split() for line in console.file.getvalue().splitlines()[1:]]
    if changes == (SAME,):
        assert lines == [["nothing"]]
    elif len(changes) == 2:
        assert lines == [["ann", "0/2", "1/3"], ["<new>", "–", "0.5/3"]]
    else:
        assert lines == [["ann", "0/2", "1/3"]] * 8 + [["and", "2", "more"]]
