"""`grader check` as a student meets it: a wrong name is answered with the right one, a picture comes when asked for."""

from __future__ import annotations

import re
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
@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Start with “A guest is answered while the soup cooks”: The guest came first",
                "kitchen.py:9:5: `time.sleep` puts the whole event loop to sleep",
                "Who ran, waited and blocked:",
                "simmer blocked the event loop for 0.06 s at 0 s: time.sleep, kitchen.py:9",
            ),
        ),
        (
            "zh-CN",
            (
                "从“汤在煮的时候，客人有人应”开始：客人先来",
                "谁在跑、谁在等、谁堵着路：",
                "✓ 汤好了",
                "simmer 在第 0 秒阻塞了事件循环 0.06 秒：time.sleep, kitchen.py:9",
            ),
        ),
    ],
)
def test_the_test_that_fails_for_its_order_is_drawn(language, said, tmp_path, capsys):
    """The submission's own tasks and lines; nothing of the suite's, which is in another process."""
    file = tmp_path / "kitchen.py"
    file.write_bytes(WRONG.read_bytes())
    assert run([*ARGUMENTS, str(file), "--lang", language]) == 1
    told = capsys.readouterr().out
    joined = re.sub(r"[\s│]", "", told)
    assert [words for words in said if re.sub(r"\s", "", words) not in joined] == []
    assert "guest()" not in told
    assert "kitchen_visible" not in told
    assert not [line for line in told.splitlines() if line != line.rstrip()]


@pytest.mark.skipif(sys.platform != "linux", reason="runs code in a sandbox")
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_picture_is_on_pages_too(form, tmp_path, capsys):
    file = tmp_path / "kitchen.py"
    file.write_bytes(WRONG.read_bytes())
    assert run([*ARGUMENTS, str(file), "--format", form]) == 1
    told = capsys.readouterr().out
    assert told.count("blocked the event loop for 0.06 s at 0 s: time.sleep, kitchen.py:9") == 1
    assert ("  simmer       ██████" in told) == (form == "markdown")
    assert told.count("<svg") == (form == "html")


@pytest.mark.skipif(sys.platform != "linux", reason="runs code in a sandbox")
def test_a_starter_is_told_what_to_write_and_nothing_is_drawn(tmp_path, capsys):
    file = tmp_path / "kitchen.py"
    file.write_bytes((COURSE / "03-let-the-pot-cook" / "starter" / "kitchen.py").read_bytes())
    assert run([*ARGUMENTS, str(file)]) == 1
    told = capsys.readouterr().out
    assert "Write `simmer`: it is still a TODO (kitchen.py:9)." in told
    assert "Who ran, waited" not in told


@pytest.mark.parametrize("name", ["3", "03", "let-the", "03-let", "let-the-pot-cook"])
def test_an_exercise_is_found_by_its_number_or_beginning(name, tmp_path, capsys):
    assert run(["check", name, "--course", str(COURSE), str(tmp_path / "kitchn.py")]) == 2
    assert "03-let-the-pot-cook" in capsys.readouterr().err


def test_a_name_that_fits_several_exercises_is_answered_with_them(capsys):
    assert run(["check", "0", "--course", str(COURSE), "kitchen.py"]) == 2
    assert "There is no exercise 0." in capsys.readouterr().err
