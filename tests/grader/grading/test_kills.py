"""A run that is killed at any line of what writes results, and started again, leaves what an undisturbed one does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WORKERS = Path(__file__).parent / "workers"
ROOT = Path(__file__).resolve().parents[3]

STEP = "3"
"""Of 430 moments every third is tried here; "1" tries all, in half a minute."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="grading runs on Linux")


def test_killed_wherever_it_is_and_started_again(make_exercise, tmp_path):
    exercise = make_exercise("points = 10\n").folder
    changed = tmp_path / "changed" / exercise.name
    shutil.copytree(exercise, changed)
    (changed / "hidden" / "test_kitchen.py").write_text("def test_cook():\n    assert True\n")
    handed_in = tmp_path / "in"
    handed_in.mkdir()
    for name, script in (("ann", "pass"), ("bob", "fail")):
        (handed_in / f"{name}.py").write_text(f"# {script}\n")
    done = subprocess.run(
        [sys.executable, WORKERS / "killed_runs.py", exercise, changed, handed_in, tmp_path, STEP],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(WORKERS)))},
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["wrong"] == []
    assert said["killed"] > 100
