"""A Grade: everything known about one submission, as one line of JSON.

Reports read Grades and nothing else, so a Grade holds what feedback needs (hints in each language, the
lines that findings point at), and it is a teacher's document: what a student may see of it is decided when
feedback is made.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from grader.course.exercise import LocalText
from grader.course.feedback import Feedback
from grader.judge.verdicts import Kind
from grader.submissions import Student

Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GradedFrame(_Value):
    """One line of the submission in a traceback."""

    path: str
    line: int
    function: str
    source: str = ""


class GradedVerdict(_Value):
    """How one test ended, and what it is worth."""

    test: str = Field(description="pytest's node id without the folder")
    kind: Kind
    points: Points
    max_points: Points
    message: str = ""
    expected: str | None = None
    actual: str | None = None
    where: str | None = Field(default=None, description="line of the submission, `kitchen.py:12`")
    explanation: str | None = Field(default=None, description="what may be said without quoting the suite")
    trace: tuple[GradedFrame, ...] = Field(
        default=(), description="the submission's own lines on the way to its exception, the innermost last"
    )
    title: dict[str, str] = Field(default_factory=dict, description="language -> what it is called")
    step: dict[str, str] = Field(
        default_factory=dict, description="language -> what its class or file is called"
    )
    hint: dict[str, str] = Field(default_factory=dict, description="language -> text")
    feedback: Feedback = Feedback.NONE
    virtual: float = Field(default=0.0, description="virtual seconds")
    cpu: float = Field(default=0.0, description="processor seconds")
    printed: str = ""
    recording: str = Field(
        default="",
        description="what the submission did when, as JSON (`grader schema timeline`), where time or order went wrong",
    )

    @property
    def passed(self) -> bool:
        """Whether the test passed: only an explicit pass is one."""
        return self.kind is Kind.PASSED


class ChainLink(_Value):
    """One call on the way from a coroutine to what blocks."""

    path: str
    line: int
    column: int
    name: str


class GradedFinding(_Value):
    """A finding of the analyzer in the submission, its source line, and what it cost."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    message: str
    chain: tuple[ChainLink, ...] = ()
    source: str = Field(default="", description="the line that it points at")
    cost: Points = 0.0


class GradeTimings(_Value):
    """What judging took, in seconds."""

    wall: float = 0.0
    cpu: float = 0.0
    virtual: float = 0.0
    lint: float = 0.0


class GradeFact(_Value):
    """Something seen beside the tests, such as a coroutine that was never awaited."""

    kind: str
    message: str
    where: str | None = None
    source: str = Field(default="", description="the line that `where` names")
    test: str | None = None


class Grade(_Value):
    """The grade of one submission."""

    exercise: str
    title: LocalText = LocalText()
    exercise_version: str
    submission: str
    student: Student | None = None
    content_hash: str
    points: Points
    max_points: Points
    verdicts: tuple[GradedVerdict, ...] = Field(min_length=1)
    findings: tuple[GradedFinding, ...] = ()
    lint_cost: Points = 0.0
    lint_problem: str | None = Field(default=None, description="why the analyzer could not look at it")
    suite: str = Field(default="hidden", description="the tests: hidden, or visible (what students have)")
    isolation: str = Field(description="the confinement level that was in force")
    seed: int
    timings: GradeTimings = GradeTimings()
    facts: tuple[GradeFact, ...] = ()
    printed: str = Field(default="", description="what it printed while it was imported")
    problem: str | None = Field(default=None, description="why nothing could be judged")
    notes: tuple[str, ...] = Field(default=(), description="what was done at intake")
    feedback: str = Field(default="", description="what the student is told, as Markdown")
    language: str = "en"
    grader_version: str = ""

    @property
    def passed_tests(self) -> int:
        """How many tests passed."""
        return sum(verdict.passed for verdict in self.verdicts)

    @property
    def all_passed(self) -> bool:
        """Whether every test passed."""
        return self.passed_tests == len(self.verdicts)
