"""HTML: the class's report and a student's feedback, each one self-contained page.

Everything is escaped by Jinja (autoescape for all templates), undefined names are errors, and the pages
forbid themselves scripts and outside resources, so that text which slipped through could still do nothing.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.grading.difference import difference_text
from grader.grading.lines import by_step, details, points_text
from grader.grading.student_view import student_view
from grader.grading.words import kind_label
from grader.locale import _, n_, speaking
from grader.reports.charts import histogram, rates
from grader.reports.intake_table import outcome_label
from grader.text import joined, printable, within
from grader.timeline.svg import draw

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

    from grader.grading.grade import Grade
    from grader.reports.class_report import ClassReport

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_NAME = 48
"""Columns of a submission's name; the rest is in its tool tip."""


def report_page(report: ClassReport) -> bytes:
    """The class's report."""
    with speaking(report.language):
        return _page(
            "report.html",
            language=report.language,
            report=report,
            histogram=histogram(report.distribution),
            rates=rates(report.test_rates),
        )


def feedback_page(grade: Grade, language: str) -> bytes:
    """One student's feedback."""
    with speaking(language):
        return _page("feedback.html", language=language, view=student_view(grade, language))


def _page(name: str, **values: object) -> bytes:
    return _environment().get_template(name).render(**values).encode("utf-8", "backslashreplace")


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates lie where Python keeps the byte code of this package; where it may not write, neither do we.
    To compile them anew takes as long as to grade a submission."""

    def __init__(self) -> None:
        folder = Path(cache_from_source(str(_TEMPLATES / "page.py"))).parent
        super().__init__(str(folder), f"%s.{sys.implementation.cache_tag}.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(Exception):  # a damaged file is as good as none
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=_Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({"_": _, "n_": n_, "kind_label": kind_label, "points": points_text})
    environment.globals.update({"outcome_label": outcome_label, "joined": joined})
    environment.globals.update({"by_step": by_step, "details": details, "difference_text": difference_text})
    environment.filters["prose"] = _prose
    environment.filters["picture"] = lambda recording: Markup(draw(recording, headline=False))  # noqa: S704 - it escapes
    environment.filters["name"] = lambda text: within(printable(text, limit=200), _NAME)
    environment.filters["line"] = lambda text, limit=200: printable(text, limit=limit)
    environment.filters["lines"] = lambda text, limit=2000: printable(text, limit=limit, keep_newlines=True)
    return environment


def _prose(text: str) -> Markup:
    """Escaped; `code` in backticks looks like code, and line ends stay."""
    parts = str(escape(text)).split("`")
    if len(parts) % 2:
        parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
        text = "".join(parts)
    else:
        text = "`".join(parts)
    return Markup(text.replace("\n", "<br>"))  # noqa: S704 - escaped above
