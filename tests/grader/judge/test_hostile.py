"""Cheats that win where suite and submission share a process get nothing here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).with_name("hostile")
WINNING = {"passed", "skipped"}
LOSES_ANYWAY = {"test_values.py::test_named_list"}
"""Cheats that fail in one process too, kept because they might not here."""


@pytest.fixture(scope="module")
def outcomes(judge, both_ways):
    plain, _ = both_ways.in_one_process(HERE / "suite", HERE / "submission")
    judgement = judge(HERE / "suite", "cheat").judge_files(both_ways.files_of(HERE / "submission"))
    return plain, {verdict.test: verdict for verdict in judgement.verdicts}


def test_each_cheat_wins_in_one_process(outcomes):
    plain, _ = outcomes
    losing = {test for test, outcome in plain.items() if outcome not in WINNING}
    assert len(losing) <= 1
    assert len(plain) >= 65


def test_none_wins_over_the_bridge(outcomes):
    plain, verdicts = outcomes
    assert set(verdicts) == set(plain)
    assert [test for test, verdict in verdicts.items() if verdict.kind in WINNING] == []
    assert set(Counter(verdict.kind for verdict in verdicts.values())) <= {
        "failed",
        "error",
        "crashed",
        "protocol",
    }


SUITE = """
import patient

def test_first():
    assert patient.answer is not None

async def test_attack():
    await patient.{attack}()

async def test_last():
    assert 1 == 1
"""


@pytest.mark.parametrize(
    "attack", ["exit_session", "leave", "interrupt", "cancel_the_test", "patch_the_framework"]
)
def test_the_session_goes_on(judge, tmp_path, both_ways, attack):
    (tmp_path / "test_attack.py").write_text(SUITE.format(attack=attack), "utf-8")
    judgement = judge(tmp_path, "patient").judge_files(both_ways.files_of(HERE / "submission"))
    first, attacked, last = (verdict.kind for verdict in judgement.verdicts)
    assert (first, last) == ("passed", "passed")
    assert attacked in ("crashed", "error", "failed")
