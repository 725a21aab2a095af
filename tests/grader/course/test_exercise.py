"""Exercises as teachers write them; what is wrong is told with file, line and the nearest valid key."""

from __future__ import annotations

import pytest

from grader.course.exercise import load_exercise
from grader.course.feedback import Feedback
from grader.course.toml import line_of
from grader.course.version import files_of
from grader.errors import GraderError
from grader.locale import speaking
from grader.sandbox.limits import Limits

WHOLE = """\
id = "soup"
title = { en = "Soup", zh-CN = "汤" }
module = "kitchen"
points = 12
packages = ["numpy"]

[limits]
cpu = 1
wall = 2.5
virtual = 60
total_cpu = 90
memory = "256 MB"
output = 1000
threads = 8

[lint]
select = ["LOOP"]
ignore = ["LOOP9"]
cost = { LOOP = 1, "LOOP1" = 0.5 }
max_cost = 3

[feedback]
hidden = "name"
visible = "hint"

[[equivalent]]
mutant = "kitchen.py:3"
reason = "zero is zero"
"""


@pytest.fixture
def write(tmp_path):
    def put(text, encoding="utf-8"):
        folder = tmp_path / "07-soup"
        folder.mkdir(exist_ok=True)
        (folder / "exercise.toml").write_bytes(text.encode(encoding))
        return folder

    return put


def test_only_the_module_has_no_default(write):
    exercise = load_exercise(write('module = "two_fer"'))
    assert (exercise.id, exercise.title.in_language(), exercise.points) == ("07-soup", "07-soup", None)
    assert exercise.limits() == Limits()
    assert (exercise.feedback.hidden, exercise.feedback.visible) == (Feedback.HINT, Feedback.FULL)
    assert (exercise.lint.select, exercise.lint.cost_of("LOOP101"), exercise.equivalent) == (None, 0.0, ())


def test_every_key_is_read(write):
    exercise = load_exercise(write(WHOLE))
    assert (exercise.id, exercise.points, exercise.packages) == ("soup", 12, ("numpy",))
    assert exercise.limits() == Limits(
        cpu=1, wall=2.5, virtual=60, total_cpu=90, memory=256 * 1024**2, output=1000, threads=8
    )
    assert [exercise.lint.cost_of(code) for code in ("LOOP101", "LOOP201", "AWAIT1")] == [0.5, 1, 0]
    assert exercise.feedback.hidden is Feedback.NAME
    assert [item.reason for item in exercise.equivalent] == ["zero is zero"]
    with speaking("zh-CN"):
        assert exercise.title.in_language() == "汤"


def test_a_bom_is_read(write):
    assert load_exercise(write('module = "x"', "utf-8-sig")).module == "x"


@pytest.mark.parametrize(
    ("text", "line", "what", "todo"),
    [
        ("", 1, "The key module is missing.", "Add it to the file."),
        ('module = "x"\nmodul = 1', 2, "There is no key modul here.", "Did you mean: module?"),
        ('module = "x"\n[limits]\nwal = 1', 3, "There is no key limits.wal here.", "Did you mean: wall?"),
        ('module = "x"\nlimits.cpuu = 1', 2, "There is no key limits.cpuu here.", "Did you mean: cpu?"),
        ('module = "x"\nfolder = "/"', 2, "There is no key folder here.", "Did you mean: module?"),
        (
            'module = "x"\n' + '[[equivalent]]\nmutant = "a"\nreason = "b"\n' * 2 + "w = 1",
            8,
            "There is no key equivalent.1.w here.",
            None,
        ),
        ('module = "x"\nzzz = 1', 2, "There is no key zzz here.", None),
        ('module = "x"\n[limits]\nmemory = "much"', 3, None, "It is 'much'."),
        ('module = "x"\n[limits]\ncpu = -1', 3, None, "It is -1."),
        ('module = "x"\n[limits]\ncpu = inf', 3, None, "It is inf."),
        ('module = "x y"', 1, None, "It is 'x y'."),
        ('module = "class"', 1, None, "It is 'class'."),
        ('module = "x"\nid = "../up"', 2, None, "It is '../up'."),
        ('module = "x"\nnotes = """\nmodule = 3\n"""', 2, "There is no key notes here.", None),
        ('module = "x"\npoints = = 2', 2, None, None),
    ],
)
def test_what_is_wrong_is_told_with_its_line(write, text, line, what, todo):
    folder = write(text)
    with pytest.raises(GraderError) as caught:
        load_exercise(folder)
    assert caught.value.where == f"{folder / 'exercise.toml'}:{line}"
    assert what is None or caught.value.what == what
    assert todo is None or caught.value.todo == todo


