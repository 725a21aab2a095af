"""The same submission gets the same verdicts, virtual times and order of events again, however busy the machine is.

`JUDGE_RUNS=100 pytest tests/grader/judge/test_determinism.py` judges each a hundred times.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).with_name("cases")
RUNS = int(os.environ.get("JUDGE_RUNS", "3"))


@pytest.fixture
def burner():
    process = subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"])
    yield
    process.kill()
    process.wait()


def told(judgement):
    """All that must not depend on the machine: not processor time, and no addresses."""
    return [
        (each.test, each.kind, each.virtual, each.where, each.printed, each.message.partition(" at 0x")[0])
        for each in judgement.verdicts
    ]


@pytest.mark.parametrize("case", ["tasks", "primitives", "threads", "loops"])
def test_again(judge, both_ways, burner, case):
    warm = judge(CASES / case / "suite", "solution")
    files = both_ways.files_of(CASES / case / "submission")
    runs = [told(warm.judge_files(files, seed=1)) for _ in range(RUNS)]
    assert runs[1:] == runs[:1] * (RUNS - 1)


def test_seeds(judge_texts):
    suite = (
        "import random, solution\nfrom hypothesis import given, strategies as st\nseen = []\n\n"
        "def test_random():\n    print_ = solution.say(random.random(), solution.dice())\n\n"
        "@given(st.integers())\ndef test_hypothesis(n):\n    solution.say(n)\n"
    )
    body = "import random\n\ndef dice():\n    return random.random()\n\ndef say(*what):\n    print(*what)\n"
    first, again, other = (
        [verdict.printed for verdict in judge_texts(suite, body, seed=seed).verdicts] for seed in (1, 1, 2)
    )
    assert first == again
    assert first[0] != other[0]
    assert first[1] != other[1]
