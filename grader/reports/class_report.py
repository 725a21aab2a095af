"""What a class's reports are made from: Grades, failures of the grader, who handed in nothing, and what was
taken for what.

Plain data and the figures that follow from it; how it looks is the business of the other files here. The
Grades are gone through once for all figures, and none is kept but the slowest: they may be ten thousand, read
from a disk.
"""

from __future__ import annotations

import heapq
import statistics
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from grader.grading.shown_tests import title_of
from grader.judge.verdicts import short_name
from grader.locale import ENGLISH
from grader.reports.filenames import file_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.grading.grade import Grade
    from grader.grading.regrade import Change
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
    """`taken`, `refused`, `replaced` or `left out`."""
    submission: str
    notes: tuple[str, ...]
    student: Student | None = None

    @property
    def plain(self) -> bool:
        """Whether there is nothing to say of it."""
        return self.outcome == "taken" and not self.notes


@dataclass(frozen=True, slots=True)
class PassRate:
    """How many submissions passed a test."""

    test: str
    passed: int
    total: int
    title: str = ""
    """What it is called in the report's language."""

    @property
    def name(self) -> str:
        """Its title, or its name without the file."""
        return self.title or short_name(self.test)

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


@dataclass(frozen=True, slots=True)
class _Figures:
    submissions: list[str]
    percentages: list[float]
    max_points: float
    full_marks: int
    refused: int
    test_rates: list[PassRate]
    common_findings: list[CommonFinding]
    slowest: list[Grade]
    copies: list[list[str]]


@dataclass(frozen=True)
class ClassReport:
    """A graded class."""

    exercise: str
    title: str
    grades: Sequence[Grade]
    failures: tuple[FailureRow, ...] = ()
    missing: tuple[Student, ...] = ()
    intake: tuple[IntakeRow, ...] = ()
    language: str = ENGLISH
    changes: tuple[Change, ...] = ()
    """What a regrade changed."""
    tests_before: frozenset[str] = frozenset()
    """The suite's tests before a regrade."""

    @property
    def submissions(self) -> list[str]:
        """The id of each Grade's submission."""
        return self._figures.submissions

    @cached_property
    def feedback_files(self) -> dict[str, str]:
        """Id of a submission with a Grade -> the name of its feedback files, without ending."""
        names = file_names([*self.submissions, *(failure.submission for failure in self.failures)])
        return {submission: names[submission] for submission in self.submissions}

    @property
    def percentages(self) -> list[float]:
        """Each Grade's share of its points, in percent."""
        return self._figures.percentages

    @property
    def mean(self) -> float:
        """Mean percentage; 0 without Grades."""
        return statistics.fmean(self.percentages) if self.grades else 0.0

    @property
    def median(self) -> float:
        """Median percentage; 0 without Grades."""
        return statistics.median(self.percentages) if self.grades else 0.0

    @property
    def max_points(self) -> float:
        """The points of the exercise; 0 without Grades."""
        return self._figures.max_points

    @property
    def full_marks(self) -> int:
        """Submissions with every point."""
        return self._figures.full_marks

    @property
    def refused(self) -> int:
        """Submissions of which nothing could be judged."""
        return self._figures.refused

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
        return self._figures.test_rates

    @property
    def common_findings(self) -> list[CommonFinding]:
        """The rules that found most, by submissions, then by findings."""
        return self._figures.common_findings

    @property
    def slowest(self) -> list[Grade]:
        """The Grades that took most real time, slowest first; of those with the same content, the first."""
        return self._figures.slowest

    @property
    def copies(self) -> list[list[str]]:
        """Groups of submissions with the same content, by their ids."""
        return self._figures.copies

    @property
    def regraded(self) -> list[Change]:
        """What grading again changed: the largest differences first, by their share of the points, since the points of
        all differ when the exercise's do.
        """
        changed = [change for change in self.changes if change.changed]
        changed.sort(
            key=lambda change: (
                -abs(change.new_share - change.old_share),
                -abs((change.new_points or 0.0) - (change.old_points or 0.0)),
            )
        )
        return changed

    @property
    def mean_before(self) -> float:
        """Mean percentage before a regrade, of what was there then."""
        old = [
            100 * each.old_points / each.old_max
            for each in self.changes
            if each.old_points is not None and each.old_max
        ]
        return statistics.fmean(old) if old else 0.0

    @property
    def risen(self) -> int:
        """Submissions with a larger share of the points than before."""
        return sum(change.difference > 0 for change in self.changes)

    @property
    def fallen(self) -> int:
        """Submissions with a smaller share of the points than before."""
        return sum(change.difference < 0 for change in self.changes)

    @cached_property
    def tests_changed(self) -> bool:
        """Whether somebody passes a test of the suite that they did not pass before, or the other way round."""
        gone = set(self.gone_tests)
        return any(change.gained or set(change.lost) - gone for change in self.changes)

    @cached_property
    def gone_tests(self) -> list[str]:
        """Tests that were in the suite before and are not any more."""
        known = {rate.test for rate in self.test_rates}
        return sorted((self.tests_before | {test for change in self.changes for test in change.lost}) - known)

    @cached_property
    def new_tests(self) -> list[str]:
        """Tests that were not in the suite before."""
        return [
            rate.test for rate in self.test_rates if self.tests_before and rate.test not in self.tests_before
        ]

    def test_title(self, test: str) -> str:
        """What a test is called in the report's language, or its name without the file."""
        return self._names.get(test) or short_name(test)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {rate.test: rate.name for rate in self.test_rates}

    @cached_property
    def _figures(self) -> _Figures:
        submissions: list[str] = []
        percentages: list[float] = []
        passed: Counter[str] = Counter()
        total: Counter[str] = Counter()
        titles: dict[str, str] = {}
        count: Counter[tuple[str, str]] = Counter()
        owners: Counter[tuple[str, str]] = Counter()
        groups: dict[str, list[str]] = {}
        slowest: list[tuple[float, int, Grade]] = []
        full_marks = refused = 0
        max_points = 0.0
        for number, grade in enumerate(self.grades):
            submissions.append(grade.submission)
            percentages.append(100 * grade.points / grade.max_points if grade.max_points else 0.0)
            max_points = max(max_points, grade.max_points)
            full_marks += grade.points >= grade.max_points
            refused += grade.problem is not None
            for verdict in grade.verdicts:
                if verdict.test not in total:
                    titles[verdict.test] = title_of(verdict, self.language)
                total[verdict.test] += 1
                passed[verdict.test] += verdict.passed
            count.update((finding.code, finding.name) for finding in grade.findings)
            owners.update({(finding.code, finding.name) for finding in grade.findings})
            if grade.problem is not None:
                continue
            same = groups.setdefault(grade.content_hash, [])
            same.append(grade.submission)
            if len(same) > 1:
                continue  # judged once, so it took its time once
            rank = (grade.timings.wall, -number, grade)
            if len(slowest) < _SLOWEST:
                heapq.heappush(slowest, rank)
            else:
                heapq.heappushpop(slowest, rank)
        found = [CommonFinding(code, name, count[code, name], owners[code, name]) for code, name in count]
        found.sort(key=lambda item: (-item.submissions, -item.count, item.code))
        return _Figures(
            submissions,
            percentages,
            max_points,
            full_marks,
            refused,
            [PassRate(test, passed[test], number, titles[test]) for test, number in total.items()],
            found[:_MOST_COMMON],
            [grade for _wall, _number, grade in sorted(slowest, reverse=True)],
            [group for group in groups.values() if len(group) > 1],
        )
