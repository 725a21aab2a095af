"""Every suite of `cases` has the same outcomes beside its submission as over the bridge, test by test."""

from __future__ import annotations

from pathlib import Path

import pytest

CASES = sorted(path for path in Path(__file__).with_name("cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_outcomes(case, judge, both_ways):
    plain, said = both_ways.in_one_process(case / "suite", case / "submission")
    judgement = judge(case / "suite", "solution").judge_files(both_ways.files_of(case / "submission"))
    bridged = both_ways.over_the_bridge(judgement)
    verdicts = {verdict.test: verdict for verdict in judgement.verdicts}
    different = {
        test: (plain.get(test), bridged.get(test), said.get(test), verdicts.get(test))
        for test in {**plain, **bridged}
        if plain.get(test) != bridged.get(test)
    }
    assert different == {}
    assert plain
