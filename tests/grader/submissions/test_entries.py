"""What an entry is: packed, a notebook, a whole class, another file of the same student; each with what to do."""

from __future__ import annotations

import os
import socket
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from grader.submissions.entries import stem_of
from grader.submissions.intake import Intake, take_in
from grader.submissions.roster import Roster
from grader.submissions.submission import Student

CODE = b"async def cook():\n    return 'soup'\n"
OTHER = b"x = 1\n"
ZIP = object()
"""Stands for a zip that holds the module."""


@pytest.fixture
def take(tmp_path, make_zip):
    """A function that takes in a folder with these files."""

    def taken(
        files: dict[str, bytes | object], roster: Roster | None = None, *, packed: bool = False
    ) -> Intake:
        content = {
            name: make_zip({"kitchen.py": CODE}) if data is ZIP else data for name, data in files.items()
        }
        if packed:
            (tmp_path / "class.zip").write_bytes(make_zip(content))
            return take_in([tmp_path / "class.zip"], "kitchen", roster=roster)
        for name, data in content.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (len(files), list(files).index(name)))
        return take_in([tmp_path / "in"], "kitchen", roster=roster)

    return taken


def said(intake: Intake) -> dict[str, str]:
    """Each submission with its problem, or with the first letters of what was taken."""
    return {
        each.id: each.problem or each.files["kitchen.py"].decode().partition("\n")[0]
        for each in intake.submissions
    }


TAKEN, LESS = "async def cook():", "x = 1"


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"c/ann/kitchen.py": CODE, "c/bob/ps1/kitchen.py": CODE, "c/roster.csv": b"id\n"}, {"ann", "bob"}),
        ({"c/ann.zip": ZIP, "c/bob.zip": ZIP, "c/.DS_Store": b""}, {"ann", "bob"}),
        ({"c/2021001/kitchen.py": CODE, "c/2021002/a.zip": ZIP}, {"2021001", "2021002"}),
        ({"ann/attempt 1/kitchen.py": CODE, "ann/attempt 2/kitchen.py": CODE}, {"ann"}),
        ({"ann/old/kitchen.py": CODE, "ann/kitchen/kitchen.py": CODE}, {"ann"}),
        ({"ann/src/kitchen.py": CODE, "ann/docs/notes.txt": b""}, {"ann"}),
        ({"ann/1.zip": ZIP, "ann/2.zip": ZIP}, {"ann"}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_folder_around_a_class_is_no_submission(take, files, expected, packed):
    found = {each.id for each in take(files, packed=packed).submissions}
    assert found == expected


def test_of_folders_with_the_module_old_ones_come_last(take):
    intake = take({"ann/old/kitchen.py": OTHER, "ann/new/kitchen.py": CODE, "bob.py": CODE})
    assert said(intake) == {"ann": TAKEN, "bob": TAKEN}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["Ann_17_assignsubmission_file_/kitchen.py", "Ann_17_assignsubmission_onlinetext_/o.html"], "Ann_17"),
        (["Ann_17_assignsubmission_file/kitchen.py", "Ann_17_assignsubmission_onlinetext/o.html"], "Ann_17"),
        (["Ann_17_assignsubmission_file_kitchen.py"], "Ann_17"),
        (["leeann_LATE_1234_56789_kitchen-2.py", "leeann_1234_56790_notes.py"], "leeann_1234"),
        (["ann_v1.py", "ann_v2.py"], "ann"),
        (["ann_v2.py"], "ann_v2"),
        (["ann.py", "ann.pdf"], "ann"),
        (["ann.py", "ann.rar"], "ann"),
        (["1_ann_attempt_2024-03-01-10-11-12.txt", "1_ann_attempt_2024-03-01-10-11-12_kitchen.py"], "1_ann"),
        (["张三_第1次提交.py", "张三_第2次提交.py"], "张三"),
    ],
)  # fmt: skip
def test_what_platforms_write_around_a_submission_is_no_submission(take, files, expected):
    intake = take(
        {name: OTHER if number == 0 and "v1" in name else CODE for number, name in enumerate(files)}
    )
    assert said(intake) == {expected: TAKEN}


def test_of_what_canvas_numbers_the_latest_counts(take):
    intake = take({"leeann_LATE_1_456_kitchen-2.py": CODE, "leeann_1_123_kitchen-1.py": OTHER})
    assert said(intake) == {
        "leeann_LATE_1_456_kitchen-2": TAKEN,
        "leeann_1_123_kitchen-1": LESS,
    }  # no user's number
    intake = take({"leeann_LATE_12_456_kitchen-2.py": CODE, "leeann_12_123_kitchen-1.py": OTHER})
    assert said(intake)["leeann_12"] == TAKEN


