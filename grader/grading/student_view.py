"""What a student may see of a Grade, and the same as Markdown.

The Grade is the teacher's document; `student_view` cuts it to what each test's feedback level allows.
Markdown is made here and HTML in `grader.reports`, both from the same view, so that neither can show more
than the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from grader.course.feedback import Feedback
from grader.grading.lines import bodies, by_step, details, points_text
from grader.grading.next_step import next_step
from grader.grading.shown_findings import FactView, FindingView, fact_views, finding_views
from grader.grading.shown_tests import TestView, grouped, test_views
from grader.judge.verdicts import Kind
from grader.locale import _, n_, speaking
from grader.text import printable
from grader.timeline.terminal import draw

if TYPE_CHECKING:
    from grader.grading.grade import Grade

__all__ = [
    "FactView",
    "FindingView",
    "StudentView",
    "TestView",
    "render_markdown",
    "student_view",
]

_LONGEST = 2000
_MOST_PICTURES = 3
_PICTURE_WIDTH = 90
"""Columns of a drawing in Markdown."""


@dataclass(frozen=True, slots=True)
class StudentView:
    """A Grade as its student sees it."""

    title: str
    submission: str
    student: str
    points: float
    max_points: float
    passed: int
    tests: int
    next_step: str
    next_detail: str
    problem: str
    open_tests: tuple[TestView, ...]
    passed_tests: tuple[TestView, ...]
    hidden_open: int
    hidden_passed: int
    findings: tuple[FindingView, ...]
    lint_cost: float
    lint_problem: str
    facts: tuple[FactView, ...]
    printed: str
    notes: tuple[str, ...]


def student_view(grade: Grade, language: str) -> StudentView:
    """What the student of `grade` may see, in `language`."""
    with speaking(language):
        views = test_views(grade.verdicts, language)
        shown = [view for view in views if view is not None]
        open_tests = _with_some_pictures(grouped(view for view in shown if view.kind is not Kind.PASSED))
        findings = finding_views(grade, language)
        step, detail = next_step(grade, open_tests, findings)
        unseen = [verdict for view, verdict in zip(views, grade.verdicts, strict=True) if view is None]
        return StudentView(
            title=printable(grade.title.in_language(language) or grade.exercise, limit=200),
            submission=printable(grade.submission, limit=200),
            student=printable(grade.student.name or grade.student.id, limit=200) if grade.student else "",
            points=grade.points,
            max_points=grade.max_points,
            passed=grade.passed_tests,
            tests=len(grade.verdicts),
            next_step=step,
            next_detail=detail,
            problem=printable(grade.problem or "", limit=_LONGEST),
            open_tests=open_tests,
            passed_tests=grouped(view for view in shown if view.kind is Kind.PASSED),
            hidden_open=sum(not verdict.passed for verdict in unseen),
            hidden_passed=sum(verdict.passed for verdict in unseen),
            findings=findings,
            lint_cost=grade.lint_cost,
            lint_problem=printable(grade.lint_problem or "", limit=_LONGEST),
            facts=fact_views(grade),
            printed=printable(_printed_at_import(grade), limit=_LONGEST, keep_newlines=True),
            notes=tuple(printable(note, limit=500) for note in grade.notes),
        )


def _with_some_pictures(tests: tuple[TestView, ...]) -> tuple[TestView, ...]:
    """Pictures of the first tests, one of each: the tenth says nothing that the first did not."""
    drawn: set[str] = set()
    shown = []
    for test in tests:
        name = test.name.partition("[")[0].partition(" ")[0]
        if test.recording is not None and (name in drawn or len(drawn) == _MOST_PICTURES):
            shown.append(replace(test, recording=None))
            continue
        drawn |= {name} if test.recording is not None else set()
        shown.append(test)
    return tuple(shown)


def _printed_at_import(grade: Grade) -> str:
    """A suite may call what it has imported while it is imported itself, with whatever it hides."""
    is_open = all(verdict.feedback is Feedback.FULL for verdict in grade.verdicts)
    return grade.printed if is_open else ""


def render_markdown(grade: Grade, language: str) -> str:
    """The student's view as Markdown, what to do next first. Backticks and fences in it cannot be closed by
    its content.
    """
    with speaking(language):
        view = student_view(grade, language)
        lines = [f"# {_plain(view.title)}", ""]
        lines += [
            _("{points} of {max_points} points, {passed} of {tests} tests passed.").format(
                points=points_text(view.points),
                max_points=points_text(view.max_points),
                passed=view.passed,
                tests=view.tests,
            ),
            "",
            f"## {_('Do this next')}",
            "",
            _plain(view.next_step),
            "",
        ]
        if view.next_detail:
            lines += [*_fence(view.next_detail), ""]
        lines += _open_lines(view) + _finding_lines(view) + _passed_lines(view) + _rest_lines(view)
        return "\n".join(lines).rstrip() + "\n"


def _open_lines(view: StudentView) -> list[str]:
    if not view.open_tests and not view.hidden_open:
        return []
    lines = [f"## {_('Not passed yet')}", ""]
    for step, test in by_step(view.open_tests):
        lines += [f"### {_plain(step)}", ""] if step else []
        lines += [f"#### {_plain(test.title)}: {test.outcome} ({_worth(test)})", "", details(test, _code), ""]
        if test.hint:
            lines += [_("Hint: {text}").format(text=_plain(test.hint)), ""]
        for text in bodies(test):
            lines += [*_fence(text), ""]
        if test.recording is not None:
            drawing = click.unstyle(draw(test.recording, _PICTURE_WIDTH, headline=False))
            lines += [f"{_('Who ran, waited and blocked:')}", "", *_fence(drawing), ""]
        if test.printed:
            lines += [f"{_('Printed')}:", "", *_fence(test.printed), ""]
    return lines + _hidden_line(view.hidden_open)


def _finding_lines(view: StudentView) -> list[str]:
    if not view.findings and not view.lint_problem:
        return []
    lines = [f"## {_('What the analyzer found')}", ""]
    if view.lint_problem:
        lines += [_plain(view.lint_problem), ""]
    for finding in view.findings:
        price = f" (-{points_text(finding.cost)})" if finding.cost else ""
        said = "" if finding.repeats else f" {_plain(finding.message)}"
        lines += [f"- {_code(finding.place)} **{finding.code}**{price}{said}", ""]
        lines += [*("  " + line for line in _fence(f"{finding.source}\n{finding.underline}")), ""]
        lines += ["  " + _code(" -> ".join(finding.chain)), ""] if finding.chain else []
        lines += ["  " + _plain(finding.why), ""] if finding.why else []
    if view.findings:
        command = _code(f"grader explain {view.findings[0].code}")
        lines += [_("{command} tells more.").format(command=command), ""]
    if view.lint_cost:
        lines += [_("Together they cost {points} points.").format(points=points_text(view.lint_cost)), ""]
    return lines


def _passed_lines(view: StudentView) -> list[str]:
    if not view.passed_tests and not view.hidden_passed:
        return []
    lines = [f"## {_('Passed')}", ""]
    lines += [f"- {_plain(test.title)} ({_worth(test)})" for test in view.passed_tests]
    return [*lines, "", *_hidden_line(view.hidden_passed)]


def _rest_lines(view: StudentView) -> list[str]:
    lines = []
    if view.facts:
        lines += [f"## {_('Also seen')}", ""]
        for fact in view.facts:
            place = f"{_code(fact.place)} " if fact.place else ""
            lines.append(
                f"- {place}{_plain(fact.message)}" + (f" {_code(fact.source)}" if fact.source else "")
            )
        lines.append("")
    if view.printed:
        lines += [f"## {_('Printed while it was imported')}", "", *_fence(view.printed), ""]
    if view.notes:
        lines += [
            f"## {_('About what was handed in')}",
            "",
            *(f"- {_plain(note)}" for note in view.notes),
            "",
        ]
    return lines


def _hidden_line(number: int) -> list[str]:
    if not number:
        return []
    return [n_("{n} more test, not shown.", "{n} more tests, not shown.", number).format(n=number), ""]


def _worth(test: TestView) -> str:
    return _("{points} of {max_points} points").format(
        points=points_text(test.points), max_points=points_text(test.max_points)
    )


def _fence(text: str) -> list[str]:
    """`text` as a code block whose fence is longer than any in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return [fence + "text", *text.split("\n"), fence]


def _code(text: str) -> str:
    """`text` as inline code; a backtick in it cannot end it."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _plain(text: str) -> str:
    """Text whose Markdown and HTML mean nothing; trusted hints may use `code`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("[", "\\[").replace("!\\[", "\\!\\[")
