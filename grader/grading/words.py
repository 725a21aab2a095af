"""How verdicts are called, and what each means to the student who got it."""

from __future__ import annotations

from grader.judge.verdicts import Kind
from grader.locale import N_, _

_LABELS = {
    Kind.PASSED: N_("passed"),
    Kind.FAILED: N_("failed"),
    Kind.ERROR: N_("error"),
    Kind.CRASHED: N_("crashed"),
    Kind.CPU_LIMIT: N_("too much computing"),
    Kind.WALL_LIMIT: N_("took too long"),
    Kind.DEADLOCKED: N_("deadlocked"),
    Kind.ENDLESS: N_("endless"),
    Kind.PROTOCOL: N_("interfered"),
    Kind.SKIPPED: N_("skipped"),
    Kind.SUITE_ERROR: N_("broken test"),
}
_MEANINGS = {
    Kind.PASSED: N_("The test passed."),
    Kind.FAILED: N_("The test expected something else."),
    Kind.ERROR: N_("Your code raised an exception, or could not be imported."),
    Kind.CRASHED: N_(
        "Your program ended in the middle of the test: it exited, was killed, or ran out of memory."
    ),
    Kind.CPU_LIMIT: N_("Your program computed for longer than allowed. Is there a loop that never ends?"),
    Kind.WALL_LIMIT: N_("The test took longer than allowed in real time."),
    Kind.DEADLOCKED: N_("Your program waits for something that can never happen."),
    Kind.ENDLESS: N_("Your program goes on for ever: it keeps waiting or yielding and never finishes."),
    Kind.PROTOCOL: N_("Your program interfered with the grading itself."),
    Kind.SKIPPED: N_("The test was skipped and gives no points."),
    Kind.SUITE_ERROR: N_("The test itself is broken. Tell your teacher: it is not your fault."),
}


def kind_label(kind: Kind) -> str:
    """A word for a verdict, in the current language."""
    return _(_LABELS[kind])


def kind_meaning(kind: Kind) -> str:
    """A sentence that tells a student what a verdict means, in the current language."""
    return _(_MEANINGS[kind])
