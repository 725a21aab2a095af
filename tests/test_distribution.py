"""What is published: everything that the commands need, and of the course only what students may have."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
COURSE = sorted(path.parent for path in (ROOT / "exercises").glob("*/exercise.toml"))
TEACHERS = {"hidden", "reference", "wrong"}


def load_hook():
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "exercises" / "build_hook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the wheel and the sdist, and what is in each: name -> bytes."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(sdist) as archive:
        in_sdist = {
            member.name.partition("/")[2]: archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.isfile()
        }
    return wheel, in_wheel, in_sdist


def test_no_solution_and_no_hidden_test_is_published(built):
    _wheel, *contents = built
    secret = {
        path.read_bytes().strip(): path
        for exercise in COURSE
        for name in TEACHERS
        for path in (exercise / name).rglob("*.py")
    }
    for content in contents:
        assert len(content) > 100
        for name, data in content.items():
            assert not (data.strip() in secret and data.strip()), name
            parts = PurePosixPath(name).parts
            if "exercises" in parts:
                assert not TEACHERS & set(parts), name
            assert "tests" not in parts, name
            if name.endswith("/exercise.toml") and "template" not in parts:
                assert "equivalent" not in tomllib.loads(data.decode()), name


def test_the_students_half_is_where_the_catalog_looks(built):
    _wheel, in_wheel, in_sdist = built
    for exercise in COURSE:
        own = {
            path.relative_to(ROOT).as_posix()
            for pattern in ("README*.md", "exercise.toml", "starter/*.py", "visible/*.py")
            for path in exercise.glob(pattern)
        }
        assert {f"grader/{name}" for name in own} <= set(in_wheel)
        assert own <= set(in_sdist)


@pytest.mark.parametrize(
    "name",
    [
        "grader/locale/zh_CN/LC_MESSAGES/grader.mo",
        "grader/reports/templates/report.html",
        "grader/sandbox/filters/x86_64.bpf",
        "grader/sandbox/filters/aarch64.bpf",
        "grader/course/template/exercise.toml",
        "grader/py.typed",
        "rules/knowledge/compiled.msgpack",
        "rules/locale/zh-CN.toml",
        "rules/pages/LOOP101.zh-CN.md",
        "rules/py.typed",
    ],
)
def test_what_commands_read_is_there(built, name):
    _wheel, in_wheel, in_sdist = built
    assert in_wheel[name] == in_sdist[name] == (ROOT / name).read_bytes()


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A function that runs `grader` from the wheel, in an environment of its own, in an empty folder."""
    place = tmp_path_factory.mktemp("installed")
    venv.EnvBuilder(symlinks=True).create(place / "env")
    python = place / "env" / "bin" / "python"
    pip = ["-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([sys.executable, *pip, str(built[0])], check=True, capture_output=True)
    (own,) = (place / "env").glob("lib/python*/site-packages")
    # What it depends on comes from here, after its own: no editable install of the project is followed.
    (own / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    here = place / "here"
    here.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*words):
        command = [str(place / "env" / "bin" / "grader"), *words]
        return subprocess.run(
            command, cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=100
        )

    run.own, run.here = own, here
    return run


def test_the_installed_linter_works(installed):
    (installed.here / "slow.py").write_text("import time\n\n\nasync def main():\n    time.sleep(1)\n")
    done = installed("lint", "slow.py", "--no-cache")
    assert done.returncode == 1, done.stderr
    assert "LOOP101" in done.stdout


def test_the_installed_pages_speak_chinese(installed):
    done = installed("explain", "LOOP101", "--lang", "zh-CN")
    assert done.returncode == 0, done.stderr
    assert "查什么" in done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="check runs on Linux")
def test_the_installed_course_can_be_checked(installed):
    (mine,) = (ROOT / "exercises" / "03-let-the-pot-cook" / "reference").glob("*.py")
    (installed.here / mine.name).write_bytes(mine.read_bytes())
    done = installed("check", "03", mine.name, "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All the tests that you can see pass" in done.stdout
    assert installed("bundle", "--out", "course.zip").returncode == 0


def test_equivalent_mutants_are_taken_out_of_the_settings():
    settings = 'module = "a"\n[[equivalent]]\nmutant = "x"\nreason = "y"\n\n[limits]\ncpu = 2\n'
    assert tomllib.loads(load_hook().for_students(settings)) == {"module": "a", "limits": {"cpu": 2}}


def test_settings_that_cannot_be_cut_stop_the_build():
    with pytest.raises(ValueError, match="cannot be taken out"):
        load_hook().for_students('module = "a"\nequivalent = [{ mutant = "x", reason = "y" }]\n')


def test_a_solution_among_the_files_for_students_stops_the_build(tmp_path):
    for name in ("reference", "starter"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kitchen.py").write_text("def cook(): ...\n")
    with pytest.raises(ValueError, match="copy of the reference"):
        load_hook().files_for_students(tmp_path)
    (tmp_path / "starter" / "kitchen.py").unlink()
    (tmp_path / "starter" / "kitchen.py").symlink_to(tmp_path / "reference" / "kitchen.py")
    with pytest.raises(ValueError, match="is a link"):
        load_hook().files_for_students(tmp_path)
