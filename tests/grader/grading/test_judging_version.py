"""What verdicts depend on: where its hash is the same, a Grade made of earlier verdicts is the Grade of a full run."""

from __future__ import annotations

import hashlib
import sys
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grading import judging
from grader.grading.earlier import EarlierVerdicts
from grader.grading.grade import GradeTimings
from grader.grading.judging_version import essence, judging_version
from grader.grading.settings import GradingSettings
from grader.grading.submission_grade import grade_submission

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="runs code in a sandbox")
SUITE = """\
import inspect

import pytest
from kitchen import cook

pytestmark = [pytest.mark.title("Cooking"), pytest.mark.feedback("hint")]


@pytest.mark.points(2)
@pytest.mark.hint(en="look", zh="看")
@pytest.mark.parametrize("n", [1, 2])
def test_cook(n):
    '''Soup.'''
    assert not inspect.iscoroutine(cook())
    assert cook() == "soup" * n
"""
SAME = {
    "points": ("points(2)", "points(3)"),
    "no points": ("@pytest.mark.points(2)\n", ""),
    "more points": ("@pytest.mark.parametrize", "@pytest.mark.points(5)\n@pytest.mark.parametrize"),
    "a title": ('[pytest.mark.title("Cooking"), ', "["),
    "a title for one test": ("@pytest.mark.hint", '@pytest.mark.title(en="Soup")\n@pytest.mark.hint'),
    "a hint of two lines": ('en="look"', 'en="look "\n"twice"'),
    "a comment": ("    assert not", "    # why\n    assert not"),
    "layout": ("[1, 2])", "[1,2,])"),
}
OTHER = {
    "a value": ('"soup"', '"tea"'),
    "a parameter": ("[1, 2]", "[1, 2, 3]"),
    "a docstring": ("Soup.", "Tea."),
    "a mark that runs": ("@pytest.mark.points(2)\n", "@pytest.mark.xfail\n"),
    "a level": ('feedback("hint")', 'feedback("full")'),
    "a mark that calls": ("points(2)", "points(cook())"),
    "a mark of another library": ("@pytest.mark.points(2)", "@own.mark.points(2)"),
    "one line of two": ("    assert not inspect.iscoroutine(cook())\n    assert", "    cook(); assert"),
}
BYTES = (
    "import inspect as i\n",
    "import linecache\n",
    "def pytest_runtest_setup(item): 0\n",
    "HERE = __file__\n",
)


def version(make_exercise, suite, settings="", **files):
    return judging_version(
        make_exercise(settings, files={"hidden/test_kitchen.py": suite, **files}), "hidden"
    )


@pytest.mark.parametrize("edit", SAME)
def test_points_and_words_leave_verdicts_as_they_are(make_exercise, edit):
    before, after = SAME[edit]
    assert SUITE.replace(before, after) != SUITE
    assert version(make_exercise, SUITE.replace(before, after)) == version(make_exercise, SUITE)


@pytest.mark.parametrize("edit", OTHER)
def test_what_runs_counts(make_exercise, edit):
    before, after = OTHER[edit]
    assert SUITE.replace(before, after) != SUITE
    assert version(make_exercise, SUITE.replace(before, after)) != version(make_exercise, SUITE)


@pytest.mark.parametrize("helper", BYTES)
def test_a_suite_that_may_look_at_its_text_counts_byte_by_byte(make_exercise, helper):
    def with_helper(suite):
        return version(make_exercise, suite, **{"hidden/conftest.py": helper})

    assert with_helper(SUITE) == with_helper(SUITE)
    assert with_helper(SUITE + "# more\n") != with_helper(SUITE)


@pytest.mark.parametrize("path", ["hidden/menu.json", "hidden/tools.py", "reference/kitchen.py"])
def test_every_other_file_counts(make_exercise, path):
    before = version(make_exercise, SUITE, **{path: "x = 1\n"})
    assert version(make_exercise, SUITE, **{path: "x = 2\n"}) != before


