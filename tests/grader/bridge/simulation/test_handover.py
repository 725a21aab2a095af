"""What a hostile other side may not say."""

from __future__ import annotations

import msgspec
import pytest

from grader.bridge.simulation.clock import FOREVER, Budget
from grader.bridge.simulation.errors import Bound, Deadlock, Endless, PeerGone
from grader.bridge.simulation.handover import Deadline, Handover, Head, Lease, ProtocolError, Waiting
from grader.bridge.simulation.kernel import Kernel

FRAME = msgspec.msgpack.Encoder().encode
HANDOVER = msgspec.msgpack.Decoder(Handover).decode
WAITING = Waiting("S", "task", "Task-1", "solution.py", 3, "main", "asyncio.Event.wait")


def test_a_handover_survives_its_encoding():
    handover = Handover(
        now=5,
        stamp=9,
        stepped=8,
        ready={"M": (4, 0, 0)},
        deadlines=[Deadline("S1", 7, 8), Deadline(None, 5, 1)],
        busy=["J1"],
        direct="M",
        heads={"M": Head((3, 0, 0), (7, 2)), "S1": Head(None, None)},
        iterations={"M": (9, 5)},
        ended=["S1"],
        explain=True,
        explanation=[WAITING],
        endless=Bound.turns,
    )
    assert HANDOVER(FRAME(handover)) == handover


@pytest.mark.parametrize(
    "fields",
    [
        [-1, 0],
        [0, -1],
        [0.5, 0],
        [0, 1 << 61],
        [FOREVER + 1, 0],
        ["0", 0],
        [0],
        [0, 0, 0, "M"],
        [0, 0, 0, {"": [0, 0, 0]}],
        [0, 0, 0, {"J" + "1" * 20: [0, 0, 0]}],
        [0, 0, 0, {"J1": [0, 0]}],
        [0, 0, 0, {}, [["M", -1, 0]]],
        [0, 0, 0, {}, [["M", 0]]],
        [0, 0, 0, {}, [], [], "nobody, by a long name"],
        [0, 0, 0, {}, [], [], None, {"M": 0}],
        [0, 0, 0, {}, [], [], None, {"M": [[0, 0], None]}],
        [0, 0, 0, {}, [], [], None, {"M": [None, [-1, 0]]}],
        [0, 0, 0, {}, [], [], None, {}, {"M": 0}],
        [0, 0, 0, {}, [], [], None, {}, {}, [], 1],
        [0, 0, 0, {}, [], [], None, {}, {}, [], False, [["S", "task", "n", "f", -1, "m", "a"]]],
        [0, 0, 0, {}, [], [], None, {}, {}, [], False, [["X", "task", "n", "f", 1, "m", "a"]]],
        [0, 0, 0, {}, [], [], None, {}, {}, [], False, [["S", "task", "n" * 241, "f", 1, "m", "a"]]],
        [0, 0, 0, {}, [], [], None, {}, {}, [], False, [], "patience"],
        [0, 0, 0, {}, [], [], None, {}, {}, [], False, [], None, "more"],
    ],
)
def test_what_is_no_handover_is_not_decoded(fields):
    with pytest.raises(msgspec.ValidationError):
        HANDOVER(FRAME(fields))


def judge(answer, messages=(), **budget):
    """What a judge makes of `answer` when it hands the token over at time 0, stamp 2 or so."""
    kernel = Kernel(exchange=lambda handover, _: (answer(handover), list(messages)), budget=Budget(**budget))
    kernel.send(Message("M"))
    try:
        kernel.wait()
    finally:
        kernel.close()


class Message(msgspec.Struct):
    thread: str


def answer(**changes):
    return lambda handover: Handover(**{"now": handover.now, "stamp": handover.stamp} | changes)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"now": 1}, "the time is 0, and the other side says 1"),
        ({"stamp": 0}, "stamp 0 after"),
        ({"stamp": 1 << 50}, "stamp 1125899906842624 after"),
        ({"ready": {f"S{i}": (0, 0, 0) for i in range(1, 600)}}, "more entries than the 512 threads"),
        ({"busy": ["S1"] * 600}, "more entries than the 512 threads"),
        ({"ended": ["S1"] * 600}, "more entries than the 512 threads"),
        ({"deadlines": [Deadline(None, 1, 0)] * 600}, "more entries than the 512 threads"),
        ({"heads": {f"S{i}": Head(None, None) for i in range(1, 600)}}, "more entries than the 512 threads"),
        ({"iterations": {f"S{i}": (0, 0) for i in range(1, 600)}}, "more entries than the 512 threads"),
        ({"explanation": [WAITING] * 65}, "65 explanations"),
        ({"deadlines": [Deadline(None, 0, 1 << 30)]}, "a deadline with a stamp that was never given"),
        ({"heads": {"M": Head((1 << 30, 0, 0), None)}}, "a callback with a stamp that was never given"),
        ({"heads": {"M": Head((0, 0, 1 << 30), None)}}, "a callback with a stamp that was never given"),
        ({"heads": {"M": Head(None, (0, 1 << 30))}}, "a callback with a stamp that was never given"),
        ({"iterations": {"M": (1 << 30, 0)}}, "an iteration of the future"),
        ({"iterations": {"M": (0, 1)}}, "an iteration of the future"),
        ({"ready": {"S1": (1 << 30, 0, 0)}}, "a place with a stamp that was never given"),
        ({"stepped": 1 << 30}, "a place with a stamp that was never given"),
        ({"ready": {"J7": (0, 0, 0)}}, "a thread of this side that the other side was never told of: J7"),
        ({"direct": "J7"}, "never told of: J7"),
        ({"busy": ["J0"]}, "never told of: J0"),
        ({"deadlines": [Deadline("J7", 0, 0)]}, "never told of: J7"),
    ],
)
def test_a_lie_that_can_be_known_ends_the_test(changes, complaint):
    with pytest.raises(ProtocolError, match=complaint):
        judge(answer(**changes))


