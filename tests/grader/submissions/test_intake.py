"""Intake takes what students really hand in, and refuses what could do harm."""

from __future__ import annotations

import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.submissions.intake import Intake, Row, Taken, take_in, take_one
from grader.submissions.limits import IntakeLimits
from grader.submissions.roster import Roster
from grader.submissions.submission import Student, content_hash

CODE = b"async def cook():\n    return 'soup'\n"


def files_of(intake: Intake) -> dict[str, dict[str, bytes]]:
    return {submission.id: submission.files for submission in intake.submissions}


def problems_of(intake: Intake) -> dict[str, str | None]:
    return {submission.id: submission.problem for submission in intake.submissions}


def put(path: Path, content: bytes = CODE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_is_the_module_whatever_its_name(tmp_path):
    assert files_of(take_in([put(tmp_path / "alice.py")], "kitchen")) == {"alice": {"kitchen.py": CODE}}


def test_a_folder_with_the_module_is_one_submission(tmp_path):
    put(tmp_path / "alice" / "kitchen.py")
    put(tmp_path / "alice" / "helpers.py", b"X = 1\n")
    put(tmp_path / "alice" / "__pycache__" / "kitchen.cpython-311.pyc", b"\0")
    put(tmp_path / "alice" / ".DS_Store", b"\0")
    expected = {"alice": {"kitchen.py": CODE, "helpers.py": b"X = 1\n"}}
    assert files_of(take_in([tmp_path / "alice"], "kitchen")) == expected


def test_a_folder_with_the_package_is_one_submission(tmp_path):
    put(tmp_path / "alice" / "kitchen" / "__init__.py")
    assert files_of(take_in([tmp_path / "alice"], "kitchen")) == {"alice": {"kitchen/__init__.py": CODE}}


def test_any_other_folder_holds_one_submission_per_entry(tmp_path, make_zip):
    put(tmp_path / "alice.py")
    put(tmp_path / "bob" / "kitchen.py")
    put(tmp_path / "carol.zip", make_zip({"carol/kitchen.py": CODE, "__MACOSX/carol/._kitchen.py": b"\0"}))
    put(tmp_path / "roster.csv", b"id\n")
    put(tmp_path / ".hidden", b"")
    intake = take_in([tmp_path], "kitchen")
    assert files_of(intake) == {name: {"kitchen.py": CODE} for name in ("alice", "bob", "carol")}
    assert [(Path(row.source).name, row.outcome, row.submission) for row in intake.table] == [
        ("roster.csv", Taken.LEFT_OUT, ""),
        ("alice.py", Taken.TAKEN, "alice"),
        ("bob", Taken.TAKEN, "bob"),
        ("carol.zip", Taken.TAKEN, "carol"),
    ]


def test_results_of_an_earlier_run_are_no_submission(tmp_path):
    put(tmp_path / "alice.py")
    put(tmp_path / "marks" / "journal.jsonl", b"")
    put(tmp_path / "marks" / "feedback" / "alice.html", b"")
    put(tmp_path / "bob" / "journal.jsonl", b"")
    put(tmp_path / "bob" / "kitchen.py")
    intake = take_in([tmp_path], "kitchen")
    assert list(files_of(intake)) == ["alice", "bob"]
    assert (
        Row(str(tmp_path / "marks"), Taken.LEFT_OUT, "", ("It holds the results of an earlier run.",))
        in intake.table
    )


def test_a_zip_of_a_class_holds_one_submission_per_entry(tmp_path, make_zip):
    content = {
        "alice.py": CODE,
        "bob/kitchen.py": CODE,
        "carol.zip": make_zip({"kitchen.py": CODE}),
        "dora/work.zip": make_zip({"deep/kitchen.py": CODE}),
        "notes.md": b"#",
    }
    path = put(tmp_path / "class.zip", make_zip(content))
    assert files_of(take_in([path], "kitchen")) == {
        name: {"kitchen.py": CODE} for name in ("alice", "bob", "carol", "dora")
    }


@pytest.mark.parametrize(
    "names",
    [
        ["kitchen.py"],
        ["alice/kitchen.py"],
        ["my solution.py"],
        ["alice\\kitchen.py"],
        ["./kitchen.py", "README.md"],
    ],
)
def test_a_zip_of_one_student_is_one_submission(tmp_path, make_zip, names):
    path = put(tmp_path / "alice.zip", make_zip(dict.fromkeys(names, CODE)))
    assert list(files_of(take_in([path], "kitchen"))) == ["alice"]
    assert take_in([path], "kitchen").submissions[0].files["kitchen.py"] == CODE


@pytest.mark.parametrize(
    "name",
    [
        "Kitchen.py",
        "kitchen (1).py",
        "kitchen-2.py",
        "kitchen copy.py",
        "smith_12_34_kitchen.py",
        "solution.py",
        "a/b/KITCHEN.PY",
    ],
)
def test_a_wrong_name_that_is_clearly_the_module_is_mended_and_said(tmp_path, name):
    put(tmp_path / "alice" / name)
    put(tmp_path / "alice" / Path(name).parent / "test_mine.py", b"assert 1\n")
    submission = take_one(tmp_path / "alice", "kitchen")
    assert submission.files["kitchen.py"] == CODE
    assert f"{Path(name).name} was taken for kitchen.py." in submission.notes


def test_the_likest_name_wins_over_other_files(tmp_path):
    put(tmp_path / "alice" / "Kitchen.py")
    put(tmp_path / "alice" / "helpers.py", b"")
    assert take_one(tmp_path / "alice", "kitchen").files == {"kitchen.py": CODE, "helpers.py": b""}


def test_when_no_file_is_clearly_the_module_the_problem_names_them(tmp_path):
    put(tmp_path / "in" / "alice" / "one.py")
    put(tmp_path / "in" / "alice" / "two.py")
    assert problems_of(take_in([tmp_path / "in"], "kitchen")) == {
        "alice": "There is no kitchen.py in it. Found: one.py, two.py. Rename the right one."
    }


def test_of_folders_of_attempts_the_last_counts(tmp_path):
    put(tmp_path / "alice" / "attempt 9" / "kitchen.py", b"old = 1\n")
    put(tmp_path / "alice" / "attempt 10" / "kitchen.py")
    submission = take_one(tmp_path / "alice", "kitchen")
    assert submission.files == {"kitchen.py": CODE}
    assert submission.notes == (
        "It holds kitchen.py 2 times; the last was taken: attempt 10/.",
        "Taken from its folder attempt 10/.",
    )


def test_names_from_chinese_windows_and_from_macs_are_read(tmp_path, make_zip):
    raw = make_zip({"ABCD.py": CODE, "李娜/kitchen.py": CODE, "e\u0301va.py": CODE, "notes.txt": b"x"})
    raw = raw.replace(b"ABCD.py", "张伟.py".encode("gbk"))
    intake = take_in([put(tmp_path / "class.zip", raw)], "kitchen")
    assert set(files_of(intake)) == {"张伟", "李娜", "éva", "notes"}


@pytest.mark.skipif(os.name == "nt", reason="bytes as file names exist on POSIX")
def test_a_name_of_the_disk_that_is_not_utf8_is_read_as_gbk(tmp_path):
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)
    with open(folder + b"/" + "王芳".encode("gbk") + b".py", "wb") as file:
        file.write(CODE)
    assert list(files_of(take_in([tmp_path / "in"], "kitchen"))) == ["王芳"]


