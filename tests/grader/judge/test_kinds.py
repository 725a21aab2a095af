# ruff: noqa: E501 - programs on one line
"""Verdicts that are neither pass nor fail: what kind, at which line, and in which words."""

from __future__ import annotations

import pytest

from grader.judge.verdicts import Kind
from grader.sandbox.limits import Limits

CALL = "import solution\n\nasync def test_it():\n    await solution.run()\n\ndef test_other():\n    assert solution.other() == 1\n"
OTHER = "def other():\n    return 1\n"
QUICK = Limits(cpu=0.8, wall=30.0, virtual=3600.0)


def verdicts(judgement):
    return {verdict.test.partition("::")[2]: verdict for verdict in judgement.verdicts}


def judged(judge_texts, body, suite=CALL, **options):
    """The verdict of `test_it`; `test_other` must have passed in whatever process came next."""
    found = verdicts(
        judge_texts(suite, f"import asyncio, os, sys, threading, time\n{OTHER}\n{body}", QUICK, **options)
    )
    assert found["test_other"].kind is Kind.PASSED
    return found["test_it"]


DEADLOCKS = {
    "queue": ("async def run():\n    await asyncio.Queue().get()", "asyncio.Queue.get"),
    "event": ("async def run():\n    await asyncio.Event().wait()", "asyncio.Event.wait"),
    "future": ("async def run():\n    await asyncio.get_running_loop().create_future()", "Future"),
    "gather": ("async def run():\n    await asyncio.gather(asyncio.Event().wait())", ""),
    "lock": (
        "async def run():\n    lock = asyncio.Lock()\n    async with lock:\n        async with lock: pass",
        "asyncio.Lock.acquire",
    ),
    "thread lock": (
        "async def run():\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()",
        "Lock.acquire",
    ),
    "join": (
        "async def run():\n    e = threading.Event()\n    t = threading.Thread(target=e.wait, daemon=True)\n    t.start()\n    t.join()",
        "threading.",
    ),
}


@pytest.mark.parametrize("name", DEADLOCKS)
def test_deadlock(judge_texts, name):
    body, what = DEADLOCKS[name]
    verdict = judged(judge_texts, body)
    assert verdict.kind is Kind.DEADLOCKED
    assert verdict.explanation.startswith(
        "Nothing can ever go on: everything waits for something that never comes.\n"
    )
    assert what in verdict.explanation
    assert "solution.py, line " in verdict.explanation
    assert verdict.where.startswith("solution.py:")
    assert verdict.virtual == 0


def test_deadlock_beside_the_suite_s_heartbeat(judge_texts):
    suite = (
        "import asyncio, solution\n\nasync def test_it():\n    async def beat():\n        while True:\n"
        "            await asyncio.sleep(0.1)\n    task = asyncio.create_task(beat())\n    await solution.run()\n\n"
        "def test_other():\n    assert solution.other() == 1\n"
    )
    verdict = judged(judge_texts, "async def run():\n    await asyncio.Event().wait()", suite)
    assert verdict.kind is Kind.DEADLOCKED
    assert "asyncio.Event.wait" in verdict.explanation


LATE = """
import asyncio, pytest, pytest_asyncio, solution

@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def kitchen():
    left = asyncio.create_task(solution.stubborn())
    await asyncio.sleep(0)
    yield left
    left.cancel()
    await left

@pytest.mark.asyncio(loop_scope="module")
async def test_it(kitchen):
    await solution.run()

@pytest.mark.asyncio(loop_scope="module")
async def test_between(kitchen):
    assert True

def test_other():
    assert solution.other() == 1
"""


def test_deadlock_with_a_fixture_of_the_module_left(judge_texts):
    """What its teardown raises after the end of the simulation ends no session."""
    body = (
        f"import asyncio\n{OTHER}"
        "async def stubborn():\n    try:\n        await asyncio.Event().wait()\n"
        "    except asyncio.CancelledError:\n        await asyncio.Event().wait()\n"
        "async def run():\n    await asyncio.Event().wait()"
    )
    found = {name: verdict.kind for name, verdict in verdicts(judge_texts(LATE, body, QUICK)).items()}
    assert found == {"test_it": "deadlocked", "test_between": "passed", "test_other": "deadlocked"}


