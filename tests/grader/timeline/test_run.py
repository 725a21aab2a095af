"""What is recorded of a run, and what happens when there is no recording."""

from __future__ import annotations

import pytest

from grader.bridge.simulation.recording import MAX_ROWS, End, Outcome, State
from grader.errors import GraderError
from grader.sandbox.limits import Limits
from grader.timeline.run import _decode, record

SECOND = 1_000_000_000


def seconds(spans):
    return [
        (span.state.value, span.begin / SECOND, span.end / SECOND, span.what, span.line) for span in spans
    ]


def test_a_kitchen(programs):
    recording = record(programs / "kitchen.py")
    assert (recording.outcome, recording.end) == (Outcome.finished, 5 * SECOND)
    rows = {row.function: row for row in recording.tasks}
    assert {name: (row.ended, row.end / SECOND, row.error) for name, row in rows.items()} == {
        "main": (End.finished, 5, ""),
        "boil": (End.finished, 5, ""),
        "chop": (End.finished, 4, ""),
        "burn": (End.failed, 3.5, "ValueError"),
        "guest": (End.cancelled, 4, ""),
    }
    assert seconds(rows["chop"].spans) == [
        ("waits", 0, 1, "asyncio.sleep", 12),
        ("blocks", 1, 3, "time.sleep", 13),
        ("waits", 3, 4, "asyncio.sleep", 14),
    ]
    assert {span.file for span in rows["chop"].spans} == {"kitchen.py"}
    assert rows["chop"].steps == [0, SECOND, 3 * SECOND, 4 * SECOND]
    (thread,) = recording.threads
    assert (thread.name, thread.ended) == ("asyncio_0", End.finished)
    assert seconds(thread.spans)[0] == ("waits", 0, 4, "time.sleep", 0)


def test_the_same_program_gives_the_same_recording(programs):
    assert len({str(record(programs / "kitchen.py")) for _ in range(3)}) == 1


def test_a_plain_function(programs):
    recording = record(programs / "kitchen.py", "plain")
    (row,) = recording.rows
    assert (row.kind, row.name, seconds(row.spans)) == (
        "thread",
        "MainThread",
        [("waits", 0, 2, "time.sleep", 35)],
    )


def test_a_deadlock(programs):
    recording = record(programs / "kitchen.py", "stuck")
    assert recording.outcome is Outcome.deadlocked
    assert [(w.name, w.file, w.line, w.what) for w in recording.waiting] == [
        ("Task-1", "kitchen.py", 41, "asyncio.Lock.acquire")
    ]
    assert [row.ended for row in recording.rows] == [End.pending]


@pytest.mark.parametrize(("function", "error"), [("forever", "virtual_time"), ("livelock", "turns")])
def test_an_endless_program(programs, function, error):
    file = programs / ("kitchen.py" if function == "forever" else "mixture.py")
    recording = record(file, function)
    assert (recording.outcome, recording.error) == (Outcome.endless, error)


def test_callbacks_locks_and_names(programs):
    recording = record(programs / "mixture.py", "main")
    blocks = [
        (row.name, *seconds([span])[0][1:4])
        for row in recording.tasks
        for span in row.spans
        if span.state is State.blocks
    ]
    assert blocks == [("Task-1", 2, 3, "Lock.acquire"), ("callback", 1, 1.5, "time.sleep")]
    assert [(row.function, row.ended) for row in recording.tasks] == [
        ("main", End.finished),
        ("nap", End.finished),
        ("", End.finished),
        ("nap", End.cancelled),
    ]


def test_loops_in_threads(programs):
    recording = record(programs / "mixture.py", "loops_in_threads")
    assert {(row.kind, row.function or row.name, row.end / SECOND) for row in recording.rows} == {
        ("task", "nap", 1),
        ("task", "nap", 2),
        ("thread", "loop 1", 1),
        ("thread", "loop 2", 2),
        ("thread", "MainThread", 2),
    }


def test_more_rows_than_there_is_room_for(programs):
    recording = record(programs / "mixture.py", "many")
    assert (len(recording.rows), recording.omitted > 0) == (MAX_ROWS, True)


@pytest.mark.parametrize(
    ("function", "outcome", "error"),
    [
        ("crash", Outcome.failed, "KeyError"),
        ("leave", Outcome.failed, "SystemExit: 3"),
        ("leave_well", Outcome.finished, ""),
    ],
)
def test_exceptions_and_exits(programs, capfd, function, outcome, error):
    recording = record(programs / ("kitchen.py" if function == "crash" else "mixture.py"), function)
    assert (recording.outcome, recording.error) == (outcome, error)
    printed = capfd.readouterr().err
    assert ("no such dish" in printed) == (function == "crash")
    assert "child.py" not in printed


def test_arguments_and_output(programs, capfd):
    record(programs / "mixture.py", "arguments", ("a", "b"))
    assert capfd.readouterr().out == "['a', 'b']\n"
    record(programs / "mixture.py", "arguments", ("c",), output_to_stderr=True)
    assert capfd.readouterr() == ("", "['c']\n")


@pytest.mark.parametrize(
    ("file", "function", "limits", "complaint"),
    [
        ("none.py", None, Limits(), "There is no such file."),
        ("kitchen.py", "nothing", Limits(), "There is no function nothing in the file."),
        ("mixture.py", "NOT_A_FUNCTION", Limits(), "There is no function NOT_A_FUNCTION in the file."),
        ("mixture.py", "die", Limits(), "ended before its run did \\(status 7\\)"),
        ("mixture.py", "spin", Limits(cpu=1), "used 1 s of processor time"),
        ("mixture.py", "spin", Limits(wall=0.3), "took 0.3 s of real time"),
    ],
)
def test_without_a_recording_there_is_a_reason(programs, file, function, limits, complaint):
    with pytest.raises(GraderError, match=complaint):
        record(programs / file, function, limits=limits)


def test_what_is_no_recording_is_refused():
    with pytest.raises(GraderError, match="sent no recording"):
        _decode(b'{"rows": 5}')
