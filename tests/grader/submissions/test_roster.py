"""Rosters as schools export them."""

from __future__ import annotations

import pytest

from grader.errors import GraderError
from grader.submissions.roster import Roster, read_roster
from grader.submissions.submission import Student


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,name,group\n1,Ann,A\n2,张伟,B\n", "utf-8"),
        ("ID;Full Name;Class\r\n1;Ann;A\r\n\r\n2;张伟;B\r\n", "utf-8-sig"),
        ("学号\t姓名\t班级\n1\tAnn\tA\n2\t张伟\tB\n", "utf-16"),
        ("班级,姓名,学号\nA,Ann,1\nB,张伟,2\n", "gbk"),
        ('Student ID,"name",team\n 1 ,Ann,A\n"2",张伟,B', "gb18030"),
    ],
)
def test_headings_encodings_and_separators_are_recognised(tmp_path, text, encoding):
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    assert read_roster(tmp_path / "roster.csv").students == (
        Student("1", "Ann", "A"),
        Student("2", "张伟", "B"),
    )


def test_without_headings_the_columns_are_id_and_name(tmp_path):
    (tmp_path / "roster.csv").write_text("s1,Ann\ns2\n", encoding="utf-8")
    assert read_roster(tmp_path / "roster.csv").students == (Student("s1", "Ann"), Student("s2"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The roster is empty."),
        (b"id,name\n", "The roster has headings but no students."),
        (b"id,name\n1,Ann\n,Bob\n", "This row has no id."),
        (b"id,name\n1,Ann\n1,Bob\n", "The id 1 is there twice."),
        (b"id,name\n1,Ann\n2.02E+11,Bob\n", "The id 2.02E+11 was rounded by a spreadsheet."),
        (b'id,name\n1,"Ann\n', "The roster is not valid CSV: something is wrong with the quotation marks."),
        (b"PK\x03\x04\0\0", "This is an Excel workbook."),
        (b"id\xff\xff\n\x80\n", "The roster is neither UTF-8 nor GBK text."),
    ],
)
def test_a_broken_roster_is_told_with_its_line(tmp_path, content, message):
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(GraderError) as caught:
        read_roster(tmp_path / "roster.csv")
    assert caught.value.what == message
    assert str(tmp_path / "roster.csv") in str(caught.value.where)


@pytest.mark.parametrize(
    ("content", "student"),
    [
        ("First name,Last name,ID number,Email address\nAnn,Lee,17,a@x\n", Student("17", "Ann Lee")),
        (
            'Student,ID,SIS User ID,Section\n    Points Possible,,,\n"Lee, Ann",17,s17,A\n',
            Student("17", "Lee, Ann", "A"),
        ),
        ("sep=;\nid;name\n17;Lee, Ann\n", Student("17", "Lee, Ann")),
        ("学号，姓名\n17，张伟\n", Student("17", "张伟")),
        ("Last Name,First Name,Username,Student ID\nLee,Ann,alee,17\n", Student("alee", "Ann Lee")),
        (
            "Identifier,Full name,Email address\nParticipant 17,Ann Lee,a@x\n",
            Student("Participant 17", "Ann Lee"),
        ),
        ("First Name,Last Name,SID,Email\nAnn,Lee,,a@x\n", Student("a@x", "Ann Lee")),
        ("identifier,github_username,github_id,name\nAnn,ann-99,1,\n", Student("ann-99")),
        ("identifier,github_username,github_id,name\nAnn,,,\n", Student("Ann")),
        ("姓名,班级\n张伟,A\n", Student("张伟", "张伟", "A")),
        ("id,name\n17\u200b,Ann\ufeff Lee\n17,Ann Lee\n", Student("17", "Ann Lee")),
    ],
    ids=[
        *("Moodle", "Canvas", "Excel", "wide commas", "Blackboard", "Moodle's worksheet", "Gradescope"),
        *("GitHub", "GitHub without an account", "names only", "copied from a page, twice the same"),
    ],
)
def test_what_platforms_export_is_a_roster(tmp_path, content, student):
    (tmp_path / "roster.csv").write_text(content, "utf-8")
    assert read_roster(tmp_path / "roster.csv").students == (student,)


def test_an_absent_roster_is_an_error(tmp_path):
    with pytest.raises(GraderError, match="cannot be read"):
        read_roster(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("17", "17"),
        ("hw1_17_kitchen", "17"),
        ("17-2", "17-2"),
        ("117", None),
        ("Ann Lee_999_assignsubmission_file_", "17"),
        ("张伟的作业", "9"),
        ("ANN  LEE", "17"),
        ("17 and 9", None),
        ("nobody", None),
    ],
)
def test_owners_are_found_by_id_then_by_name(name, owner):
    roster = Roster((Student("17", "Ann Lee"), Student("17-2", "Al"), Student("9", "张伟"), Student("x", "")))
    found = roster.fitting(name)
    assert (found[0].id if len(found) == 1 else None) == owner


def test_what_cannot_be_told_apart_is_given_to_nobody():
    first, second, third = Student("11", "张伟"), Student("12", "张伟"), Student("13", "李娜")
    roster = Roster((first, second, third))
    assert roster.fitting("张伟") == (first, second)
    assert roster.fitting("12_张伟") == (second,)
    assert roster.fitting("张伟和李娜") == (first, second, third)


def test_case_tells_ids_apart_where_nothing_else_does():
    lower, upper = Student("s1", "A"), Student("S1", "B")
    roster = Roster((lower, upper))
    assert [roster.fitting(name) for name in ("s1", "hw_S1", "1")] == [(lower,), (upper,), ()]


@pytest.mark.parametrize(
    "name", ["ann_lee", "Ann-Lee hw1", "ann.lee_17", "leeann_99", "Lee, Ann", "hw1_ANN__LEE", "ｌｅｅ, ann"]
)
def test_names_are_joined_and_turned_in_many_ways(name):
    student = Student("17000", "Lee, Ann")
    assert Roster((student,)).fitting(name) == (student,)


def test_ids_may_hold_what_files_cannot():
    student = Student("Participant 17", "Ann")
    assert Roster((student,)).fitting("Participant_17_assignsubmission_file_") == (student,)
