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

from grader.grading.difference import difference_text
from grader.grading.lines import by_step, details, points_text, trace_lines
from grader.locale import _, n_
from grader.reports.prose import Prose
from grader.text import printable, within
from grader.timeline.terminal import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console, ConsoleOptions, RenderableType

    from grader.bridge.simulation.recording import Recording
    from grader.grading.difference import DiffLine
    from grader.grading.student_view import FactView, FindingView, StudentView, TestView
    from grader.reports.class_report import ClassReport

_INDENT = (0, 0, 0, 4)
_MOST_ROWS = 8
_NAME = 40
"""Columns of a submission's name."""


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
            Group(
                Prose(view.next_step), *([Prose(view.next_detail, style="dim")] if view.next_detail else [])
            ),
            title=Text(_("Do this next")),
            title_align="left",
            border_style="blue",
        ),
    ]
    if view.open_tests or view.hidden_open:
        parts += [Text(), Text(_("Not passed yet"), style="bold")]
        for step, test in by_step(view.open_tests):
            parts += [Text(f"  {step}", style="bold blue")] if step else []
            parts.append(_open_test(test))
        parts += _hidden(view.hidden_open)
    if view.findings or view.lint_problem:
        parts += [Text(), Text(_("What the analyzer found"), style="bold")]
        parts += [_indented(Text(view.lint_problem, style="red"))] if view.lint_problem else []
        parts += [_finding(finding) for finding in view.findings]
    if view.findings:
        command = f"grader explain {view.findings[0].code}"
        parts.append(_indented(Text(_("{command} tells more.").format(command=command), style="dim")))
    if view.passed_tests or view.hidden_passed:
        parts += [Text(), Text(_("Passed"), style="bold")]
        parts += [
            Text.assemble(("  ✓ ", "green"), test.title, (f"  {_worth(test)}", "dim"))
            for test in view.passed_tests
        ]
        parts += _hidden(view.hidden_passed)
    if view.facts:
        parts += [Text(), Text(_("Also seen"), style="bold")]
        parts += [_fact(fact) for fact in view.facts]
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
            table.add_row(Text(printable(rate.name, limit=120)), f"{rate.passed}/{rate.total}")
    return table


def regrade_table(report: ClassReport) -> Table:
    """What grading again changed: the largest differences first."""
    table = Table(box=None, pad_edge=False)
    table.add_column(_("What grading again changed"), overflow="fold")
    table.add_column(_("Before"), justify="right")
    table.add_column(_("Now"), justify="right")
    changed = report.regraded
    for change in changed[:_MOST_ROWS]:
        table.add_row(
            Text(within(printable(change.submission, limit=200), _NAME)),
            _out_of(change.old_points, change.old_max),
            _out_of(change.new_points, change.new_max),
        )
    more = len(changed) - _MOST_ROWS
    if more > 0:
        table.add_row(Text(n_("and {n} more", "and {n} more", more).format(n=more), style="dim"))
    if not changed:
        table.add_row(Text(_("nothing"), style="dim"))
    return table


def _out_of(points: float | None, most: float | None) -> str:
    return "–" if points is None or most is None else f"{points_text(points)}/{points_text(most)}"


def _open_test(test: TestView) -> Group:
    lines: list[RenderableType] = [
        Text.assemble(("  ✗ ", "red"), (test.title, "bold"), f"  {test.outcome}  ", (_worth(test), "dim")),
        _indented(Text(details(test), style="dim")),
    ]
    if test.hint:
        lines.append(_indented(Prose(_("Hint: {text}").format(text=test.hint), style="yellow")))
    lines += [_indented(Prose(text)) for text in (test.explanation, test.message) if text]
    if test.trace:
        lines += [_indented(_trace_line(line)) for line in trace_lines(test)]
    lines += [_indented(line) for line in _difference(test.difference)]
    if test.recording is not None:
        lines.append(_indented(Text(_("Who ran, waited and blocked:"), style="dim")))
        lines.append(Padding(_Drawing(test.recording), _INDENT))
    if test.printed:
        lines.append(_indented(Text.assemble((f"{_('Printed')}: ", "dim"), test.printed)))
    return Group(*lines)


class _Drawing:
    """A recording, as wide as there is room."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield Text.from_ansi(draw(self._recording, options.max_width, headline=False))


def _trace_line(line: str) -> Text:
    """The place stands at the margin, the source line is indented."""
    return Text(
        line, no_wrap=line.startswith(" "), overflow="ellipsis", style="" if line[:1] == " " else "cyan"
    )


def _difference(lines: tuple[DiffLine, ...]) -> list[Text]:
    """What was expected green, what came red; plain signs and carets say the same without colours."""
    marks = [line.mark for line in lines]
    if len(marks) != 2:
        marks = ["same", *marks]
    styles = {"expected": "green", "got": "red", "same": ""}
    texts = difference_text(lines)
    return [
        Text(text, style=styles[marks[number]] if number < len(marks) else "red")
        for number, text in enumerate(texts)
    ]


def _fact(fact: FactView) -> RenderableType:
    place = f"{fact.place}  " if fact.place else ""
    source = f"\n    {fact.source}" if fact.source else ""
    return _indented(Prose.assemble((place, "bold"), fact.message, (source, "dim")))


def _finding(finding: FindingView) -> Group:
    price = f" (-{points_text(finding.cost)})" if finding.cost else ""
    lines: list[RenderableType] = [
        Text.assemble("  ", (finding.place, "bold"), " ", (finding.code + price, "red"), f" {finding.name}"),
        _indented(Text(finding.source, no_wrap=True, overflow="ellipsis")),
        _indented(Text(finding.underline, style="red", no_wrap=True, overflow="crop")),
    ]
    if not finding.repeats:
        lines.append(_indented(Prose(finding.message)))
    if finding.chain:
        lines.append(_indented(Text(" → ".join(finding.chain), style="dim")))
    if finding.why:
        lines.append(_indented(Prose(finding.why, style="italic")))
    return Group(*lines)


def _indented(text: Text) -> RenderableType:
    return Padding(text, _INDENT, expand=False)


def _hidden(number: int) -> list[RenderableType]:
    if not number:
        return []
    text = n_("{n} more test, not shown.", "{n} more tests, not shown.", number).format(n=number)
    return [_indented(Text(text, style="dim"))]


def _list(title: str, lines: Iterable[str]) -> list[RenderableType]:
    items = [_indented(Prose(line)) for line in lines]
    return [Text(), Text(title, style="bold"), *items] if items else []


def _worth(test: TestView) -> str:
    return _("{points} of {max_points} points").format(
        points=points_text(test.points), max_points=points_text(test.max_points)
    )
