"""Trials: several judges, nothing judged twice, nothing lost, a judge's error raised to whoever asked."""

from __future__ import annotations

import json
import threading

import pytest

from grader.audit.trials import Program, Trials, failing
from grader.course.exercise import load_exercise
from grader.errors import GraderInternalError
from grader.grading.settings import GradingSettings
from grader.judge.verdicts import Kind

SETTINGS = GradingSettings()
GOOD = {"test_double.py::test_zero": Kind.PASSED, "test_double.py::test_three": Kind.PASSED}


def program(body: str) -> Program:
    return Program(body, {"double.py": f"def double(n):\n    return {body}\n".encode()})


PROGRAMS = [program(body) for body in ("2 * n", "n + 1", "n", "n * n", "0", "n * 2", "6", "n + 3")]


@pytest.fixture
def exercise(course):
    return load_exercise(course / "07-double")


def test_programs_keep_their_order_whoever_judges_them(exercise, open_judge, judges):
    """Three judges at once give what one gives."""
    with Trials(exercise, SETTINGS, open_judge) as one:
        expected = one.kinds(PROGRAMS)
    assert [failing(kinds) == [] for kinds in expected] == [
        True,
        False,
        False,
        False,
        False,
        True,
        False,
        False,
    ]
    judges.clear()
    with Trials(exercise, SETTINGS, open_judge, jobs=3) as three:
        assert three.kinds(PROGRAMS) == expected
    assert sorted(name for judge in judges for name in judge.judged) == sorted(each.name for each in PROGRAMS)
    assert len(judges) <= 3


def test_what_was_judged_is_remembered(exercise, open_judge, judges, tmp_path):
    """The second audit judges only what is new; `done` is called for each program all the same."""
    for programs, expected in ((PROGRAMS[:3], 3), (PROGRAMS[:4], 1)):
        judges.clear()
        done = []
        with Trials(exercise, SETTINGS, open_judge, cache=tmp_path / "cache") as trials:
            trials.kinds(programs, done.append)
        assert sum(len(judge.judged) for judge in judges) == expected
        assert sorted(each.name for each in done) == sorted(each.name for each in programs)


def test_another_seed_or_suite_is_not_remembered(exercise, open_judge, judges, tmp_path, change, course):
    """What may change a verdict is part of the key."""
    with Trials(exercise, SETTINGS, open_judge, cache=tmp_path) as trials:
        trials.kinds(PROGRAMS[:1])
    with Trials(exercise, GradingSettings(seed=5), open_judge, cache=tmp_path) as trials:
        trials.kinds(PROGRAMS[:1])
    change("hidden/test_more.py", "def test_more():\n    pass\n")
    with Trials(load_exercise(course / "07-double"), SETTINGS, open_judge, cache=tmp_path) as trials:
        trials.kinds(PROGRAMS[:1])
    assert [len(judge.judged) for judge in judges] == [1, 1, 1]


@pytest.mark.parametrize("content", ["no json", "[]", '{"k": []}', '{"k": {"t": "unknown"}}'])
def test_a_broken_cache_is_no_cache(exercise, open_judge, tmp_path, content):
    """Another version, or half a file: judged again, and written anew."""
    path = tmp_path / f"{exercise.id}-hidden.json"
    path.write_text(content, encoding="utf-8")
    with Trials(exercise, SETTINGS, open_judge, cache=tmp_path) as trials:
        assert trials.kinds(PROGRAMS[:1]) == [GOOD]
    assert list(json.loads(path.read_text(encoding="utf-8")).values()) == [
        {test: kind.value for test, kind in GOOD.items()}
    ]


def test_a_cache_that_cannot_be_written_is_none(exercise, open_judge, tmp_path):
    """A file lies where the folder should be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with Trials(exercise, SETTINGS, open_judge, cache=tmp_path / "file") as trials:
        assert trials.kinds(PROGRAMS[:1]) == [GOOD]


def test_a_judge_that_fails_ends_the_trials(exercise, open_judge, judges, monkeypatch):
    """Its error comes out in the thread that asked, and no worker is left behind."""

    def fail(*_args, **_options):
        raise GraderInternalError("the judge's process ended")

    with Trials(exercise, SETTINGS, open_judge, jobs=2) as trials:
        monkeypatch.setattr(type(judges[0]), "judge", fail)
        before = threading.active_count()
        with pytest.raises(GraderInternalError, match="process ended"):
            trials.kinds(PROGRAMS)
        assert threading.active_count() == before


def test_nothing_to_judge(exercise, open_judge):
    """No programs, no outcomes."""
    with Trials(exercise, SETTINGS, open_judge, jobs=4) as trials:
        assert trials.kinds([]) == []
