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
    ],
    ids=["Moodle", "Canvas", "Excel", "wide commas"],
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
    found = roster.owner_of(name)
    assert (found.id if found else None) == owner
