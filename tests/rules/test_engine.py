"""The engine begins anew on the way through a large project: what it forgets needs no search to be freed."""

import gc
from pathlib import Path

import pytest

import rules
from rules import engine
from rules.analysis import pool
from rules.analysis.definitions import ClassDefinition, Definition, Scope
from rules.analysis.project import Module

FIXTURES = Path(__file__).parent / "fixtures"


def test_nothing_that_is_forgotten_is_left_to_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = engine.Engine._begin
    left: list[list[object]] = []

    def begun(self: engine.Engine) -> None:
        begin(self)
        gc.set_debug(gc.DEBUG_SAVEALL)  # what the collector finds is kept
        gc.collect()
        gc.set_debug(0)
        ours = (Module, Scope, Definition, ClassDefinition)
        left.append([item for item in gc.garbage if isinstance(item, ours)])
        gc.garbage.clear()

    gc.collect()  # of other tests
    monkeypatch.setattr(engine.Engine, "_begin", begun)
    monkeypatch.setattr(engine, "MOST_TOKENS", 4000)
    monkeypatch.setattr(pool, "processes", lambda: 1)
    rules.lint([FIXTURES], rules.Settings(cache=False, select=("ALL",)), root=FIXTURES)
    assert len(left) > 3
    assert not any(left)