@pytest.mark.parametrize(
    ("now", "steps"), [(1, 50_001), (-1, 1), (99, 1), (100, 1), (86_400 * 10**9 + 1, 1), (1, 0)]
)
def test_a_clock_that_was_moved_without_leave(now, steps):
    """The main process waits until 99: the clock may move up to then, and no further."""
    kernel = Kernel(exchange=lambda h, _: (Handover(now, h.stamp, steps=steps), []))
    kernel.send(Message("M"))
    with pytest.raises(ProtocolError, match=r"the time is 0|steps of the clock to"):
        kernel.wait(99)


def test_a_clock_that_was_moved_with_leave():
    kernel = Kernel(exchange=lambda h, _: (Handover(98, h.stamp, steps=2), []), budget=Budget(clock_steps=3))
    kernel.send(Message("M"))
    assert not kernel.wait(99)
    assert (kernel.now, kernel.clock.steps) == (99, 3)


def test_no_leave_to_move_the_clock_while_something_is_ready_here():
    leases = []

    def exchange(handover, _):
        leases.append(handover.lease)
        return Handover(handover.now, handover.stamp), []

    kernel = Kernel(exchange=exchange)
    kernel.wake(kernel.main)
    kernel.direct = "M"
    kernel.turn()
    kernel.send(Message("M"))
    kernel.wait(99)
    assert leases == [None, Lease(99, 50_000)]


def test_a_deadline_in_the_past():
    kernel = Kernel(exchange=lambda h, _: (Handover(h.now, h.stamp, deadlines=[Deadline(None, 1, 1)]), []))
    kernel.clock.now = 2
    kernel.send(Message("M"))
    with pytest.raises(ProtocolError, match="a deadline in the past: 1 at 2"):
        kernel.wait()


@pytest.mark.parametrize("thread", ["X1", "S", "Sx", "S" + "1" * 12, "", "M1"])
def test_a_message_for_a_thread_of_no_name(thread):
    with pytest.raises(ProtocolError, match="a message for a thread of no name"):
        judge(answer(), [Message(thread)])


def test_messages_for_too_many_threads():
    with pytest.raises(ProtocolError, match="more threads than are allowed"):
        judge(answer(), [Message(f"S{i}") for i in range(1, 10)], twins=8)


def test_a_message_for_a_thread_that_has_ended_is_dropped():
    with pytest.raises(Deadlock):
        judge(answer(), [Message("J9")])


def test_one_that_always_claims_to_be_ready_comes_to_an_end():
    with pytest.raises(Endless) as ended:
        judge(answer(ready={"S1": (0, 0, 0)}), handovers=100)
    assert ended.value.bound is Bound.handovers


def test_one_that_freezes_everything_comes_to_an_end():
    """The main process rests; the other side says that its half is busy, and waits for nothing."""
    kernel = Kernel(exchange=lambda h, _: (Handover(h.now, h.stamp, busy=["M"]), []))
    kernel.send(Message("M"))
    with pytest.raises(Deadlock):
        kernel.wait(1000, resting=True)


def test_its_own_budget_that_ran_out_ends_the_test():
    with pytest.raises(Endless) as ended:
        judge(answer(endless=Bound.turns, explanation=[WAITING]))
    assert (ended.value.bound, ended.value.waiting[-1]) == (Bound.turns, WAITING)


@pytest.mark.parametrize(
    ("raised", "error"),
    [(EOFError(), PeerGone), (ValueError("anything"), ValueError), (ProtocolError("x"), ProtocolError)],
)
def test_whatever_happens_to_the_connection_is_raised_in_the_main_process(raised, error):
    def exchange(*_):
        raise raised

    kernel = Kernel(exchange=exchange)
    kernel.send(Message("M"))
    with pytest.raises(error):
        kernel.wait()
    assert kernel.peer is None
    assert isinstance(kernel.failure, error)
    kernel.begin()
    assert kernel.failure is None


def test_the_side_that_follows_refuses_too_and_is_abandoned():
    ends = []
    kernel = Kernel(owns_clock=False, exchange=lambda h, _: (Handover(0, 0), []), side="S")
    kernel.abandoned = lambda: ends.append("abandoned")
    kernel.receive(Handover(5, 1), [])
    kernel.send(Message("M"))
    with pytest.raises(ProtocolError, match="the time is 5"):
        kernel.wait()
    assert ends == ["abandoned"]
