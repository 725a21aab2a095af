"""A small class with every kind of trouble, in one command; and again, killed in the middle (`nox -s bulk`: 2,000)."""

from __future__ import annotations

import sys

import pytest
from class_generator import EXERCISES as ALL
from class_generator import make_class
from run import command, gradebooks, graded, kill_at, start
from verdicts import differences

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="grading runs on Linux")

NUMBER = 20
EXERCISES = ALL[:2]
"""Two are enough for one to be done and one to be under way when the command is killed."""
ISOLATION = ("--isolation", "strong")


def test_a_class_is_graded_as_declared_and_a_kill_changes_nothing(tmp_path):
    expected = make_class(tmp_path, NUMBER, exercises=EXERCISES)
    whole, stopped, log = tmp_path / "whole", tmp_path / "stopped", tmp_path / "log"
    # One worker here and two below: the gradebooks do not depend on that either.
    assert start(command(tmp_path, whole, *ISOLATION, "--jobs", "1"), log).wait() == 0, log.read_text()
    assert differences(whole, expected) == []
    assert kill_at(start(command(tmp_path, stopped, *ISOLATION), log), stopped, graded(whole) * 2 // 3) == []
    assert 0 < graded(stopped) < graded(whole)
    assert list(stopped.rglob("*.part")) == []
    assert start(command(tmp_path, stopped, *ISOLATION), log).wait() == 0, log.read_text()
    assert gradebooks(whole) == gradebooks(stopped)
    assert len(gradebooks(whole)) == len(EXERCISES) + 1


def test_the_same_number_gives_the_same_class(tmp_path):
    first, second = make_class(tmp_path / "a", 40), make_class(tmp_path / "b", 40)
    assert first == second
    contents = [
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        for folder in (tmp_path / "a", tmp_path / "b")
    ]
    assert contents[0] == contents[1]