def test_the_hash_depends_on_the_files_and_not_on_the_packing(tmp_path, make_zip):
    put(tmp_path / "in" / "a.py")
    put(tmp_path / "in" / "b" / "kitchen.py")
    put(
        tmp_path / "in" / "c.zip",
        make_zip({"x/y/Kitchen.py": CODE, "x/y/.git/config": b""}, zipfile.ZIP_STORED),
    )
    hashes = {submission.content_hash for submission in take_in([tmp_path / "in"], "kitchen").submissions}
    assert hashes == {content_hash({"kitchen.py": CODE})}


def test_paths_and_contents_cannot_be_confused_in_a_hash():
    assert content_hash({"a": b"bc"}) != content_hash({"ab": b"c"})
    assert content_hash({"a": b"", "b": b""}) != content_hash({"a": b"b"})


# What could do harm is refused with a reason, and costs only its owner.


def refusal(tmp_path: Path, data: bytes, limits: IntakeLimits | None = None) -> str | None:
    put(tmp_path / "in" / "mallory.zip", data)
    put(tmp_path / "in" / "alice.py")
    found = problems_of(take_in([tmp_path / "in"], "kitchen", limits=limits))
    assert found.pop("alice") is None
    assert list(found) == ["mallory"]
    return found["mallory"]


