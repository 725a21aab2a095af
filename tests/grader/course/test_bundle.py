"""Students get texts, starters and visible tests; nothing that gives an answer away."""

from __future__ import annotations

import io
import zipfile

import pytest

from grader.course.bundle import bundle, how_to_begin, student_settings
from grader.course.exercise import load_exercise
from grader.errors import GraderError

FILES = {
    "README.md": "# Soup",
    "README.zh-CN.md": "# 汤",
    "README.teacher.notes": "key",
    "starter/kitchen.py": "def cook(): ...\n",
    "starter/.cache": "x",
    "wrong/no.py": "# fails: test_cook\n",
    "solution_notes.md": "secret",
    "hidden/data.json": "secret",
}
SETTINGS = """\
title = { en = "Say \\"soup\\"", zh-CN = "汤" }
points = 3
packages = ["numpy"]
[limits]
memory = "64 MB"
[lint]
cost = { LOOP = 1, "LOOP1" = 2.5 }
[[equivalent]]
mutant = "secret mutant"
reason = "secret reason"
"""


def test_the_bundle_holds_the_students_half_and_nothing_else(make_exercise):
    content, names = bundle([make_exercise(SETTINGS, files=FILES)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == names
        text = b"".join(archive.read(name) for name in names)
    assert names == [
        "README.md",
        "README.zh-CN.md",
        "exercises/01-soup/README.md",
        "exercises/01-soup/README.zh-CN.md",
        "exercises/01-soup/exercise.toml",
        "exercises/01-soup/starter/kitchen.py",
        "exercises/01-soup/visible/test_first.py",
    ]
    assert b"secret" not in text


def test_the_settings_of_students_are_those_of_the_teacher_without_secrets(make_exercise, tmp_path):
    exercise = make_exercise(SETTINGS)
    folder = tmp_path / "given" / "01-soup"
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(student_settings(exercise), encoding="utf-8")
    again = load_exercise(folder)
    same = {"folder", "equivalent"}
    assert again.model_dump(exclude=same) == exercise.model_dump(exclude=same)
    assert again.equivalent == ()


def test_the_same_course_gives_the_same_bytes(make_exercise):
    exercise = make_exercise(files=FILES)
    assert bundle([exercise])[0] == bundle([exercise])[0]


def test_a_starter_that_is_the_reference_is_refused(make_exercise):
    exercise = make_exercise(files={"starter/kitchen.py": "def cook():\n    return 'soup'\n"})
    with pytest.raises(GraderError, match="copy of the reference"):
        bundle([exercise])


def test_a_link_into_the_hidden_suite_is_refused(make_exercise):
    exercise = make_exercise()
    (exercise.folder / "visible" / "test_more.py").symlink_to(exercise.folder / "hidden" / "test_kitchen.py")
    with pytest.raises(GraderError, match="symbolic link"):
        bundle([exercise])


def test_a_bundle_says_how_to_begin_in_both_languages(make_exercise):
    exercise = make_exercise('title = { en = "Soup | stew", zh-CN = "汤" }\n', files=FILES)
    texts = {name: content.decode() for name, content in how_to_begin([exercise]).items()}
    assert set(texts) == {"README.md", "README.zh-CN.md"}
    assert "| `01-soup` | Soup \\| stew | `kitchen.py` |" in texts["README.md"]
    assert "| `01-soup` | 汤 | `kitchen.py` |" in texts["README.zh-CN.md"]
    for text in texts.values():
        assert "grader check 01-soup kitchen.py" in text
        assert "cp exercises/01-soup/starter/kitchen.py ." in text
        assert "{" not in text
