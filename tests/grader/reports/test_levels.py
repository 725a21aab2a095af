"""A hidden test shows only what its level allows, whatever happens.

A suite that has a canary wherever a suite can have a word, one for each level, fails in every way there is, and the
submission repeats what it is given wherever a program can say something. What students get to see is searched.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from rich.console import Console

from grader.course.exercise import load_exercise
from grader.grading import judging
from grader.grading.linting import LintProcess
from grader.grading.settings import GradingSettings
from grader.grading.student_view import render_markdown, student_view
from grader.grading.submission_grade import grade_submission
from grader.locale import speaking
from grader.reports.gradescope import gradescope
from grader.reports.html import feedback_page
from grader.reports.terminal import feedback_text
from grader.submissions import Submission

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs code in a sandbox")

ENDINGS = (
    "raise", "import", "missing", "group", "syntax", "renamed", "near", "exit", "signal", "segmentation fault",
    "compute", "memory", "deadlock", "wrong", "endless", "turns", "print", "right",
)  # fmt: skip
LEVELS = {
    "full": ("raise", "deadlock", "wrong"),
    "hint": ENDINGS,
    "name": ("raise", "exit", "deadlock", "wrong"),
    "none": ("raise", "exit", "deadlock", "wrong"),
}
"""Level -> how its tests end. What is shown at `name` and `none` does not depend on how a test ends."""
SUITE = '''
"""CANARY_{level}_in_the_docstring"""
import asyncio, logging, threading, time, warnings
import pytest
import solution

VALUE = "CANARY_{level}_value"  # CANARY_{level}_comment


class CANARY_{level}_Error(Exception):
    pass


@pytest.fixture
def word():
    """CANARY_{level}_fixture"""
    print("CANARY_{level}_printed")
    logging.getLogger("CANARY_{level}").error("CANARY_{level}_logged")
    warnings.warn("CANARY_{level}_warning")
    yield VALUE


@pytest.fixture
def broken_before():
    raise CANARY_{level}_Error("CANARY_{level}_setup")


@pytest.fixture
def broken_after():
    yield
    raise CANARY_{level}_Error("CANARY_{level}_teardown")


async def CANARY_{level}_coroutine():
    await asyncio.sleep(1)


def CANARY_{level}_callback(*more):
    """CANARY_{level}_callback"""
    return CANARY_{level}_coroutine() if more else None


def beside():
    async def CANARY_{level}_bell():
        while True:
            await asyncio.sleep(7)

    return asyncio.create_task(CANARY_{level}_bell(), name="CANARY_{level}_task")


pytestmark = [pytest.mark.feedback("{level}"), pytest.mark.hint(en="HINT_{level}", zh="HINT_{level}")]


@pytest.mark.parametrize("how", {endings}, ids=lambda how: "CANARY_{level}_" + how)
async def test_{level}(word, how):
    """CANARY_{level}_test"""
    bell = beside()
    task = asyncio.create_task(solution.run(word, CANARY_{level}_callback, how), name="CANARY_{level}_own")
    assert await task == how, "CANARY_{level}_message"
    bell.cancel()


def test_{level}_in_a_thread(word):
    """The thread waits for ever for the submission, and the submission for the suite."""
    never = threading.Event()
    thread = threading.Thread(target=solution.wait_in_thread, args=(never.wait,), name="CANARY_{level}_thread")
    thread.start()
    thread.join()


async def test_{level}_waits_for_the_suite(word):
    await solution.wait_for(asyncio.create_task(asyncio.Event().wait(), name="CANARY_{level}_waited_for"))


def test_{level}_own_error(word):
    raise CANARY_{level}_Error("CANARY_{level}_raised")


def test_{level}_before(broken_before):
    pass


def test_{level}_after(broken_after):
    pass


def test_{level}_skipped():
    pytest.skip("CANARY_{level}_skipped")


@pytest.mark.xfail(reason="CANARY_{level}_xfail")
def test_{level}_expected_to_fail():
    assert VALUE == 1


def test_{level}_compared(word):
    assert solution.end(word, "wrong") == {{"CANARY_{level}_expected": VALUE}}


def test_{level}_takes_its_time(word):
    time.sleep(86400)
'''
COLLECTED = """
import pytest, solution
pytestmark = pytest.mark.feedback("{level}")
VALUE = solution.at_collection("CANARY_{level}_collected")
def test_{level}_collected(): pass
"""
REFERENCE = """
async def run(word, callback, how): return how
async def wait_for(future): pass
def wait_in_thread(wait): pass
def end(word, how): return word
def at_collection(word): pass
"""


@pytest.fixture(scope="module")
def grade(tmp_path_factory):
    """The Grade of a submission that repeats everything."""
    folder = tmp_path_factory.mktemp("course") / "CANARY_folder"
    for name in ("hidden", "reference"):
        (folder / name).mkdir(parents=True)
    limits = "cpu = 0.3\nwall = 20\nvirtual = 36000\nmemory = '256 MB'\n"
    (folder / "exercise.toml").write_text(f'id = "echo"\nmodule = "solution"\n[limits]\n{limits}')
    (folder / "reference" / "solution.py").write_text(REFERENCE)
    for level, endings in LEVELS.items():
        text = SUITE.format(level=level, endings=endings)
        (folder / "hidden" / f"test_{level}.py").write_text(text)
        (folder / "hidden" / f"test_{level}_collected.py").write_text(dedent(COLLECTED).format(level=level))
    exercise = load_exercise(folder)
    code = (Path(__file__).parent / "levels" / "echo.py").read_bytes()
    code += b"\n\ndef wait_in_thread(wait):\n    wait()\n"
    submission = Submission(id="ann", files={"solution.py": code}, content_hash="0")
    settings = GradingSettings(seed=1, isolation="none")
    with judging.factory(judging.DEFAULT)(exercise, settings, 0) as judge, LintProcess() as linter:
        return grade_submission(exercise, submission, settings, judge=judge, linter=linter)


def shown(grade, language):
    """All that a student gets to see of it, by format."""
    with speaking(language):
        view = student_view(grade, language)
        texts = {
            "Markdown": render_markdown(grade, language),
            "in the Grade": grade.feedback,
            "HTML": feedback_page(grade, language).decode(),
            "Gradescope": gradescope(grade, language).decode(),
        }
        for width in (80, 400):
            console = Console(file=io.StringIO(), record=True, width=width)
            console.print(feedback_text(view))
            texts[f"terminal of {width} columns"] = console.export_text()
    return texts


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_only_what_the_level_allows(grade, language):
    kinds = {verdict.kind.value for verdict in grade.verdicts}
    assert {"passed", "failed", "error", "crashed", "cpu_limit", "deadlocked", "endless", "skipped"} <= kinds
    for name, text in shown(grade, language).items():
        assert "CANARY_full_expected" in text, name
        found = set(re.findall(r"(?:CANARY|HINT)_(?:hint|name|none)\w*", text)) - {"HINT_hint"}
        assert found == set(), name
        assert "7654321" not in text, name
        assert "HINT_hint" in text, name


def test_pictures_have_nothing_of_the_suite_at_any_level(grade):
    """They are there at `full` only, since times tell values; and even there they have the submission's own words."""
    drawn = [verdict for verdict in grade.verdicts if verdict.recording]
    assert {verdict.feedback.value for verdict in drawn} == {"full"}
    assert not [
        verdict.recording for verdict in drawn if re.search(r"CANARY|HINT|7654321", verdict.recording)
    ]
    assert '"function":"run"' in "".join(verdict.recording for verdict in drawn)


def test_what_is_printed_at_import_is_not_shown_with_hidden_tests(grade):
    """The suite may have called the submission before that."""
    assert "CANARY_hint_collected" in grade.printed
    assert student_view(grade, "en").printed == ""
