"""From a new exercise to marks, with the real judge, sandbox and analyzer: every wrong solution fails where
it says.
"""

from __future__ import annotations

import json
import re
import sys

import pytest

from grader.cli import run

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="grading runs on Linux")


def declared(text: str, word: str) -> set[str]:
    match = re.search(rf"^# {word}: (.*)$", text, re.MULTILINE)
    return set(match[1].split(", ")) if match else set()


def test_a_new_exercise_grades_its_own_solutions(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LANGUAGE", "en")
    course = tmp_path / "course"
    assert run(["new", "16-tea", "--course", str(course)]) == 0
    folder = course / "16-tea"
    handed_in = [str(folder / "wrong"), str(folder / "reference")]
    capsys.readouterr()
    code = run(
        ["grade", str(folder), *handed_in, "--out", str(tmp_path / "out"), "--format", "json", "--jobs", "2"]
    )
    captured = capsys.readouterr()
    assert code == 0, captured.err
    for grade in json.loads(captured.out):
        name = grade["submission"]
        text = (folder / "wrong" / f"{name}.py").read_text() if name != "reference" else ""
        failed = {item["test"].partition("::")[2] for item in grade["verdicts"] if item["kind"] != "passed"}
        assert (name, failed) == (name, declared(text, "fails"))
        assert (name, {finding["code"] for finding in grade["findings"]}) == (name, declared(text, "lint"))
        assert grade["isolation"] in {"strong", "full"}
    assert run(["check", str(folder), str(folder / "reference" / "tea.py")]) == 0
    assert "All the tests that you can see pass" in capsys.readouterr().out
    assert run(["check", str(folder), str(folder / "starter" / "tea.py")]) == 1
