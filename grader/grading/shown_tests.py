"""The tests of a Grade as their student sees them: cut to each one's feedback level, cases that end alike together.

At `hint` and `name`, a parametrized test loses its parameters (`test_fizz[15-FizzBuzz]` tells the expected
value) and is numbered instead. What the submission printed and what it raised with, the values that were
compared and the time that the test took are shown at `full` only: a submission can put a hidden test's
arguments into each of them, and into the names of functions. The lines of a traceback are the submission's
own, as it was handed in: shown with the hint.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from grader.bridge.simulation.recording import Recording
from grader.course.feedback import Feedback
from grader.grading.difference import DiffLine, difference
from grader.grading.points import add
from grader.grading.words import kind_label, kind_meaning
from grader.judge.verdicts import Kind, short_name
from grader.locale import ENGLISH, _, parse
from grader.text import printable
from grader.timeline.scale import SECOND, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.grading.grade import GradedVerdict

_LONGEST = 2000
_MOST_NUMBERS = 6
_RESULT = re.compile(r"\s*\+\s+(where|and) ")
"""pytest's lines that say where a compared value came from."""
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}>")
"""Of objects that have no better name: nobody learns from it."""


@dataclass(frozen=True, slots=True)
class FrameView:
    """A line of the submission in a traceback: `kitchen.py:12`, the function, the line."""

    place: str
    function: str
    source: str


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
    called: str = ""
    """What its author calls it, without its case."""
    step: str = ""
    """The step of the task that it belongs to: the suite's class or file, when there are several."""
    meaning: str = ""
    hint: str = ""
    message: str = ""
    expected: str | None = None
    actual: str | None = None
    difference: tuple[DiffLine, ...] = ()
    where: str = ""
    trace: tuple[FrameView, ...] = ()
    explanation: str = ""
    printed: str = ""
    seconds: str = ""
    """Virtual seconds that it took."""
    recording: Recording | None = field(default=None, compare=False)
    """What its tasks did when: to be drawn."""

    @property
    def title(self) -> str:
        """As its author calls it, else the name as words: "A guest is answered while the soup cooks"."""
        last = self.name.rpartition(" › ")[2]
        end = min((place for place in map(last.find, ("[", " ")) if place >= 0), default=len(last))
        if self.called:
            return f"{self.called} {last[end:].lstrip()}".rstrip()
        words = " ".join(last[:end].removeprefix("test_").removeprefix("test").split("_")).strip()
        return f"{words[:1].upper()}{words[1:]}{last[end:]}" if words else self.name

    @property
    def unwritten(self) -> str:
        """The function of the submission that is still a TODO, if that is what this test met."""
        is_todo = self.kind is Kind.ERROR and self.trace and "NotImplementedError" in self.explanation
        return self.trace[-1].function if is_todo else ""


_ALIKE = attrgetter(
    *(
        each.name
        for each in fields(TestView)
        if each.compare and each.name not in ("name", "points", "max_points")
    )
)
"""What cases have in common that are shown as one."""


