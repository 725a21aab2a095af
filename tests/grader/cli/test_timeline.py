"""`grader timeline` from the outside."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.timeline import command
from grader.errors import GraderError

PROGRAMS = Path(__file__).parents[1] / "timeline" / "programs"


def run(*arguments):
    return CliRunner().invoke(command, [*map(str, arguments), "--lang", "en"], standalone_mode=False)


def test_a_drawing_and_a_picture(tmp_path):
    picture = tmp_path / "kitchen.svg"
    result = run(f"{PROGRAMS / 'kitchen.py'}:main", "--svg", picture, "--width", 80)
    assert result.return_value == 0
    assert result.output.startswith("Finished after 5 virtual seconds.\n")
    assert picture.read_text("utf-8").startswith("<svg ")


def test_json():
    result = run(PROGRAMS / "kitchen.py", "--format", "json")
    recording = json.loads(result.output)
    assert (recording["outcome"], recording["end"], len(recording["rows"])) == ("finished", 5_000_000_000, 6)


@pytest.mark.parametrize("function", ["stuck", "crash"])
def test_a_program_that_does_not_finish(function):
    assert run(f"{PROGRAMS / 'kitchen.py'}:{function}").return_value == 1


def test_a_file_with_a_colon_in_its_name(tmp_path):
    file = tmp_path / "a:b"
    file.write_text("import time; time.sleep(3)", "utf-8")
    assert "Finished after 3 virtual" in run(file).output


def test_a_picture_that_cannot_be_written(tmp_path):
    result = run(PROGRAMS / "kitchen.py", "--svg", tmp_path / "no" / "such.svg")
    assert isinstance(result.exception, GraderError)
    assert "can't be written" in str(result.exception)


@pytest.mark.parametrize(("setting", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colours_unless_it_wants_none(setting, is_coloured):
    leader, follower = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "timeline", str(PROGRAMS / "kitchen.py"), "--lang", "en"],
        env={**environment, **setting, "TERM": "xterm-256color"},
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    told = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while part := os.read(leader, 1 << 16):
            told += part
    os.close(leader)
    process.wait(60)
    assert b"virtual seconds" in told
    assert (b"\x1b[" in told) is is_coloured