@pytest.mark.parametrize(
    ("ann", "eve"),
    [
        ("leeann_1234_56780_kitchen.py", "foxeve_1235_56781_leeann.py"),
        ("Ann Lee_1234_assignsubmission_file_kitchen.py", "Eve Fox_1235_assignsubmission_file_1234.py"),
        (
            "1_1234_attempt_2024-03-01-10-11-12_a.py",
            "1_1235_attempt_2024-03-02-10-11-12_1234_attempt_2025-03-02-10-11-12_.py",
        ),
    ],
    ids=["Canvas", "Moodle", "Blackboard"],
)
def test_what_a_student_calls_a_file_makes_it_nobody_elses(take, ann, eve):
    roster = Roster((Student("1234", "Ann Lee"), Student("1235", "Eve Fox")))
    intake = take({ann: CODE, eve: OTHER}, roster)
    found = {each.student and each.student.id: each.files["kitchen.py"] for each in intake.submissions}
    assert found == {"1234": CODE, "1235": OTHER}


@pytest.mark.parametrize(("packed_in", "expected"), [(2023, LESS), (2025, TAKEN), (0, LESS)])
def test_times_in_a_zip_and_on_the_disk_are_compared(tmp_path, make_zip, packed_in, expected):
    info = zipfile.ZipInfo("ann.py", (max(packed_in, 1980), 6, 1, 12, 0, 0))
    data = make_zip({info: CODE, "bob.py": CODE})
    if packed_in == 0:  # the date 0, with a month that does not exist
        data = data.replace(struct.pack("<H", (6 << 5) | 1), b"\0\0")
    (tmp_path / "monday.zip").write_bytes(data)
    late = tmp_path / "late" / "ann.py"
    late.parent.mkdir()
    late.write_bytes(OTHER)
    os.utime(late, (1717243200, 1717243200))  # June 2024
    assert said(take_in([tmp_path / "monday.zip", late], "kitchen"))["ann"] == expected


def test_of_what_blackboard_dates_the_latest_counts_whatever_its_name(take):
    files = {
        "1_ann_attempt_2024-03-02-10-11-12_kitchen.py": CODE,
        "1_ann_attempt_2024-03-01-10-11-12_a.py": OTHER,
    }
    assert said(take(files)) == {"1_ann": TAKEN}


def test_beside_the_module_another_file_does_not_count_however_late_it_came(take):
    roster = Roster((Student("ann"),))
    intake = take(
        {"ann_1234_1_kitchen.py": CODE, "ann_1234_2_notes.py": OTHER, "ann_1234_3.pdf": b""}, roster
    )
    assert said(intake) == {"ann_1234_1_kitchen": TAKEN}
    assert [row.notes for row in intake.table if row.outcome == "replaced"] == [
        ("Another file of the same student counts.",)
    ] * 2
    later = take({"ann_1234_4.zip": ZIP}, roster)
    assert [row.source.rpartition("/")[2] for row in later.table if row.outcome == "taken"] == [
        "ann_1234_4.zip"
    ]


NOTHING = "There is no kitchen.py in it, nor any other Python file."
RAW = "Download the file itself (on GitHub: Raw)."
UNKNOWN = "kitchen.py is not UTF-8 text (its encoding is unknown). Save it as UTF-8."
SCRIPT = "Save it as a script (File, Save and Export Notebook As, Executable Script) and hand that in as kitchen.py."


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.rar", b"Rar!\x1a\x07", "This is a RAR file, not a zip. Hand in a zip or the Python file itself."),
        ("a.tar.gz", b"\x1f\x8b\x08", "This is a gzip file, not a zip. Hand in a zip or the Python file itself."),
        ("a.py", b"Rar!\x1a\x07\0", "This is a RAR file, not a zip. Hand in a zip or the Python file itself."),
        ("a.py", b"\x89PNG\r\n", "This is a PNG file, not a zip. Hand in a zip or the Python file itself."),
        ("a.ipynb", b'{"cells": []}', f"a.ipynb is a Jupyter notebook. {SCRIPT}"),
        ("a.ipynb", b"{", f"a.ipynb is a Jupyter notebook. {SCRIPT}"),
        ("a.ipynb", b"{}", "It is no Python file, folder or zip. Hand in kitchen.py."),
        ("a/x.ipynb", b"{}", f"{NOTHING} A Jupyter notebook has to be saved as a script."),
        ("a/x.rar", b"Rar!", f"{NOTHING} Found: x.rar."),
        ("a.py", b"\n<!DOCTYPE html>", f"kitchen.py is a web page, not a Python file. {RAW}"),
        ("a/kitchen.py", b"{\\rtf1}", "kitchen.py is an RTF document. Save it as plain text."),
        ("a.docx", b"PK\x03\x04", "It is no Python file, folder or zip. Hand in kitchen.py."),
        ("a.py", "# müsli\n".encode("latin-1"), UNKNOWN),
        ("a.py", "# 汤\n".encode("gbk"), "kitchen.py is not UTF-8 text (it may be GBK). Save it as UTF-8."),
        ("a.py", ZIP, TAKEN),
        ("a.py ", CODE, TAKEN),
        ("a/kitchen.py ", CODE, TAKEN),
    ],
)  # fmt: skip
def test_each_is_told_what_it_is_and_what_to_do(take, name, content, problem):
    assert said(take({name: content})) == {"a": problem}


