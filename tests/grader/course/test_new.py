"""A new exercise works from the first minute."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.course.bundle import bundle
from grader.course.exercise import load_exercise
from grader.course.new import new_exercise
from grader.errors import GraderError


@pytest.fixture
def folder(tmp_path):
    return new_exercise(
        tmp_path / "course", "16-kettle", module="kettle", title='A "kettle"', title_zh="水壶"
    )


PLUGINS = ("-p", "pytest_asyncio.plugin", "-p", "grader.pytest_plugin")


def run_suite(folder, solution, suite):
    (folder.parent / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    path = os.pathsep.join([str(folder / solution), *sys.path])
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PLUGINS, suite],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_can_be_loaded_and_given_to_students(folder):
    exercise = load_exercise(folder)
    assert (exercise.id, exercise.module, exercise.title.in_language("zh-CN")) == (
        "16-kettle",
        "kettle",
        "水壶",
    )
    assert len(exercise.wrong_solutions()) == 5
    assert "exercises/16-kettle/starter/kettle.py" in bundle([exercise])[1]
    assert not [path for path in folder.rglob("*") if "$" in path.name or "module" in path.name]
    assert "$" not in "".join(path.read_text() for path in folder.rglob("*.py"))


@pytest.mark.parametrize("suite", ["hidden", "visible"])
def test_its_reference_passes_under_plain_pytest(folder, suite):
    done = run_suite(folder, "reference", suite)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_starter_fails(folder):
    assert run_suite(folder, "starter", "visible").returncode == 1


def test_nothing_is_written_over(folder):
    with pytest.raises(GraderError, match="exists already"):
        new_exercise(folder.parent, "16-kettle", module="kettle", title="x", title_zh="x")
    assert [path.name for path in folder.parent.iterdir()] == ["16-kettle"]


@pytest.mark.parametrize(
    ("identity", "module"), [("../up", "x"), (".hidden", "x"), ("a b", "x"), ("a", "1x"), ("a", "class")]
)
def test_what_cannot_be_a_name_is_refused(tmp_path, identity, module):
    with pytest.raises(GraderError):
        new_exercise(tmp_path, identity, module=module, title="x", title_zh="x")


def test_a_course_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GraderError, match="cannot be written"):
        new_exercise(tmp_path / "file", "a", module="a", title="x", title_zh="x")
