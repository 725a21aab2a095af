"""Several exercises: one that is broken is a problem of its own, two with one id are a problem of both."""

from __future__ import annotations

import json
import shutil

import pytest

from grader.audit.course import audit_folders
from grader.audit.examination import Progress, shown_path
from grader.audit.results import AuditReport, ExerciseAudit
from grader.cli import run
from grader.grading import judging


@pytest.fixture(autouse=True)
def simple(monkeypatch, open_judge, linter):
    """The commands' judge and analyzer are those of conftest.py."""
    from contextlib import nullcontext

    monkeypatch.setattr(judging, "factory", lambda _name="": open_judge)
    monkeypatch.setattr("grader.audit.course.LintProcess", lambda: nullcontext(linter))


def audit(course, *names: str) -> AuditReport:
    folders = [course / name for name in names] or sorted(
        path.parent for path in course.glob("*/exercise.toml")
    )
    return audit_folders(folders, root=course)


def test_a_broken_exercise_toml_is_a_problem_with_its_line(course, change):
    """The others are examined all the same."""
    shutil.copytree(course / "07-double", course / "08-triple")
    (course / "08-triple" / "exercise.toml").write_text('module = "double"\nid = "08-triple"\ntitel = "x"\n')
    report = audit(course)
    assert [(each.id, each.ok) for each in report.exercises] == [("07-double", True), ("08-triple", False)]
    assert report.exercises[1].problems == (
        "08-triple/exercise.toml:3: There is no key titel here. Did you mean: title?",
    )
    assert not report.ok


def test_duplicate_ids_are_a_problem_of_both(course):
    """Also when only one of the two is audited."""
    shutil.copytree(course / "07-double", course / "08-copy")
    both = [
        ("07-double/exercise.toml:1: Another exercise has the id 07-double: 08-copy/exercise.toml.",),
        ("08-copy/exercise.toml:1: Another exercise has the id 07-double: 07-double/exercise.toml.",),
    ]
    assert [each.problems for each in audit(course).exercises] == both
    assert [each.problems for each in audit(course, "08-copy").exercises] == both[1:]


def test_the_command_says_what_is_not_as_declared(course, change, capsys, monkeypatch):
    """Exit code 0 when all is as declared, 1 otherwise; the text shows each survivor as a diff."""
    monkeypatch.chdir(course)
    assert run(["audit", "--course", str(course), "--no-cache"]) == 0
    assert capsys.readouterr().out == (
        "ok  07-double: 2 tests, 2 wrong solutions, 4 of 4 mutants noticed (100 %)\n"
        "\n"
        "Mutants noticed: 4 of 4 (100 %).\n"
        "Everything is as declared.\n"
    )
    change(
        "hidden/test_double.py", "from double import double\n\ndef test_two():\n    assert double(2) >= 4\n"
    )
    change("wrong/adds_one.py", "# fails: test_two\ndef double(n):\n    return n + 1\n")
    change("wrong/squares.py", None)
    assert run(["audit", "07", "--course", str(course), "--no-cache"]) == 1
    assert capsys.readouterr().out == (
        "BAD 07-double: 1 tests, 1 wrong solutions, 3 of 4 mutants noticed (75 %)\n"
        "    07-double/reference/double.py:2: No test notices this mutant: line 2: 2 became 3.\n"
        "\n"
        "    --- double.py\n"
        "    +++ double.py (line 2: 2 became 3)\n"
        "    @@ -1,2 +1,2 @@\n"
        "     def double(n):\n"
        "    -    return n * 2\n"
        "    +    return n * 3\n"
        "\n"
        "Mutants noticed: 3 of 4 (75 %).\n"
        "Not as declared: 1 of 1 exercises.\n"
    )


def test_the_command_speaks_json(course, capsys, monkeypatch):
    """The promised keys, and no others."""
    monkeypatch.chdir(course)
    assert run(["audit", "07-double", "--course", str(course), "--format", "json", "--no-cache"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == AuditReport(
        exercises=(ExerciseAudit(id="07-double", ok=True, mutants=4, killed=4, score=1.0, tests=2, wrong=2),)
    ).model_dump(mode="json")
    promised = {"id", "ok", "mutants", "killed", "equivalent", "score", "problems"}
    assert promised <= set(data["exercises"][0])


def test_the_command_finds_an_exercise_that_cannot_be_read(course, change, capsys, monkeypatch):
    """It is audited by its folder's name, and found broken: exit code 1, not 2."""
    monkeypatch.chdir(course)
    change("exercise.toml", "module = \n")
    assert run(["audit", "07-double", "--course", str(course)]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "BAD 07-double: not examined\n    07-double/exercise.toml:1: This is not valid TOML"
    )


def test_an_exercise_that_is_not_there_is_exit_code_2(course, capsys):
    """Usage, not a finding."""
    assert run(["audit", "nine", "--course", str(course)]) == 2
    assert "There is no exercise nine" in capsys.readouterr().err
    (course / "empty").mkdir()
    assert run(["audit", "--course", str(course / "empty")]) == 2
    assert "There are no exercises in this folder." in capsys.readouterr().err


def test_a_terminal_sees_a_bar(capsys):
    """One bar, for the exercise under way; it leaves nothing behind."""
    from grader.cli.audit import _Bar

    with _Bar() as bar:
        for step in (Progress("03", 1, 2), Progress("03", 2, 2), Progress("04", 1, 3)):
            bar.advance(step)
            assert [(task.description, task.completed, task.total) for task in bar.tasks] == [
                (step.exercise, step.done, step.total)
            ]
    assert capsys.readouterr().out == ""


def test_paths_outside_of_the_root_are_shown_whole(tmp_path):
    """A relative path that climbs is harder to read than an absolute one."""
    assert shown_path(tmp_path / "a" / "b", tmp_path / "a") == "b"
    assert shown_path(tmp_path / "c", tmp_path / "a") == str(tmp_path / "c")