def test_an_empty_module_is_taken_and_said(take):
    assert [each.notes for each in take({"ann.py": b" \n"}).submissions] == [("kitchen.py is empty.",)]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets are files on POSIX")
def test_a_socket_is_no_ordinary_file(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("ann.py")
        assert said(take_in([tmp_path / "in"], "kitchen")) == {"ann": "ann.py is not an ordinary file."}


@pytest.mark.skipif(os.name == "nt", reason="bytes as file names exist on POSIX")
def test_a_name_in_gbk_is_shown_as_it_was_written(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "王芳.py".encode("gbk"))).write_bytes(CODE)
    assert [row.source for row in take_in([tmp_path], "kitchen").table] == [f"{tmp_path}/王芳.py"]


@pytest.mark.skipif(
    os.name == "nt" or sys.platform == "darwin", reason="names that only some disks tell apart"
)
def test_names_that_look_the_same_are_attempts_of_one(tmp_path):
    for name, data in (("Jos\u00e9.py", OTHER), ("Jose\u0301.py", CODE)):
        (tmp_path / name).write_bytes(data)
        os.utime(tmp_path / name, (len(data), len(data)))
    intake = take_in([tmp_path], "kitchen")
    assert said(intake) == {"José": TAKEN}
    assert [(row.outcome, row.notes) for row in intake.table] == [
        ("replaced", ("A later attempt counts.",)),
        ("taken", ()),
    ]


def test_what_tools_left_is_said_and_what_is_hidden_is_not(take):
    files = {
        "ann.py": CODE,
        "bob.pyc": b"",
        "ann.py~": OTHER,
        ".hidden.py": OTHER,
        "Thumbs.db": b"",
        "a/x.pyc": b"",
    }
    intake = take(files | {"__pycache__/ann.py": OTHER})
    assert [
        (row.source.rpartition("/")[2], row.notes) for row in intake.table if row.outcome == "left out"
    ] == [
        ("ann.py~", ("It is what a tool left behind.",)),
        ("bob.pyc", ("It is what a tool left behind.",)),
    ]
    assert said(intake) == {"a": "There is no kitchen.py in it, nor any other Python file.", "ann": TAKEN}


def test_of_two_files_with_one_path_the_last_is_taken_and_said(tmp_path, make_zip):
    data = make_zip({"kitchen.py": OTHER, "kitchex.py": CODE}).replace(b"kitchex.py", b"kitchen.py")
    (tmp_path / "ann.zip").write_bytes(data)
    intake = take_in([tmp_path], "kitchen")
    assert said(intake) == {"ann": TAKEN}
    assert intake.submissions[0].notes == ("The zip holds kitchen.py 2 times; the last was taken.",)


def test_a_name_in_another_code_page_is_read_from_beside_it(tmp_path, make_zip):
    raw, name = "日記.py".encode("shift-jis"), "日記.py".encode()
    info = zipfile.ZipInfo("x" * len(raw))
    content = struct.pack("<BL", 1, zlib.crc32(raw)) + name
    info.extra = struct.pack("<HH", 0x5455, 1) + b"x" + struct.pack("<HH", 0x7075, len(content)) + content
    data = make_zip({info: CODE, "b.py": OTHER}).replace(b"x" * len(raw), raw)
    (tmp_path / "class.zip").write_bytes(data)
    assert said(take_in([tmp_path / "class.zip"], "kitchen")) == {"b": LESS, "日記": TAKEN}


def test_whose_it_is_is_said_to_the_teacher_only(take):
    roster = Roster((Student("11000", "张伟"), Student("12000", "张伟"), Student("13000", "李娜")))
    intake = take({"张伟.py": CODE, "12000.py": CODE, "guest.py": CODE}, roster)
    assert {row.submission: (row.notes, row.student) for row in intake.table} == {
        "张伟": (
            ("Several students in the roster fit: 11000, 12000. Put the right id into its name.",),
            None,
        ),
        "12000": ((), roster.students[1]),
        "guest": (("Nobody in the roster fits.",), None),
    }
    assert (intake.strangers, intake.missing) == (2, (roster.students[0], roster.students[2]))
    assert {each.notes for each in intake.submissions} == {()}


def test_names_without_anything_else_stay():
    assert [stem_of(name) for name in (".py", "x.tar.gz", "y.PY ", " ")] == [".py", "x", "y", " "]