@pytest.mark.parametrize(
    "name", ["../../etc/x.py", "a/../../x.py", "/etc/x.py", "C:\\x.py", "c:x.py", "..\\x.py"]
)
def test_a_path_that_leads_out_is_refused(tmp_path, make_zip, name):
    reason = refusal(tmp_path, make_zip({"kitchen.py": CODE, name: b""}))
    assert reason == f"The path {name.replace(chr(92), '/')} leads out of its folder."
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["alice.py", "in", "mallory.zip"]


def test_a_control_character_in_a_name_is_refused(tmp_path, make_zip):
    assert (
        refusal(tmp_path, make_zip({"a\x1b[2J.py": b""})) == "The name a\\x1b[2J.py holds control characters."
    )


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (stat.S_IFLNK, "kitchen.py is a symbolic link. Hand in the file itself."),
        (stat.S_IFCHR, "kitchen.py is not an ordinary file."),
        (stat.S_IFIFO, "kitchen.py is not an ordinary file."),
    ],
)
def test_links_and_devices_in_a_zip_are_refused(tmp_path, make_zip, mode, reason):
    info = zipfile.ZipInfo("kitchen.py")
    info.external_attr = (mode | 0o777) << 16
    assert refusal(tmp_path, make_zip({info: b"/etc/passwd"})) == reason


def test_a_bomb_costs_no_more_than_its_limit(tmp_path, make_zip):
    reason = refusal(tmp_path, make_zip({"kitchen.py": bytes(30 * 1024 * 1024)}))
    assert reason == "The file kitchen.py is larger than 2 MB."


def test_a_bomb_of_many_files_is_refused(tmp_path, make_zip):
    reason = refusal(tmp_path, make_zip({f"{n}.py": bytes(1024 * 1024) for n in range(8)}))
    assert reason == "Unpacked it is larger than 6 MB. Hand in your own Python files only."


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path, make_zip):
    data = make_zip({"kitchen.py": bytes(3 * 1024 * 1024)})
    lie = data.replace((3 * 1024 * 1024).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != data
    reason = refusal(tmp_path, lie)
    assert reason == "The zip is damaged: kitchen.py cannot be unpacked. Pack it again."


def test_zips_in_zips_are_unpacked_a_few_times_and_then_refused(tmp_path, make_zip):
    data = make_zip({"kitchen.py": CODE})
    for _level in range(3):
        data = make_zip({"inner.zip": data})
    path = put(tmp_path / "fine" / "alice.zip", data)
    assert take_one(path, "kitchen").files == {"kitchen.py": CODE}
    for _level in range(3):
        data = make_zip({"inner.zip": data})
    assert refusal(tmp_path, data) == "Zips are packed into zips too many times."


def test_too_many_files_are_refused(tmp_path, make_zip):
    limits = replace(IntakeLimits(), files=3, members=5)
    many = {f"{n}.py": b"" for n in range(4)}
    assert refusal(tmp_path, make_zip(many), limits) == (
        "It holds more than 3 files. Hand in your own Python files only."
    )
    assert refusal(tmp_path, make_zip({f"{n}.py": b"" for n in range(6)}), limits) == (
        "It holds more than 5 entries. Hand in your own Python files only."
    )


def test_a_huge_or_deep_tree_is_refused_before_it_is_read(tmp_path):
    put(tmp_path / "in" / "deep" / "/".join("abcdefghijklmnop") / "kitchen.py")
    for number in range(30):
        put(tmp_path / "in" / "wide" / f"{number}.py", b"")
    limits = replace(IntakeLimits(), members=20)
    found = problems_of(take_in([tmp_path / "in"], "kitchen", limits=limits))
    assert found["deep"] is not None
    assert found["deep"].startswith("Folders are nested too deep")
    assert found["wide"] == "It holds more than 20 entries. Hand in your own Python files only."


def test_a_virtual_environment_is_litter(tmp_path):
    put(tmp_path / "alice" / "kitchen.py")
    put(tmp_path / "alice" / "env" / "pyvenv.cfg", b"")
    put(tmp_path / "alice" / "env" / "lib" / "x.py", b"")
    assert take_one(tmp_path / "alice", "kitchen").files == {"kitchen.py": CODE}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "This is not a zip. Hand in a zip or the Python file itself."),
        (b"Rar!\x1a\x07\x00", "This is a RAR file, not a zip. Hand in a zip or the Python file itself."),
        (
            b"PK\x03\x04garbage",
            "The zip is damaged: it is not whole, or was not packed as it should be. Pack it again.",
        ),
    ],
)
def test_what_is_no_zip_is_refused(tmp_path, data, reason):
    assert refusal(tmp_path, data) == reason


