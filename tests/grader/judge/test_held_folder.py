"""What runs leave in the temporary folder: nothing, even when they were killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile

import pytest

from grader.judge.held_folder import LOCK, HeldFolder, remove_abandoned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks are POSIX")

PREFIX = "kind-"
KILLED = """
import os, signal
from grader.judge.held_folder import HeldFolder
folder = HeldFolder("kind-").__enter__()
(folder.path / "something").mkdir()
print(folder.path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_run_removes_its_folder(temporary):
    with HeldFolder(PREFIX) as folder:
        (folder.path / "something").write_text("x")
        assert folder.path.name.startswith(PREFIX)
    assert list(temporary.iterdir()) == []


def test_a_killed_run_is_tidied_up_by_the_next(temporary):
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert [path.name for path in temporary.iterdir()] == [done.stdout.strip().rpartition("/")[2]]
    with HeldFolder(PREFIX) as folder:
        assert list(temporary.iterdir()) == [folder.path]


def test_folders_of_living_runs_and_of_others_stay(temporary):
    (temporary / f"{PREFIX}just-being-made").mkdir()
    target = temporary / "mine"
    target.mkdir()
    (target / LOCK).write_text("")
    (temporary / f"{PREFIX}link").symlink_to(target)
    with HeldFolder(PREFIX) as folder:
        remove_abandoned(temporary, PREFIX)
        assert folder.path.exists()
    assert sorted(path.name for path in temporary.iterdir()) == [
        f"{PREFIX}just-being-made",
        f"{PREFIX}link",
        "mine",
    ]
    shutil.rmtree(temporary / f"{PREFIX}just-being-made")
