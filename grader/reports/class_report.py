"""What a class's reports are made from: Grades, failures of the grader, who handed in nothing, and what was
taken for what.

Plain data and the figures that follow from it; how it looks is the business of the other files here.
"""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from grader.locale import ENGLISH
from grader.reports.filenames import file_names

if TYPE_CHECKING:
    from grader.grading.grade import Grade
    from grader.submissions import Student

_BINS = 10
_MOST_COMMON = 12
_SLOWEST = 8


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A submission at which the grader failed."""

    submission: str
    student: Student | None
    reason: str


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """What became of something that was handed in."""

    source: str
    outcome: str
    submission: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassRate:
    """How many submissions passed a test."""

    test: str
    passed: int
    total: int

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.passed / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class CommonFinding:
    """How often a rule found something, and in how many submissions."""

    code: str
    name: str
    count: int
    submissions: int


@dataclass(frozen=True)
class ClassReport:
    """A graded class."""

    exercise: str
    title: str
    grades: tuple[Grade, ...]
    failures: tuple[FailureRow, ...] = ()
    missing: tuple[Student, ...] = ()
    intake: tuple[IntakeRow, ...] = ()
    language: str = ENGLISH

    @cached_property
    def feedback_files(self) -> dict[str, str]:
        """Submission id -> the name of its feedback files, without ending."""
        return file_names([grade.submission for grade in self.grades])

    @cached_property
    def percentages(self) -> list[float]:
        """Each Grade's share of its points, in percent."""
        return [100 * grade.points / grade.max_points if grade.max_points else 0.0 for grade in self.grades]

    @property
    def mean(self) -> float:
        """Mean percentage; 0 without Grades."""
        return statistics.fmean(self.percentages) if self.grades else 0.0

    @property
    def median(self) -> float:
        """Median percentage; 0 without Grades."""
        return statistics.median(self.percentages) if self.grades else 0.0

    @property
    def full_marks(self) -> int:
        """Submissions with every point."""
        return sum(grade.points >= grade.max_points for grade in self.grades)

    @property
    def refused(self) -> int:
        """Submissions of which nothing could be judged."""
        return sum(grade.problem is not None for grade in self.grades)

    @property
    def distribution(self) -> list[int]:
        """Submissions by percentage in ten equal bins; 100 belongs to the last."""
        bins = [0] * _BINS
        for percentage in self.percentages:
            bins[min(_BINS - 1, int(percentage * _BINS / 100))] += 1
        return bins

    @property
    def test_rates(self) -> list[PassRate]:
        """Every test of the suite with how many passed it, in the suite's order."""
        passed: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for grade in self.grades:
            for verdict in grade.verdicts:
                total[verdict.test] += 1
                passed[verdict.test] += verdict.passed
        return [PassRate(test, passed[test], count) for test, count in total.items()]

    @property
    def common_findings(self) -> list[CommonFinding]:
        """The rules that found most, by submissions, then by findings."""
        count: Counter[tuple[str, str]] = Counter()
        owners: Counter[tuple[str, str]] = Counter()
        for grade in self.grades:
            count.update((finding.code, finding.name) for finding in grade.findings)
            owners.update({(finding.code, finding.name) for finding in grade.findings})
        found = [CommonFinding(code, name, count[code, name], owners[code, name]) for code, name in count]
        return sorted(found, key=lambda item: (-item.submissions, -item.count, item.code))[:_MOST_COMMON]

    @property
    def slowest(self) -> list[Grade]:
        """The Grades that took most real time, slowest first."""
        return sorted(self.grades, key=lambda grade: -grade.timings.wall)[:_SLOWEST]

    @property
    def copies(self) -> list[list[Grade]]:
        """Groups of submissions with the same content."""
        groups: dict[str, list[Grade]] = {}
        for grade in self.grades:
            if grade.problem is None:
                groups.setdefault(grade.content_hash, []).append(grade)
        return [group for group in groups.values() if len(group) > 1]