def test_settings_of_points_and_words_do_not_count_and_those_of_runs_do(make_exercise):
    before = version(make_exercise, SUITE)
    points = 'points = 7\ntitle = "New"\nlint.cost = { LOOP = 1 }\nfeedback.hidden = "name"\n'
    assert version(make_exercise, SUITE, points) == before
    for settings in ("limits.cpu = 1\n", 'packages = ["numpy"]\n', 'feedback.hidden = "full"\n'):
        assert version(make_exercise, SUITE, settings) != before


@given(st.lists(st.tuples(st.integers(0, 15), st.sampled_from(["", "# no", "   # no"]))), st.data())
def test_comments_and_blank_lines_never_count_and_letters_of_texts_always(more, data):
    lines = SUITE.splitlines()
    for place, line in more:
        lines.insert(place, line)
    changed = "\n".join(lines)
    assert essence(changed.encode()) == essence(SUITE.encode())
    place = changed.index("soup") + data.draw(st.integers(0, 3))
    other = changed[:place] + data.draw(st.sampled_from("xyz")) + changed[place + 1 :]
    assert essence(other.encode()) != essence(SUITE.encode())


def test_every_python_counts_the_same():
    """Else a class that is graded again on a newer one would get other seeds."""
    assert hashlib.sha256(essence(SUITE.encode())).hexdigest()[:16] == "f2c7f7d7bbcbf0a3"


@pytest.mark.parametrize("source", [b"def (:\n", b"\0"])
def test_what_is_no_python_counts_as_it_is(source):
    assert essence(source) == source


# With the real judge

STUDENT = """\
import random

calls = 0


def cook():
    global calls
    calls += 1
    print("cooking " * 1000)
    return f"soup {calls} {random.random()} " + "long " * 2000
"""


def run(exercise, entry, earlier=None):
    """A Grade, without what the clock said."""

    class Linter:
        def lint(self, files, policy, *, language):
            from grader.grading.linting import Linted

            return Linted()

    settings = GradingSettings(isolation="none")
    with judging.open_judge(exercise, settings, 0) as judge:
        judge = judge if earlier is None else EarlierVerdicts(judge.tests, earlier.model_dump_json().encode())
        grade = grade_submission(exercise, entry, settings, judge=judge, linter=Linter())
    return grade.model_copy(
        update={
            "timings": GradeTimings(),
            "verdicts": tuple(verdict.model_copy(update={"cpu": 0.0}) for verdict in grade.verdicts),
        }
    )


@on_linux
def test_a_grade_of_earlier_verdicts_is_the_grade_of_a_full_run(make_exercise, make_submission):
    entry = make_submission(source=STUDENT)
    before = make_exercise(files={"hidden/test_kitchen.py": SUITE})
    first = run(before, entry)
    suite = SUITE
    for old, new in SAME.values():
        suite = suite.replace(old, new)
    after = make_exercise('points = 7\nfeedback.hidden = "name"\n', files={"hidden/test_kitchen.py": suite})
    assert run(after, entry, first) == run(after, entry)
    assert (first.max_points, run(after, entry, first).max_points) == (4.0, 7.0)


@on_linux
def test_why_verdicts_are_not_kept_file_by_file(make_exercise, make_submission):
    """`test_b.py` stays as it is, and so does the submission; only `test_a.py` calls it once more."""
    entry = make_submission(source=STUDENT)
    said = []
    for calls in (1, 2):
        cooks = dedent(
            """\
            from kitchen import cook


            def test_cook():
                assert [cook() for _ in range(CALLS)]
            """
        ).replace("CALLS", str(calls))
        second = "from kitchen import cook\n\n\ndef test_second():\n    assert cook().startswith('soup 2')\n"
        exercise = make_exercise(files={"hidden/test_kitchen.py": cooks, "hidden/test_later.py": second})
        said.append([verdict.kind.value for verdict in run(exercise, entry).verdicts])
    assert said == [["passed", "passed"], ["passed", "failed"]]
