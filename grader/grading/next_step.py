"""What a student is to do next, which is one thing: what stops every test; a function that is still to be written; else
the first test of the suite that does not pass, with its hint, and the line that the analyzer points at, which is often
why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.exercise import VISIBLE
from grader.grading.difference import difference_text
from grader.grading.lines import bodies, trace_lines
from grader.locale import _
from grader.text import printable

if TYPE_CHECKING:
    from grader.grading.grade import Grade
    from grader.grading.shown_findings import FindingView
    from grader.grading.shown_tests import TestView

_LONGEST = 2000


def next_step(
    grade: Grade, tests: tuple[TestView, ...], findings: tuple[FindingView, ...]
) -> tuple[str, str]:
    """The one thing to do first, and a detail to show below it."""
    if grade.problem:
        return _("Hand it in again: nothing in it could be judged."), printable(grade.problem, limit=_LONGEST)
    if not tests:
        return _after_the_tests(grade, findings)
    first = tests[0]
    if first.unwritten:
        place = first.trace[-1].place
        return _("Write `{function}`: it is still a TODO ({place}).").format(
            function=first.unwritten, place=place
        ), ""
    if _one_reason(grade, tests):
        return _("One thing stops every test. Mend it first."), "\n".join(bodies(first))
    finding = findings[0] if findings else None
    if first.hint:
        step = _("Start with “{test}”: {step}").format(test=first.title, step=first.hint)
        return step, _pointed(finding) if finding is not None else ""
    if finding is not None:
        step = _("Start with {place}. It may well be why “{test}” does not pass.").format(
            place=finding.place, test=first.title
        )
        return step, _pointed(finding)
    step = _("Start with “{test}”: {step}").format(test=first.title, step=first.explanation or first.meaning)
    return step, "\n".join([*trace_lines(first), *difference_text(first.difference)])


def _after_the_tests(grade: Grade, findings: tuple[FindingView, ...]) -> tuple[str, str]:
    if not grade.all_passed:
        return _("Some hidden tests do not pass yet. Read the exercise again and try your own cases."), ""
    if findings:
        return _("All tests pass. Now mend {place}: {message}").format(
            place=findings[0].place, message=findings[0].message
        ), ""
    if grade.suite == VISIBLE:
        return _(
            "All the tests that you can see pass: hand it in. Your teacher has more of them, with other values."
        ), ""
    return _("Nothing: everything passes. Well done."), ""


def _one_reason(grade: Grade, tests: tuple[TestView, ...]) -> bool:
    """Does every test end in the same way, and can it be said why?"""
    reasons = {(test.kind, test.explanation) for test in tests}
    return (
        len(grade.verdicts) > 1
        and len(reasons) == 1
        and not grade.passed_tests
        and bool(tests[0].explanation)
    )


def _pointed(finding: FindingView) -> str:
    """A finding as it stands below the next step."""
    lines = [f"{finding.place}: {finding.message}"]
    lines += [f"  {finding.source}", f"  {finding.underline}"] if finding.source else []
    return "\n".join(lines)
