"""What the analyzer found and what was seen beside the tests, as a student sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.feedback import Feedback
from grader.text import columns, printable

if TYPE_CHECKING:
    from grader.grading.grade import Grade, GradedFinding

_LONGEST = 2000
_TAB = 4


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
    why: str = ""
    """The rule's reason in the words of the lesson; with the first finding of each rule."""

    repeats: bool = False
    """Its message is that of the finding before."""

    @property
    def underline(self) -> str:
        """Carets that stand under the marked part in a terminal (wide characters take two columns)."""
        return " " * columns(self.before) + "^" * max(1, columns(self.marked))

    @property
    def source(self) -> str:
        """The line, without its indentation."""
        return self.before + self.marked + self.after


@dataclass(frozen=True, slots=True)
class FactView:
    """Something seen while the tests ran: where, what, and the line."""

    place: str
    message: str
    source: str


def finding_views(grade: Grade, language: str) -> tuple[FindingView, ...]:
    """The findings of a Grade, in its order."""
    explained: set[str] = set()
    views = []
    before = ""
    for finding in grade.findings:
        why = "" if finding.code in explained else _reason(finding.code, language)
        views.append(_view(finding, why, repeats=finding.message == before))
        explained.add(finding.code)
        before = finding.message
    return tuple(views)


def fact_views(grade: Grade) -> tuple[FactView, ...]:
    """The facts that a student may see. Lines that the analyzer has pointed at are not told twice."""
    levels = {verdict.test: verdict.feedback for verdict in grade.verdicts}
    found = {
        f"{finding.path}:{finding.line}" for finding in grade.findings if finding.code.startswith("AWAIT")
    }
    return tuple(
        dict.fromkeys(
            FactView(
                printable(fact.where or "", limit=200),
                printable(fact.message, limit=500),
                printable(fact.source, limit=300),
            )
            for fact in grade.facts
            if fact.test is None or levels.get(fact.test) in {Feedback.FULL, Feedback.HINT}
            if fact.kind != "never_awaited" or fact.where not in found
        )
    )


def _view(finding: GradedFinding, why: str, *, repeats: bool) -> FindingView:
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
        why=why,
        repeats=repeats,
    )


def _reason(code: str, language: str) -> str:
    """The paragraph "Why is this bad" of the rule's page: its second section."""
    from rules.pages import page

    try:
        sections = page(code, language).split("\n## ")
    except OSError:  # the Grade was written by another version, with rules that we do not know
        return ""
    if len(sections) < 3:
        return ""
    paragraph = sections[2].partition("\n\n")[2].partition("\n\n")[0]
    joint = "" if language == "zh-CN" else " "
    return joint.join(paragraph.split("\n")).strip()


def _source(text: str) -> str:
    return printable(text.replace("\t", " " * _TAB), limit=_LONGEST)
