"""What a student may see of a Grade, and the same as Markdown.

The Grade is the teacher's document; `student_view` cuts it to what each test's feedback level allows.
Markdown is made here and HTML in `grader.reports`, both from the same view, so that neither can show more
than the other.

At `hint` and `name`, a parametrized test loses its parameters (`test_fizz[15-FizzBuzz]` tells the expected
value) and is numbered instead; what the submission printed and what it raised with are shown at `full`
only, since a submission can put a hidden test's arguments into both.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.course.feedback import Feedback
from grader.grading.points import add
from grader.grading.words import kind_label, kind_meaning
from grader.judge.verdicts import Kind
from grader.locale import ENGLISH, _, n_, parse, speaking
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.grading.grade import Grade, GradedFinding, GradedVerdict

_LONGEST = 2000
_TAB = 4
_MOST_NUMBERS = 6


@dataclass(frozen=True, slots=True)
class TestView:
    """One test as its student sees it. Texts are safe to print (no control characters), not yet escaped for
    HTML.
    """

    name: str
    kind: Kind
    outcome: str
    points: float
    max_points: float
    meaning: str = ""
    hint: str = ""
    message: str = ""
    expected: str | None = None
    actual: str | None = None
    where: str = ""
    explanation: str = ""
    printed: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its source line cut into before, marked, after."""

    place: str
    code: str
    name: str
    message: str
    before: str
    marked: str
    after: str
    chain: tuple[str, ...]
    cost: float

    @property
    def underline(self) -> str:
        """Carets that stand under the marked part in a terminal (wide characters take two columns)."""
        return " " * _width(self.before) + "^" * max(1, _width(self.marked))


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
    facts: tuple[str, ...]
    printed: str
    notes: tuple[str, ...]


def student_view(grade: Grade, language: str) -> StudentView:
    """What the student of `grade` may see, in `language`."""
    with speaking(language):
        names = _names(grade.verdicts)
        views = [
            _test_view(verdict, name, language) for verdict, name in zip(grade.verdicts, names, strict=True)
        ]
        shown = [view for view in views if view is not None]
        open_tests = _grouped(view for view in shown if view.kind is not Kind.PASSED)
        passed_tests = _grouped(view for view in shown if view.kind is Kind.PASSED)
        findings = tuple(_finding_view(finding) for finding in grade.findings)
        step, detail = _next_step(grade, open_tests, findings)
        levels = {verdict.test: verdict.feedback for verdict in grade.verdicts}
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
            passed_tests=passed_tests,
            hidden_open=sum(
                view is None and not item.passed for view, item in zip(views, grade.verdicts, strict=True)
            ),
            hidden_passed=sum(
                view is None and item.passed for view, item in zip(views, grade.verdicts, strict=True)
            ),
            findings=findings,
            lint_cost=grade.lint_cost,
            lint_problem=printable(grade.lint_problem or "", limit=_LONGEST),
            facts=tuple(
                dict.fromkeys(
                    printable(f"{fact.where}: {fact.message}" if fact.where else fact.message, limit=500)
                    for fact in grade.facts
                    if fact.test is None or levels.get(fact.test) in {Feedback.FULL, Feedback.HINT}
                )
            ),
            printed=printable(grade.printed, limit=_LONGEST, keep_newlines=True),
            notes=tuple(printable(note, limit=500) for note in grade.notes),
        )


