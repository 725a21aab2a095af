"""What lies in a folder or a zip is one submission, or those of a class: its shape tells, and a roster is believed."""

from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from grader.submissions.intake import take_in
from grader.submissions.roster import Roster
from grader.submissions.submission import Student
from grader.submissions.whole_class import is_class

if TYPE_CHECKING:
    from pathlib import Path

CODE = b"async def cook():\n    return 'soup'\n"
ONE = (
    "Taken as one submission. If it holds those of several students, name the folder that they lie in, or give a "
    "roster."
)


def put(path: Path, content: bytes = CODE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], False),
        (["ann/kitchen.py"], False),
        (["ann/kitchen.py", "bob/kitchen.py"], True),
        (["a/kitchen/__init__.py", "b/c/d.zip"], True),
        (["a/kitchen.py", "b/other.py"], False),
        (["a/kitchen.py", "b/kitchen.py", "c/kitchen.py", "d/other.py"], True),
        (["attempt 1/kitchen.py", "attempt 2/kitchen.py"], False),
        ([f"{number}/kitchen.py" for number in range(101, 131)], True),
        (["kitchen.py", "a/kitchen.py", "b/kitchen.py"], False),
        (["kitchen.py", "a/kitchen.py", "b/kitchen.py", "c.zip"], True),
        (["kitchen.py", "a.py", "b.py", "c.py", "d.py", "e.py"], False),
        (["leeann_12_345_kitchen.py", "raybob_13_346_Kitchen-1.py"], True),
        (["kitchen.py", "kitchen (1).py"], False),
        (["a.py", "b.py", "c.py", "d.py", "e.py", "README.md", ".DS_Store"], True),
        (["a.py", "b.py", "c.py", "d.py"], False),
        (["a.py", "b.py", "c.py", "d.py", "test_a.py"], False),
    ],
)
def test_the_shape_tells(paths, expected):
    assert is_class(paths, "kitchen") is expected


def test_a_roster_is_believed():
    roster = Roster((Student("17", "Ann Lee"), Student("2018", "Bob Ray"), Student("1"), Student("2")))
    assert is_class(["kitchen.py", "ann_lee.py", "2018.py"], "kitchen", roster)
    assert not is_class(["kitchen.py", "ann_lee.py", "17.py"], "kitchen", roster)
    assert not is_class(["attempt 1/kitchen.py", "attempt 2/kitchen.py"], "kitchen", roster)


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_what_was_taken_as_one_is_said_to_the_teacher_only(tmp_path, make_zip, packed):
    files = {"in/work/one.py": CODE, "in/work/two.py": CODE}
    if packed:
        path = put(
            tmp_path / "in.zip", make_zip({name.removeprefix("in/"): data for name, data in files.items()})
        )
    else:
        path = tmp_path / "in"
        for name, data in files.items():
            put(tmp_path / name, data)
    intake = take_in([path], "kitchen")
    (submission,) = intake.submissions
    assert submission.problem == "There is no kitchen.py in it. Found: one.py, two.py. Rename the right one."
    assert [row.notes for row in intake.table] == [(submission.problem, ONE)]


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_module_beside_other_files_is_one_submission_and_said(tmp_path, make_zip, packed):
    files = {"kitchen.py": CODE, "ann.py": CODE}
    path = tmp_path / "ann"
    if packed:
        path = put(tmp_path / "ann.zip", make_zip(files))
    else:
        for name, data in files.items():
            put(path / name, data)
    intake = take_in([path], "kitchen")
    assert [(each.files, each.notes) for each in intake.submissions] == [(files, ())]
    assert [row.notes for row in intake.table] == [(ONE,)]


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_stray_module_does_not_swallow_a_class(tmp_path, make_zip, packed):
    files = {"kitchen.py": CODE, **{f"{name}/kitchen.py": CODE for name in ("ann", "bob", "cy")}}
    path = tmp_path / "in"
    if packed:
        path = put(tmp_path / "in.zip", make_zip(files))
    else:
        for name, data in files.items():
            put(path / name, data)
    assert [each.id for each in take_in([path], "kitchen").submissions] == ["ann", "bob", "cy", "kitchen"]


def test_what_one_student_packed_harms_no_other(tmp_path, make_zip):
    link = zipfile.ZipInfo("mallory/kitchen.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = put(
        tmp_path / "class.zip",
        make_zip(
            {
                "ann/kitchen.py": CODE,
                "bob/kitchen.py": CODE,
                link: b"/etc/passwd",
                "trudy/../../x.py": CODE,
                "eve/" + "d/" * 50 + "kitchen.py": CODE,
                "eve/kitchen.py": CODE,
            }
        ),
    )
    found = {each.id: each.problem for each in take_in([path], "kitchen").submissions}
    assert found == {
        "ann": None,
        "bob": None,
        "eve": f"Folders are nested too deep: eve/{'d/' * 28}… (54 more characters).",
        "mallory": "mallory/kitchen.py is a symbolic link. Hand in the file itself.",
        "trudy": "The path trudy/../../x.py leads out of its folder.",
    }


@pytest.mark.parametrize("wrapper", ["", "class/"])
def test_whoever_packed_nothing_but_litter_handed_in_something(tmp_path, make_zip, wrapper):
    files = {
        **{f"{name}/kitchen.py": CODE for name in ("ann", "bob")},
        "cy/kitchen.pyc": b"",
        "dan/": b"",
        "eve/src/": b"",
        "ann/docs/": b"",
        "ann.py~": b"",
        "__MACOSX/._ann": b"",
        "venv/": b"",
        "venv/pyvenv.cfg": b"",
    }
    path = put(tmp_path / "class.zip", make_zip({wrapper + name: data for name, data in files.items()}))
    intake = take_in([path], "kitchen")
    nothing = "There is no kitchen.py in it, nor any other Python file."
    assert {each.id: each.problem for each in intake.submissions} == {
        "ann": None,
        "bob": None,
        "cy": nothing,
        "dan": nothing,
        "eve": nothing,
    }
    assert [(row.source, row.notes) for row in intake.table if row.outcome == "left out"] == [
        (f"{path}/{wrapper}ann.py~", ("It is what a tool left behind.",))
    ]


def test_a_class_that_is_no_zip_is_refused_in_a_row(tmp_path):
    put(tmp_path / "class.zip", b"PK\x03\x04garbage")
    (row,) = take_in([tmp_path / "class.zip"], "kitchen").table
    assert (row.outcome, row.notes) == (
        "refused",
        ("The zip is damaged: it is not whole, or was not packed as it should be. Pack it again.",),
    )


def test_a_path_that_is_too_long_costs_only_its_owner(tmp_path, make_zip):
    path = put(tmp_path / "class.zip", make_zip({"ann.py": CODE, "bob.py": CODE, "eve/" + "x" * 1000: CODE}))
    problems = {each.id: each.problem or "" for each in take_in([path], "kitchen").submissions}
    assert problems.pop("eve").startswith("The path eve/xxx")
    assert problems == {"ann": "", "bob": ""}


def test_the_zip_of_one_student_is_refused_whole(tmp_path, make_zip):
    path = put(tmp_path / "eve.zip", make_zip({"work/kitchen.py": CODE, "../x.py": b""}))
    assert [(each.id, each.problem) for each in take_in([path], "kitchen").submissions] == [
        ("eve", "The path ../x.py leads out of its folder.")
    ]
