"""The analyzer looks at submissions where a crash, a hang or a flood harms nothing."""

from __future__ import annotations

import io

import msgspec
import pytest

from grader.course.exercise import LintPolicy
from grader.errors import GraderError
from grader.grading.frames import FrameBuffer, encode_frame, read_frame, write_frame
from grader.grading.lint_messages import LintAnswer, LintRequest
from grader.grading.lint_server import answer, serve
from grader.grading.linting import LintProcess, check_policy

BLOCKING = b"import time\n\n\nasync def cook():\n    time.sleep(1)  # noqa: LOOP101\n"
POLICY = LintPolicy(select=("LOOP1",), cost={"LOOP": 2}, max_cost=1.5)


def test_findings_come_with_their_line_their_cost_and_no_regard_for_noqa():
    with LintProcess() as linter:
        files = {"pkg/kitchen.py": BLOCKING, "data.txt": b"x"}
        linted = linter.lint(files, POLICY, language="en")
        again = linter.lint({"kitchen.py": b"x = 1\n"}, POLICY, language="zh-CN")
    (finding,) = linted.findings
    assert (finding.path, finding.line, finding.code, finding.cost) == ("pkg/kitchen.py", 5, "LOOP101", 2.0)
    assert finding.source == "    time.sleep(1)  # noqa: LOOP101"
    assert (linted.cost, linted.problem) == (1.5, None)
    assert (again.findings, again.problem) == ((), None)


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("import os; os._exit(1)", "The analyzer could not cope with this code."),
        ("import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'\\xff' * 10)", None),
        ("import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'\\0\\0\\0\\1\\xc1')", None),
    ],
)
def test_a_child_that_dies_or_talks_nonsense_is_a_problem_of_one_submission(script, problem):
    with LintProcess(command=("-c", script)) as linter:
        linted = linter.lint({"kitchen.py": BLOCKING}, POLICY, language="en")
        assert linted.problem == (problem or "The analyzer could not cope with this code.")
        assert linted.findings == ()
        assert linter.lint({"kitchen.py": b""}, POLICY, language="en").problem is not None


def test_a_child_that_hangs_is_ended():
    with LintProcess(time_limit=0.2, command=("-c", "import time; time.sleep(600)")) as linter:
        linted = linter.lint({"kitchen.py": BLOCKING}, POLICY, language="en")
    assert linted.problem == "The analyzer needed more than 0 seconds."


def test_sources_that_cannot_be_parsed_are_findings_and_not_problems():
    found = answer(LintRequest({"kitchen.py": b"def broken(:\n"}, ("LOOP1",), (), "en"))
    assert found.problem is None
    assert [finding.code for finding in found.findings] == ["SYNTAX"]


def test_a_bug_of_the_analyzer_is_told_and_ends_nothing(monkeypatch):
    def broken(*_args, **_options):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("rules.lint", broken, raising=False)
    request = LintRequest({"kitchen.py": b""}, None, (), "en")
    stdin, stdout = io.BytesIO(encode_frame(request) * 2), io.BytesIO()
    serve(stdin, stdout)
    stdout.seek(0)
    expected = LintAnswer(problem="The analyzer failed: ZeroDivisionError: oops")
    assert [read_frame(stdout, LintAnswer) for _time in range(3)] == [expected, expected, None]


def test_an_unknown_rule_is_told_with_the_exercise(make_exercise):
    check_policy(make_exercise('lint.select = ["LOOP101"]\n'))
    with pytest.raises(GraderError, match="unknown rule"):
        check_policy(make_exercise('lint.ignore = ["NOPE1"]\n'))


def test_frames_arrive_whole_or_not_at_all():
    stream = io.BytesIO()
    write_frame(stream, {"a": 1})
    whole = stream.getvalue()
    assert read_frame(io.BytesIO(whole), dict) == {"a": 1}
    assert read_frame(io.BytesIO(whole[:-1]), dict) is None
    assert read_frame(io.BytesIO(whole[:3]), dict) is None
    with pytest.raises(msgspec.DecodeError):
        read_frame(io.BytesIO(whole), dict, limit=1)
    buffer = FrameBuffer()
    pieces = [buffer.feed(bytes([byte])) for byte in whole + whole]
    assert [msgspec.msgpack.decode(body) for piece in pieces for body in piece] == [{"a": 1}, {"a": 1}]
    with pytest.raises(msgspec.DecodeError):
        FrameBuffer().feed(b"\xff\xff\xff\xff")