def points_text(points: float) -> str:
    """Points without needless zeros: `7`, `7.5`, `3.34`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


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
    for test in view.open_tests:
        lines += [f"### {_code(test.name)}: {test.outcome} ({_worth(test)})", ""]
        if test.hint:
            lines += [_("Hint: {text}").format(text=_plain(test.hint)), ""]
        lines += [test.meaning, ""]
        if test.where:
            lines += [_("At {place}.").format(place=_code(test.where)), ""]
        for text in (test.explanation, test.message):
            if text:
                lines += [*_fence(text), ""]
        for label, value in (
            (_("Expected"), test.expected),
            (_("Got"), test.actual),
            (_("Printed"), test.printed),
        ):
            if value:
                lines += [f"{label}:", "", *_fence(value), ""]
    return lines + _hidden_line(view.hidden_open)


def _finding_lines(view: StudentView) -> list[str]:
    if not view.findings and not view.lint_problem:
        return []
    lines = [f"## {_('What the analyzer found')}", ""]
    if view.lint_problem:
        lines += [_plain(view.lint_problem), ""]
    for finding in view.findings:
        price = f" (-{points_text(finding.cost)})" if finding.cost else ""
        lines += [f"- {_code(finding.place)} **{finding.code}**{price} {_plain(finding.message)}", ""]
        source = finding.before + finding.marked + finding.after
        lines += [*("  " + line for line in _fence(f"{source}\n{finding.underline}")), ""]
        lines += ["  " + _code(" -> ".join(finding.chain)), ""] if finding.chain else []
    if view.lint_cost:
        lines += [_("Together they cost {points} points.").format(points=points_text(view.lint_cost)), ""]
    return lines


def _passed_lines(view: StudentView) -> list[str]:
    if not view.passed_tests and not view.hidden_passed:
        return []
    lines = [f"## {_('Passed')}", ""]
    lines += [f"- {_code(test.name)} ({_worth(test)})" for test in view.passed_tests]
    return [*lines, "", *_hidden_line(view.hidden_passed)]


def _rest_lines(view: StudentView) -> list[str]:
    lines = []
    if view.facts:
        lines += [f"## {_('Also seen')}", "", *(f"- {_plain(fact)}" for fact in view.facts), ""]
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


def _next_step(
    grade: Grade, tests: tuple[TestView, ...], findings: tuple[FindingView, ...]
) -> tuple[str, str]:
    """The one thing to do first, and a detail to show below it."""
    if grade.problem:
        return _("Hand it in again: nothing in it could be judged."), printable(grade.problem, limit=_LONGEST)
    everything_failed = (
        len(grade.verdicts) > 1 and len({(test.kind, test.explanation) for test in tests}) == 1
    )
    if everything_failed and grade.passed_tests == 0 and tests[0].explanation:
        return _("One thing stops every test. Mend it first."), tests[0].explanation
    if tests:
        first = tests[0]
        step = first.hint or first.explanation or first.meaning
        return _("Start with {test}: {step}").format(test=first.name, step=step), ""
    if not grade.all_passed:
        return _("Some hidden tests do not pass yet. Read the exercise again and try your own cases."), ""
    if findings:
        first_finding = findings[0]
        return (
            _("All tests pass. Now mend {place}: {message}").format(
                place=first_finding.place, message=first_finding.message
            ),
            "",
        )
    return _("Nothing: everything passes. Well done."), ""


def _test_view(verdict: GradedVerdict, name: str, language: str) -> TestView | None:
    level = verdict.feedback
    if level is Feedback.NONE:
        return None
    view = TestView(
        name=name,
        kind=verdict.kind,
        outcome=kind_label(verdict.kind),
        points=verdict.points,
        max_points=verdict.max_points,
        meaning=kind_meaning(verdict.kind),
    )
    if level is Feedback.NAME or verdict.passed:
        return view
    full = level is Feedback.FULL
    hints = {parse(key): text for key, text in verdict.hint.items()}
    hint = hints.get(language) or hints.get(ENGLISH) or next(iter(hints.values()), "")
    return TestView(
        name=view.name,
        kind=view.kind,
        outcome=view.outcome,
        points=view.points,
        max_points=view.max_points,
        meaning=view.meaning,
        hint=printable(hint, limit=_LONGEST, keep_newlines=True),
        message=_text(verdict.message) if full and verdict.message != verdict.explanation else "",
        expected=_text(verdict.expected) if full and verdict.expected is not None else None,
        actual=_text(verdict.actual) if full and verdict.actual is not None else None,
        where=printable(verdict.where or "", limit=200),
        explanation=_text(verdict.explanation or ""),
        printed=_text(verdict.printed) if full else "",
    )


def _grouped(views: Iterable[TestView]) -> tuple[TestView, ...]:
    """Cases of one test that end alike become one: `test_stew #1 #2 #3`, with their points together."""
    groups: dict[TestView, list[TestView]] = {}
    for view in views:
        name, number, _case = view.name.partition(" #")
        alike = replace(view, name=name if number else view.name, points=0.0, max_points=0.0)
        groups.setdefault(alike, []).append(view)
    return tuple(
        replace(
            alike,
            name=_group_name(
                alike.name, [view.name.partition(" #")[2] for view in group if " #" in view.name]
            ),
            points=add(view.points for view in group),
            max_points=add(view.max_points for view in group),
        )
        for alike, group in groups.items()
    )


def _group_name(name: str, cases: list[str]) -> str:
    if len(cases) > _MOST_NUMBERS:
        return _("{name} ({n} cases)").format(name=name, n=len(cases))
    return " #".join([name, *cases])


def _names(verdicts: tuple[GradedVerdict, ...]) -> list[str]:
    """The tests' names as students see them: without the file, parameters replaced by a number below
    `full`.
    """
    bare = [verdict.test.partition("::")[2] or verdict.test for verdict in verdicts]
    plain = [name.partition("[")[0] for name in bare]
    seen: dict[str, int] = {}
    names = []
    for verdict, name, without in zip(verdicts, bare, plain, strict=True):
        seen[without] = seen.get(without, 0) + 1
        if name != without and verdict.feedback is not Feedback.FULL:
            name = f"{without} #{seen[without]}" if plain.count(without) > 1 else without
        names.append(printable(name.replace("::", " › "), limit=200))
    return names


def _finding_view(finding: GradedFinding) -> FindingView:
    source = finding.source
    start = max(0, finding.column - 1)
    end = finding.end_column - 1 if finding.end_line == finding.line else len(source)
    indent = len(source) - len(source.lstrip())
    start, end = max(start, indent), max(end, start + 1)
    return FindingView(
        place=printable(f"{finding.path}:{finding.line}:{finding.column}", limit=200),
        code=finding.code,
        name=finding.name,
        message=printable(finding.message, limit=1000),
        before=_source(source[indent:start]),
        marked=_source(source[start:end]),
        after=_source(source[end:]),
        chain=tuple(printable(f"{link.name} ({link.path}:{link.line})", limit=200) for link in finding.chain),
        cost=finding.cost,
    )


def _text(text: str) -> str:
    return printable(text, limit=_LONGEST, keep_newlines=True)


def _source(text: str) -> str:
    return printable(text.replace("\t", " " * _TAB), limit=_LONGEST)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


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
