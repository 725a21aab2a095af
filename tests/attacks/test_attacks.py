"""Every attack wins against a plain grader and loses here: no point, no leak, no harm, the next one is graded right."""

from __future__ import annotations

from typing import Any

import pytest

from grader.judge.verdicts import Judgement, Kind
from grader.sandbox.levels import Level

MEMORY = 1600 << 20
"""Bytes that neither the judge nor the sandbox may ever hold."""
SOURCE_ONLY = ("docstring", "comment", "private", "closure", "beside", "oven")
"""Canaries that no assertion of the suite quotes: they may not even be in what a teacher sees."""


def seen_by_a_student(judgement: Judgement) -> str:
    """All that any feedback policy but "full" can show. (That one quotes the assertion, and no more.)"""
    parts = [judgement.printed, *(f"{fact.message} {fact.where}" for fact in judgement.facts)]
    for verdict in judgement.verdicts:
        parts += [verdict.where or "", verdict.explanation or "", verdict.printed, verdict.actual or ""]
    return "\n".join(parts)


def test_wins_against_a_plain_grader(attack: Any, prover: Any, machine: Any, tmp_path: Any) -> None:
    for number, proof in enumerate(attack.proofs):
        if proof[0] == "bridge":
            continue  # there is no bridge to attack in one process; see `prints` and the verdict
        cold = proof[0] == "cold"
        what, *names = proof[cold:]
        files = attack.against(machine)
        plain = prover(tmp_path / f"plain{number}", attack, files, cold=cold, hangs=what == "hang")
        match what:
            case "code":
                assert plain["code"] == int(names[0] if names else 0), plain
            case "report":
                lost = {name for name in names if plain["report"].get(name) != "passed"}
                assert not lost, plain["output"][-3000:]
            case "skipped":
                assert {plain["report"].get(name) for name in names} == {"skipped"}, plain["output"][-3000:]
            case "leak":
                assert "CANARY" in plain["output"]
            case "harm":
                assert machine.harm()
            case "hang":
                assert plain["code"] is None, plain
            case _:
                pytest.fail(f"{attack.name}: {what!r} is no proof")


def test_says_how_one_sees_that_it_happened(attack: Any) -> None:
    """What wins nowhere else shows here that it was tried, and did not break on the way there."""
    assert attack.proofs
    if ("bridge",) in attack.proofs:
        assert attack.prints or attack.refused, "a line `# prints:` or `# refused:`"


def test_loses_here(
    attack: Any, judges: Any, reference: Any, machine: Any, memory: Any, left_over: Any
) -> None:
    judge = judges(attack.suite)
    if not Level(judge._isolation).meets(Level(attack.level)):
        pytest.skip(f"it takes isolation {attack.level}")
    with memory.watching(judge._process.pid):
        judgement = judge.judge_files(attack.against(machine), seed=1)
    target = {v.test.partition("::")[2]: v for v in judgement.verdicts if v.test.startswith(attack.target)}
    earned = {name for name in attack.earns if target[name].kind is Kind.PASSED}
    shown = "\n".join(
        f"{v.test} {v.kind} {v.message[:300]!r} {v.explanation!r:.300} {v.printed[:800]!r}"
        for v in target.values()
    )

    points = {v.test for v in judgement.verdicts if v.kind is Kind.PASSED}
    assert points == {f"{attack.target}::{name}" for name in earned}, shown
    assert {v.test for v in judgement.verdicts} == {test.test for test in judge.tests}
    kinds = {v.kind.value for name, v in target.items() if name not in attack.earns}
    assert kinds, shown
    assert kinds <= attack.verdicts | {"wall_limit"}, shown  # a busy machine may end anything by the clock

    seen = seen_by_a_student(judgement)
    assert "CANARY" not in seen
    for words in attack.prints:
        assert words in seen, shown
    messages = "\n".join(verdict.message for verdict in judgement.verdicts)
    for words in attack.refused:
        assert any(words in v.message for v in judgement.verdicts if v.kind is Kind.PROTOCOL), shown
    assert not [
        words for words in SOURCE_ONLY if f"CANARY-{words}" in messages or f"CANARY-in-a-{words}" in messages
    ]
    assert len(seen) < 400_000

    assert machine.harm() == []
    assert left_over(judge) == []
    assert memory.peak < MEMORY

    following = judge.judge_files(reference, seed=1)
    assert {v.test: v.kind for v in following.verdicts if v.kind is not Kind.PASSED} == {}
