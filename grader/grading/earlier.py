"""Verdicts of an earlier Grade, as a judge: after a change of points, prices or feedback nothing has to run again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from grader.grading.grade import Grade
from grader.judge.verdicts import Fact, Frame, Judgement, Timings, Verdict

if TYPE_CHECKING:
    from grader.judge.verdicts import SuiteTest
    from grader.submissions import Submission


class EarlierVerdicts:
    """A Judge that says what it said before: `grade` is the earlier Grade as JSON, of the same suite and content."""

    def __init__(self, tests: tuple[SuiteTest, ...], grade: bytes) -> None:
        self.tests = tests
        self._grade = Grade.model_validate_json(grade)

    def judge(self, _submission: Submission, *, seed: int) -> Judgement:  # noqa: ARG002  # the same as then
        """The earlier judgement. Hints are the suite's of today."""
        grade = self._grade
        return Judgement(
            tuple(
                Verdict(
                    test=verdict.test,
                    kind=verdict.kind,
                    message=verdict.message,
                    expected=verdict.expected,
                    actual=verdict.actual,
                    where=verdict.where,
                    explanation=verdict.explanation,
                    trace=tuple(Frame(frame.path, frame.line, frame.function) for frame in verdict.trace),
                    virtual=verdict.virtual,
                    cpu=verdict.cpu,
                    printed=verdict.printed,
                    recording=verdict.recording,
                )
                for verdict in grade.verdicts
            ),
            grade.isolation,
            tuple(Fact(fact.kind, fact.message, fact.where, fact.test) for fact in grade.facts),
            Timings(grade.timings.wall, grade.timings.cpu, grade.timings.virtual),
            grade.printed,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        """Nothing is open."""