def test_what_is_no_text_or_no_exercise_is_told(write, tmp_path):
    with pytest.raises(GraderError, match="not UTF-8"):
        load_exercise(write('module = "x" # é', "latin-1"))
    with pytest.raises(GraderError, match=r"has no exercise\.toml"):
        load_exercise(tmp_path)
    (write("") / "exercise.toml").write_bytes(b"#" * 2_000_000)
    with pytest.raises(GraderError, match="too large"):
        load_exercise(tmp_path / "07-soup")


def test_lines_are_found_in_tables_and_dotted_keys():
    text = 'a.b = 1\n[t]\n"x y" = 2\n[[l]]\nz = 1\n[[l]]\nz = 2\n[t.u]\nv = 1\n'
    places = [("a", "b"), ("t", "x y"), ("l", 0, "z"), ("l", 1, "z"), ("t", "u", "v"), ("t",), ("gone",)]
    assert [line_of(text, place) for place in places] == [1, 3, 5, 7, 9, 2, 1]


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("hidden/test_kitchen.py", True),
        ("hidden/data.json", True),
        ("reference/kitchen.py", True),
        ("README.md", False),
        ("visible/test_first.py", False),
        ("wrong/no.py", False),
        ("starter/kitchen.py", False),
        ("hidden/__pycache__/x.pyc", False),
        ("hidden/.DS_Store", False),
    ],
)
def test_the_version_changes_with_what_affects_grading_and_nothing_else(make_exercise, path, changes):
    before = make_exercise().version
    assert (make_exercise(files={path: "# new\n"}).version != before) is changes


def test_the_version_changes_with_settings_but_not_with_texts(make_exercise):
    before = make_exercise().version
    assert make_exercise("points = 3\n").version != before
    assert make_exercise("[limits]\ncpu = 1\n").version != before
    assert make_exercise('title = "x"\n').version == before
    assert len(before) == 16


def test_the_version_depends_on_paths_and_not_on_where_the_folder_is(make_exercise, tmp_path):
    exercise = make_exercise()
    before = exercise.version
    copy = tmp_path / "elsewhere" / exercise.folder.name
    copy.parent.mkdir()
    exercise.folder.rename(copy)
    assert load_exercise(copy).version == before
    (copy / "hidden" / "test_kitchen.py").rename(copy / "hidden" / "test_other.py")
    assert load_exercise(copy).version != before


def test_parts_are_found(make_exercise):
    exercise = make_exercise(files={"wrong/b.py": "", "wrong/a.py": "", "starter/other.py": ""})
    assert [path.name for path in exercise.wrong_solutions()] == ["a.py", "b.py"]
    assert exercise.solution_folder() == exercise.folder / "reference"
    assert exercise.solution_folder("starter") is None
    assert exercise.suite() == exercise.folder / "hidden"
    assert [path.name for path in files_of(exercise.folder / "wrong")] == ["a.py", "b.py"]


def test_a_suite_without_tests_is_told(make_exercise):
    exercise = make_exercise()
    (exercise.folder / "hidden" / "test_kitchen.py").rename(exercise.folder / "hidden" / "kitchen.py")
    with pytest.raises(GraderError, match="has no hidden tests"):
        exercise.suite()
    (exercise.folder / "hidden" / "kitchen.py").rename(exercise.folder / "hidden" / "kitchen_test.py")
    assert exercise.suite() == exercise.folder / "hidden"