ENDLESS = {
    "virtual time": ("async def run():\n    while True:\n        await asyncio.sleep(60)", "virtual seconds"),
    "turns": (
        "async def run():\n    while True:\n        await asyncio.sleep(0)",
        "a loop that awaits, but never waits",
    ),
    "clock": ("async def run():\n    while True:\n        await asyncio.sleep(1e-6)", "small steps"),
    "blocking": ("async def run():\n    while True:\n        time.sleep(60)", "virtual seconds"),
    "spin": ("async def run():\n    while time.monotonic() >= 0: pass", ""),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless(judge_texts, name):
    body, words = ENDLESS[name]
    verdict = judged(judge_texts, body)
    assert verdict.kind in (
        Kind.ENDLESS,
        Kind.CPU_LIMIT if name in ("spin", "clock", "turns") else Kind.ENDLESS,
    )
    if verdict.kind is Kind.ENDLESS:
        assert words in verdict.explanation


def test_cpu_limit(judge_texts):
    verdict = judged(judge_texts, "async def run():\n    while True:\n        pass")
    assert verdict.kind is Kind.CPU_LIMIT
    assert verdict.where in ("solution.py:6", "solution.py:7")
    assert verdict.explanation.startswith("It computed for 0.8 seconds without coming to an end.")
    assert "in run" in verdict.explanation


CRASHES = {
    "exit": ("async def run():\n    os._exit(3)", "exit code 3"),
    "exit with success": ("async def run():\n    os._exit(0)", "exit code 0"),
    "signal": ("async def run():\n    import signal\n    signal.raise_signal(signal.SIGSEGV)", "SIGSEGV"),
    "abort": ("async def run():\n    os.abort()", "SIGABRT"),
}


@pytest.mark.parametrize("name", CRASHES)
def test_crash(judge_texts, name):
    body, words = CRASHES[name]
    verdict = judged(judge_texts, body)
    assert verdict.kind is Kind.CRASHED
    assert words in verdict.explanation


@pytest.mark.parametrize(
    "error", ["SystemExit(1)", "KeyboardInterrupt()", "GeneratorExit()", "RecursionError('deep')"]
)
def test_errors_that_steer(judge_texts, error):
    suite = "import solution\n\ndef test_it():\n    solution.run()\n\ndef test_other():\n    assert solution.other() == 1\n"
    verdict = judged(judge_texts, f"def run():\n    raise {error}", suite)
    assert verdict.kind is Kind.ERROR
    assert verdict.where == "solution.py:6"


def test_own_exception(judge_texts):
    verdict = judged(
        judge_texts, "class Burnt(Exception): pass\n\nasync def run():\n    raise Burnt('toast')"
    )
    assert (verdict.kind, verdict.where) == (Kind.ERROR, "solution.py:8")
    assert verdict.explanation == "Your code raised Exception."


def test_assertion(judge_texts):
    suite = "import solution\n\ndef test_it():\n    assert solution.other() == 2\n\ndef test_other():\n    assert solution.other() == 1\n"
    verdict = judged(judge_texts, "", suite)
    assert (verdict.kind, verdict.expected, verdict.actual, verdict.explanation) == (
        Kind.FAILED,
        "2",
        "1",
        None,
    )


def test_an_assertion_that_the_submission_hides(judge_texts):
    suite = (
        "import solution\n\ndef test_it():\n    def check(x):\n        assert x == 2\n    solution.run(check)\n\n"
        "def test_other():\n    assert solution.other() == 1\n"
    )
    body = "def run(check):\n    try:\n        check(1)\n    except BaseException:\n        pass"
    verdict = judged(judge_texts, body, suite)
    assert verdict.kind is Kind.FAILED
    assert "your code hid it" in verdict.explanation


IMPORTS = {
    "syntax": ("def run(:\n    pass\n", "SyntaxError", "solution.py:1"),
    "raises": ("1 / 0\n", "ZeroDivisionError: division by zero", "solution.py:1"),
    "module": ("import nothing_of_this_name\n", "ModuleNotFoundError", "solution.py:1"),
    "exit": ("raise SystemExit(2)\n", "SystemExit", "solution.py:1"),
    "os exit": ("import os\nos._exit(0)\n", "exit code 0", None),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_import(judge_texts, name):
    body, words, where = IMPORTS[name]
    found = judge_texts(
        "from solution import run\n\ndef test_it():\n    run()\n\ndef test_two():\n    run()\n", body, QUICK
    )
    assert {verdict.test: verdict.kind for verdict in found.verdicts} == dict.fromkeys(
        ("test_suite.py::test_it", "test_suite.py::test_two"),
        Kind.CRASHED if name == "os exit" else Kind.ERROR,
    )
    for verdict in found.verdicts:
        assert words in verdict.explanation
        assert verdict.where == where


def test_missing_name(judge_texts):
    found = judge_texts(
        "from solution import run\n\ndef test_it():\n    run()\n", "def walk(): pass\n", QUICK
    )
    (verdict,) = found.verdicts
    assert verdict.kind is Kind.ERROR
    assert verdict.explanation == "The tests look for run in solution, and it is not there."


def test_empty_submission(judge_texts):
    found = judge_texts("import solution\n\ndef test_it():\n    solution.run()\n", {"other.py": ""}, QUICK)
    (verdict,) = found.verdicts
    assert verdict.kind is Kind.ERROR
    assert "No module named 'solution'" in verdict.explanation


def test_endless_import(judge_texts):
    found = judge_texts(
        "from solution import run\n\ndef test_it():\n    run()\n", "while True: pass\n", QUICK
    )
    (verdict,) = found.verdicts
    assert verdict.kind is Kind.CPU_LIMIT
    assert verdict.where == "solution.py:1"


def test_skip_is_the_suite_s(judge_texts):
    suite = "import pytest, solution\n\ndef test_it():\n    pytest.skip('later')\n\ndef test_two():\n    solution.run()\n"
    body = "import unittest\n\ndef run():\n    raise unittest.SkipTest('no')\n"
    found = verdicts(judge_texts(suite, body, QUICK))
    assert (found["test_it"].kind, found["test_two"].kind) == (Kind.SKIPPED, Kind.ERROR)


def test_messages_in_chinese(judge_texts):
    from grader.locale import use

    use("zh-CN")
    try:
        verdict = judged(judge_texts, "async def run():\n    await asyncio.Event().wait()")
    finally:
        use("en")
    assert "\u4e00" <= verdict.explanation[0] <= "\u9fff"


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_traceback_has_the_lines_that_ran_and_no_others(judge_texts, kind):
    """The function that the suite calls is a stand-in that bears the real one's place."""
    suite = "import solution\n\nasync def test_it():\n    made = solution.run(1)\n    assert await made if hasattr(made, 'send') else made\n"
    source = f"{kind} run(n):\n    '''Doc.'''\n    return inner(n)\n\n\ndef inner(n):\n    return n / 0\n"
    (verdict,) = judge_texts(suite, source).verdicts
    assert [(frame.file, frame.line, frame.function) for frame in verdict.trace] == [
        ("solution.py", 3, "run"),
        ("solution.py", 7, "inner"),
    ]
    assert (verdict.kind, verdict.where) == (Kind.ERROR, "solution.py:7")