def test_an_encrypted_or_unusual_zip_is_refused(tmp_path, make_zip):
    data = bytearray(make_zip({"kitchen.py": CODE}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(tmp_path, bytes(data)) == "The zip has a password. Pack it again without one."
    assert refusal(tmp_path, make_zip({"kitchen.py": CODE}, zipfile.ZIP_LZMA)) == (
        "The zip uses an unusual compression. Pack it again as an ordinary zip."
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_links_pipes_and_devices_on_the_disk_are_refused(tmp_path):
    secret = put(tmp_path / "key.py", b"SECRET = 1\n")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "link.py").symlink_to(secret)
    (inside / "dirlink").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe.py")
    put(inside / "folder" / "kitchen.py")
    (inside / "folder" / "more.py").symlink_to(secret)
    assert problems_of(take_in([inside], "kitchen")) == {
        "dirlink": "dirlink is a symbolic link. Hand in the file itself.",
        "folder": "more.py is a symbolic link. Hand in the file itself.",
        "link": "link.py is a symbolic link. Hand in the file itself.",
        "pipe": "pipe.py is not an ordinary file.",
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_refused(tmp_path):
    put(tmp_path / "in" / "alice.py").chmod(0)
    assert problems_of(take_in([tmp_path / "in"], "kitchen")) == {
        "alice": "alice.py cannot be read: Permission denied."
    }


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("菜 = 1\n".encode("gbk"), "kitchen.py is not UTF-8 text (it may be GBK). Save it as UTF-8."),
        ("x = 1\n".encode("utf-16"), "kitchen.py is UTF-16 text. Save it as UTF-8."),
        (
            b"x = '\xff\xfe\xfa'\n",
            "kitchen.py is not UTF-8 text (its encoding is unknown). Save it as UTF-8.",
        ),
        (b"x = 1\0\n", "kitchen.py holds null bytes: it is not a Python text file."),
        (b"# coding: rot13\nk = 1\n", "kitchen.py declares the unusual encoding rot13. Save it as UTF-8."),
        (b"# coding: nothing\n", "kitchen.py is not UTF-8 text (its encoding is unknown). Save it as UTF-8."),
    ],
)
def test_a_source_that_python_cannot_read_is_refused(tmp_path, source, reason):
    put(tmp_path / "in" / "alice.py", source)
    assert problems_of(take_in([tmp_path / "in"], "kitchen")) == {"alice": reason}


@pytest.mark.parametrize(
    "source", [b"\xef\xbb\xbfx = 1\n", "# coding: gbk\n菜 = 1\n".encode("gbk"), b"x = 1\r\n"]
)
def test_sources_that_python_reads_are_kept_as_they_are(tmp_path, source):
    assert take_one(put(tmp_path / "alice.py", source), "kitchen").files == {"kitchen.py": source}


def test_attempts_are_put_together_and_the_last_counts(tmp_path):
    put(tmp_path / "alice_attempt_2.py")
    put(tmp_path / "alice_attempt_10.py")
    put(tmp_path / "bob.py")
    put(tmp_path / "bob (1).py")
    intake = take_in([tmp_path], "kitchen")
    assert {(row.outcome, Path(row.source).name, row.submission) for row in intake.table} == {
        (Taken.REPLACED, "alice_attempt_2.py", "alice"),
        (Taken.TAKEN, "alice_attempt_10.py", "alice"),
        (Taken.REPLACED, "bob.py", "bob"),
        (Taken.TAKEN, "bob (1).py", "bob"),
    }


def test_the_roster_names_owners_and_shows_who_is_missing(tmp_path):
    put(tmp_path / "s17_first.py", b"x = 1\n")
    os.utime(tmp_path / "s17_first.py", (1, 1))
    put(tmp_path / "late s17.py")
    put(tmp_path / "Bob Stone_123_file.py")
    put(tmp_path / "stranger.py")
    students = (Student("s17", "Ann Lee"), Student("s1", "Bob Stone", "A"), Student("s170", "Cy Dee"))
    intake = take_in([tmp_path], "kitchen", roster=Roster(students))
    assert [(item.id, item.student and item.student.id) for item in intake.submissions] == [
        ("Bob Stone_123_file", "s1"),
        ("late s17", "s17"),
        ("stranger", None),
    ]
    assert intake.missing == (students[2],)


def test_submissions_never_share_an_id(tmp_path):
    put(tmp_path / "a" / "alice.py")
    put(tmp_path / "b" / "Alice.py", b"x = 1\n")
    ids = [item.id for item in take_in([tmp_path / "a", tmp_path / "b"], "kitchen").submissions]
    assert ids == ["alice", "Alice-2"]


@pytest.mark.parametrize("name", ["absent", "empty", "notes"])
def test_nothing_to_grade_is_an_error(tmp_path, name):
    (tmp_path / "empty").mkdir()
    put(tmp_path / "notes" / "readme.md")
    with pytest.raises(GraderError):
        take_in([tmp_path / name], "kitchen")


def test_what_is_no_python_at_all_gets_a_reason(tmp_path):
    put(tmp_path / "in" / "alice.docx", b"PK\x03\x04...")
    put(tmp_path / "in" / "bob.ipynb", b"{}")
    put(tmp_path / "in" / "dora.txt", b"def cook(): 0")
    (tmp_path / "in" / "carol").mkdir()
    found = problems_of(take_in([tmp_path / "in"], "kitchen"))
    assert found["dora"] == "It is no Python file, folder or zip. Hand in kitchen.py."
    assert found["carol"] == "There is no kitchen.py in it, nor any other Python file."
    assert found["alice"] is not None


def test_a_student_is_told_what_to_mend(tmp_path):
    put(tmp_path / "alice.py", b"\0")
    with pytest.raises(GraderError, match="null bytes"):
        take_one(tmp_path / "alice.py", "kitchen")


def test_too_much_altogether_is_an_error_of_the_run(tmp_path):
    put(tmp_path / "a.py")
    put(tmp_path / "b.py")
    with pytest.raises(GraderError, match="in parts"):
        take_in([tmp_path], "kitchen", limits=replace(IntakeLimits(), entries=1))
    with pytest.raises(GraderError, match="in parts"):
        take_in([tmp_path], "kitchen", limits=replace(IntakeLimits(), total=len(CODE) + 1))


def test_rows_are_plain_values():
    assert Row("a", Taken.TAKEN) == Row("a", Taken.TAKEN, "", ())
