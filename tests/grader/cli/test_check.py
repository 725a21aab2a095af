"""`grader check` as a student meets it: a wrong name is answered with the right one, a picture comes when asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.cli import run

COURSE = Path(__file__).resolve().parents[3] / "exercises"
WRONG = COURSE / "03-let-the-pot-cook" / "wrong" / "time_sleep.py"
ARGUMENTS = ("check", "03-let-the-pot-cook", "--course", str(COURSE), "--isolation", "none")


def test_a_file_that_is_not_there_is_answered_with_the_nearest_or_the_starter(tmp_path, capsys):
    assert run([*ARGUMENTS, str(tmp_path / "kitchn.py")]) == 2
    told = capsys.readouterr().err
    assert str(COURSE / "03-let-the-pot-cook" / "starter" / "kitchen.py") in told
    (tmp_path / "kitchen.py").write_text("", "utf-8")
    assert run([*ARGUMENTS, str(tmp_path / "kitchn.py")]) == 2
    assert f"Did you mean: {tmp_path / 'kitchen.py'}?" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="runs code in a sandbox")
def test_the_first_test_that_fails_for_its_order_is_drawn(tmp_path, capsys):
    file = tmp_path / "kitchen.py"
    file.write_bytes(WRONG.read_bytes())
    assert run([*ARGUMENTS, str(file), "--timeline"]) == 1
    told = capsys.readouterr().out
    assert "Start with “A guest is answered while the soup cooks”: The guest came first" in told
    assert "kitchen.py:9:5: `time.sleep` puts the whole event loop to sleep" in told
    assert (
        "test_kitchen_visible.py::test_a_guest_is_answered_while_the_soup_cooks\nFinished after 0.08" in told
    )
    assert "(Task-1) blocked the event loop for 0.06 s at 0 s: time.sleep, kitchen.py:9" in told
    assert not [line for line in told.splitlines() if line != line.rstrip()]


@pytest.mark.skipif(sys.platform != "linux", reason="runs code in a sandbox")
def test_a_starter_is_told_what_to_write_and_nothing_is_drawn(tmp_path, capsys):
    file = tmp_path / "kitchen.py"
    file.write_bytes((COURSE / "03-let-the-pot-cook" / "starter" / "kitchen.py").read_bytes())
    assert run([*ARGUMENTS, str(file), "--timeline"]) == 1
    told = capsys.readouterr().out
    assert "Write `simmer`: it is still a TODO (kitchen.py:9)." in told
    assert "virtual seconds." not in told