def test_views(verdicts: Sequence[GradedVerdict], language: str) -> list[TestView | None]:
    """A view for each verdict, None where its level shows nothing."""
    views = [_view(verdict, name, language) for verdict, name in zip(verdicts, _names(verdicts), strict=True)]
    steps = [_step(verdict.test) for verdict in verdicts]
    if len(set(steps)) == 1:
        return views
    files = {file for file, _class in steps}
    return [
        view
        and replace(
            view,
            step=printable(in_language(verdict.step, language), limit=200)
            or _step_title(file if len(files) > 1 else "", name),
        )
        for view, verdict, (file, name) in zip(views, verdicts, steps, strict=True)
    ]


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else the English one, else ""."""
    known = {parse(key): text for key, text in texts.items()}
    return known.get(language) or known.get(ENGLISH, "")


def title_of(verdict: GradedVerdict, language: str) -> str:
    """What the test is called in `language`, with its case; for whoever may see everything."""
    name = short_name(verdict.test)
    called = in_language(verdict.title, language)
    case = name[name.find("[") :] if called and "[" in name else ""
    return f"{called} {case}".rstrip() if called else name


def grouped(views: Iterable[TestView]) -> tuple[TestView, ...]:
    """Cases of one test that end alike become one: `test_stew #1 #2 #3`, with their points together."""
    groups: dict[tuple[str, Any], list[TestView]] = {}
    for view in views:
        groups.setdefault((view.name.partition(" #")[0], _ALIKE(view)), []).append(view)
    return tuple(
        replace(
            group[0],
            name=_group_name(name, [view.name.partition(" #")[2] for view in group if " #" in view.name]),
            points=add(view.points for view in group),
            max_points=add(view.max_points for view in group),
        )
        for (name, _rest), group in groups.items()
    )


def _view(verdict: GradedVerdict, name: str, language: str) -> TestView | None:
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
        called=printable(in_language(verdict.title, language), limit=200),
    )
    if level is Feedback.NAME or verdict.passed:
        return view
    hint = in_language(verdict.hint, language) or next(iter(verdict.hint.values()), "")
    full = level is Feedback.FULL
    view = replace(
        view,
        hint=printable(hint, limit=_LONGEST, keep_newlines=True),
        where=printable(verdict.where or "", limit=200),
        explanation=_text(verdict.explanation or ""),
        trace=tuple(
            FrameView(
                printable(f"{frame.path}:{frame.line}", limit=200),
                printable(frame.function, limit=100) if full else "",
                printable(frame.source, limit=300),
            )
            for frame in verdict.trace
        ),
    )
    return _with_values(view, verdict) if full else view


def _with_values(view: TestView, verdict: GradedVerdict) -> TestView:
    expected = None if verdict.expected is None else _text(verdict.expected)
    actual = None if verdict.actual is None else _text(verdict.actual)
    compared = expected is not None and actual is not None
    said = _said(_text(verdict.message), compared=compared)
    return replace(
        view,
        message="" if said in view.explanation else said,
        expected=expected,
        actual=actual,
        difference=difference(expected or "", actual or "") if compared else (),
        printed=_text(verdict.printed).rstrip("\n"),
        seconds=rounded(round(verdict.virtual * SECOND)) if verdict.virtual > 0 else "",
        recording=_recording(verdict.recording),
    )


def _recording(text: str) -> Recording | None:
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=Recording)
    except msgspec.MsgspecError:  # the Grade was written by another version
        return None


def _said(message: str, *, compared: bool) -> str:
    """The suite's own words. Where both values are shown, pytest's account of them is left out."""
    lines = [
        line.rstrip()
        for line in message.split("\n")
        if line.strip() and not (_RESULT.match(line) and _ADDRESS.search(line))
    ]
    if compared:
        begin = next((number for number, line in enumerate(lines) if line.startswith("assert ")), len(lines))
        lines = lines[:begin] + [line.strip() for line in lines[begin:] if _RESULT.match(line)]
    return "\n".join(lines)


def _names(verdicts: Sequence[GradedVerdict]) -> list[str]:
    """The tests' names as students see them: without the file, parameters replaced by a number below
    `full`.
    """
    bare = [short_name(verdict.test) for verdict in verdicts]
    plain = [name.partition("[")[0] for name in bare]
    cases = Counter(plain)
    seen: dict[str, int] = {}
    names = []
    for verdict, name, without in zip(verdicts, bare, plain, strict=True):
        seen[without] = seen.get(without, 0) + 1
        if name != without and verdict.feedback is not Feedback.FULL:
            name = f"{without} #{seen[without]}" if cases[without] > 1 else without
        names.append(printable(name.replace("::", " › "), limit=200))
    return names


def _group_name(name: str, cases: list[str]) -> str:
    if len(cases) > _MOST_NUMBERS:
        return _("{name} ({n} cases)").format(name=name, n=len(cases))
    return " #".join([name, *cases])


def _step(test: str) -> tuple[str, str]:
    """File and class of a node id."""
    file, _sep, rest = test.partition("[")[0].partition("::")
    return (file, rest.rpartition("::")[0]) if rest else ("", "")


def _step_title(file: str, name: str) -> str:
    """`TestStewPot` -> "Stew pot", `test_second_course.py` -> "Second course"."""
    words = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", part.removeprefix("Test")) for part in name.split("::")]
    stem = file.rpartition("/")[2].removesuffix(".py").removeprefix("test_").removesuffix("_test")
    parts = [part.replace("_", " ").strip().capitalize() for part in (stem, *words)]
    return printable(": ".join(part for part in parts if part), limit=200)


def _text(text: str) -> str:
    return printable(text, limit=_LONGEST, keep_newlines=True)
