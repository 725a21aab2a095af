"""What a judge says about a submission: one verdict per test, and what was seen on the way.

These are the values between the judge and grading. A judge reports facts; points are grading's business,
and so is what a student is shown. Nothing here passes by default.

Light on purpose (msgspec, no pydantic): the judge makes these in processes that start for each submission.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader.course.feedback import Feedback

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from grader.submissions import Submission


class Kind(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    """An assertion of the suite did not hold."""
    ERROR = "error"
    """The submission raised, or could not be imported, or the test was never reached."""
    CRASHED = "crashed"
    """The submission's process died: exit, signal, memory."""
    CPU_LIMIT = "cpu_limit"
    WALL_LIMIT = "wall_limit"
    DEADLOCKED = "deadlocked"
    """Nothing could ever run again."""
    ENDLESS = "endless"
    """Virtual time, or turns without it, ran past their budget."""
    PROTOCOL = "protocol"
    """The submission tampered with the bridge."""
    SKIPPED = "skipped"
    """The suite skipped the test; never the submission."""
    SUITE_ERROR = "suite_error"
    """The suite is broken: decided without the submission."""


class SuiteTest(msgspec.Struct, frozen=True):
    """A test of the suite, as collected against the reference: what grading expects a verdict for."""

    test: str
    """pytest's node id without the folder: `test_kitchen.py::TestPot::test_soup[3]`."""
    weight: float = 1.0
    """From `@pytest.mark.points`; 0 is a test that counts nothing."""
    feedback: Feedback | None = None
    """From `@pytest.mark.feedback`; None: as the exercise says."""
    hint: dict[str, str] = {}
    """From `@pytest.mark.hint`: language -> text."""
    title: dict[str, str] = {}
    """From `@pytest.mark.title`: language -> text."""
    step: dict[str, str] = {}
    """The title of its class, else of its file."""


class Frame(msgspec.Struct, frozen=True):
    """One line of the submission in a traceback."""

    file: str
    line: int
    function: str


class Verdict(msgspec.Struct, frozen=True):
    """How one test of the suite ended for a submission."""

    test: str
    kind: Kind
    message: str = ""
    """What happened; may quote the suite (expected values), so that only `Feedback.FULL` shows it."""
    expected: str | None = None
    actual: str | None = None
    """Both sides of the comparison that failed, when there was one."""
    where: str | None = None
    """The line of the submission it happened at, `kitchen.py:12`; quotes nothing of the suite."""
    explanation: str | None = None
    """What may be said at `Feedback.HINT`: only about the submission (which task waits for what at which
    line).
    """
    trace: tuple[Frame, ...] = ()
    """The submission's own lines on the way to an exception, the innermost last; no line of the suite."""
    weight: float = 1.0
    feedback: Feedback | None = None
    hint: dict[str, str] = {}
    virtual: float = 0.0
    """Virtual seconds that the test took."""
    cpu: float = 0.0
    """Processor seconds of the submission."""
    printed: str = ""
    """What the submission printed during the test, cut to its limit."""
    recording: str = ""
    """What its tasks did when, as JSON (`grader schema timeline`): where time or order went wrong, and the test's level
    is `Feedback.FULL`. Virtual times tell the test's values, so no other level may show it."""


class Timings(msgspec.Struct, frozen=True):
    """What judging a submission took, in seconds."""

    wall: float = 0.0
    cpu: float = 0.0
    virtual: float = 0.0


class Fact(msgspec.Struct, frozen=True):
    """Something seen beside the tests: a coroutine never awaited, a task left behind, a callback on the
    loop.
    """

    kind: str
    message: str
    where: str | None = None
    test: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """Everything a judge says about one submission."""

    verdicts: tuple[Verdict, ...]
    isolation: str
    """The confinement level that was in force."""
    facts: tuple[Fact, ...] = ()
    timings: Timings = Timings()
    printed: str = ""
    """What the submission printed while it was imported."""


class Judge(Protocol):
    """A warm judge of one exercise's suite; a context manager, used by one thread.

    Entering collects the suite against the reference and may raise GraderError (a suite that is broken, a
    machine that cannot confine). `judge` never raises for what a submission does; what it raises is a
    failure of the grader.
    """

    @property
    def tests(self) -> tuple[SuiteTest, ...]:
        """The suite's tests, in their order; known once entered."""

    def judge(self, submission: Submission, *, seed: int) -> Judgement:
        """Run the suite against `submission`; `seed` seeds `random` and Hypothesis on both sides."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def short_name(test: str) -> str:
    """A test's name without its file: `test_kitchen.py::TestPot::test_soup[3]` -> `TestPot::test_soup[3]`."""
    return test.partition("::")[2] or test
