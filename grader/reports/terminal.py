"""A student's feedback and the summary of a class, in a terminal or a pipe.

Everything is `rich.Text`, never markup, so that a bracket in a test's name is a bracket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from grader.grading.student_view import points_text
from grader.locale import _, n_
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from grader.grading.student_view import FindingView, StudentView, TestView
    from grader.reports.class_report import ClassReport

_INDENT = (0, 0, 0, 4)
_MOST_ROWS = 8


def feedback_text(view: StudentView) -> Group:
    """A student's feedback: what to do next, what does not pass, what the analyzer found, what passes."""
    parts: list[RenderableType] = [
        Text(view.title, style="bold"),
        Text(
            _("{points} of {max_points} points, {passed} of {tests} tests passed.").format(
                points=points_text(view.points),
                max_points=points_text(view.max_points),
                passed=view.passed,
                tests=view.tests,
            )
        ),
        Panel(
            Group(Text(view.next_step), *([Text(view.next_detail, style="dim")] if view.next_detail else [])),
            title=Text(_("Do this next")),
            title_align="left",
            border_style="blue",
        ),
    ]
    if view.open_tests or view.hidden_open:
        parts += [Text(_("Not passed yet"), style="bold"), *map(_open_test, view.open_tests)]
        parts += _hidden(view.hidden_open)
    if view.findings or view.lint_problem:
        parts += [Text(), Text(_("What the analyzer found"), style="bold")]
        parts += (
            [Padding(Text(view.lint_problem, style="red"), _INDENT, expand=False)]
            if view.lint_problem
            else []
        )
        parts += [_finding(finding) for finding in view.findings]
    if view.passed_tests or view.hidden_passed:
        parts += [Text(), Text(_("Passed"), style="bold")]
        parts += [
            Text.assemble(("  ✓ ", "green"), test.name, (f"  {_worth(test)}", "dim"))
            for test in view.passed_tests
        ]
        parts += _hidden(view.hidden_passed)
    parts += _list(_("Also seen"), view.facts)
    parts += _list(_("Printed while it was imported"), view.printed.splitlines())
    parts += _list(_("About what was handed in"), view.notes)
    return Group(*parts)


def summary_table(report: ClassReport) -> Table:
    """The figures of a class."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, value in (
        (_("Submissions"), str(len(report.grades) + len(report.failures))),
        (_("Mean"), f"{report.mean:.0f} %"),
        (_("Median"), f"{report.median:.0f} %"),
        (_("Full marks"), str(report.full_marks)),
        (_("Handed in nothing"), str(len(report.missing)) if report.missing else ""),
        (_("Refused"), str(report.refused) if report.refused else ""),
        (_("Copies of another"), str(sum(map(len, report.copies))) if report.copies else ""),
        (_("Grader failed"), str(len(report.failures)) if report.failures else ""),
    ):
        if value:
            table.add_row(name, value)
    return table


def hardest_tests(report: ClassReport) -> Table:
    """The tests that fewest submissions passed."""
    table = Table(box=None, pad_edge=False)
    table.add_column(_("Hardest tests"), overflow="fold")
    table.add_column(_("Passed"), justify="right")
    hardest = sorted(report.test_rates, key=lambda rate: rate.rate)
    for rate in hardest[:_MOST_ROWS]:
        if rate.passed < rate.total:
            name = rate.test.partition("::")[2] or rate.test
            table.add_row(Text(printable(name, limit=80)), f"{rate.passed}/{rate.total}")
    return table


def _open_test(test: TestView) -> Group:
    lines: list[RenderableType] = [
        Text.assemble(("  ✗ ", "red"), (test.name, "bold"), f"  {test.outcome}  ", (_worth(test), "dim"))
    ]
    if test.hint:
        lines.append(
            Padding(Text(_("Hint: {text}").format(text=test.hint), style="yellow"), _INDENT, expand=False)
        )
    place = f" {_('At {place}.').format(place=test.where)}" if test.where else ""
    lines.append(Padding(Text(test.meaning + place, style="dim"), _INDENT, expand=False))
    lines += [Padding(Text(text), _INDENT, expand=False) for text in (test.explanation, test.message) if text]
    for label, value in (
        (_("Expected"), test.expected),
        (_("Got"), test.actual),
        (_("Printed"), test.printed),
    ):
        if value:
            lines.append(Padding(Text.assemble((f"{label}: ", "dim"), value), _INDENT, expand=False))
    return Group(*lines)


def _finding(finding: FindingView) -> Group:
    price = f" (-{points_text(finding.cost)})" if finding.cost else ""
    source = f"{finding.before}{finding.marked}{finding.after}"
    lines: list[RenderableType] = [
        Text.assemble(
            "  ", (finding.place, "bold"), " ", (finding.code + price, "red"), f" {finding.message}"
        ),
        Padding(Text(source, no_wrap=True, overflow="ellipsis"), _INDENT, expand=False),
        Padding(Text(finding.underline, style="red", no_wrap=True, overflow="crop"), _INDENT, expand=False),
    ]
    if finding.chain:
        lines.append(Padding(Text(" → ".join(finding.chain), style="dim"), _INDENT, expand=False))
    return Group(*lines)


def _hidden(number: int) -> list[RenderableType]:
    if not number:
        return []
    text = n_("{n} more test, not shown.", "{n} more tests, not shown.", number).format(n=number)
    return [Padding(Text(text, style="dim"), _INDENT, expand=False)]


def _list(title: str, lines: Iterable[str]) -> list[RenderableType]:
    items = [Padding(Text(line), _INDENT, expand=False) for line in lines]
    return [Text(), Text(title, style="bold"), *items] if items else []


def _worth(test: TestView) -> str:
    return _("{points} of {max_points} points").format(
        points=points_text(test.points), max_points=points_text(test.max_points)
    )
