"""No process outlives the one that started it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child of its parent's death")

CHILD = """
import sys, time
from grader.grading.lifeline import end_with_parent
if "late" in sys.argv:
    sys.stdin.buffer.read()  # until the parent is dead
end_with_parent()
print("ready", flush=True)
time.sleep(1000)
"""
PARENT = """
import os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], *sys.argv[2:]], stdin=subprocess.PIPE, stdout=1)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("when", [[], ["late"]], ids=["the parent dies later", "the parent has died already"])
def test_a_child_ends_with_its_parent(when):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD, *when], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        if not when:
            assert parent.stdout.readline() == "ready\n"
        parent.stdin.write("\n")
        parent.stdin.flush()
        assert parent.stdout.read() == ""  # the pipe ends with the last who has it
