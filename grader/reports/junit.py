"""JUnit XML: one test suite per submission, for the machines that read it (CI servers, learning platforms).

A test that the submission failed is a `failure`; whatever else kept it from passing is an `error`. A
submission at which the grader failed is a suite with one `error` that says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # written here, never read

from grader.grading.words import kind_meaning
from grader.judge.verdicts import Kind
from grader.locale import _, speaking
from grader.text import printable

if TYPE_CHECKING:
    from grader.grading.grade import Grade, GradedVerdict
    from grader.reports.class_report import ClassReport

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(*reports: ClassReport) -> bytes:
    """The reports as JUnit XML; of several, a suite's name begins with its exercise."""
    names = ", ".join(report.exercise for report in reports)
    with speaking(reports[0].language):
        root = ET.Element("testsuites", name=_clean(names))
        for report in reports:
            prefix = f"{report.exercise}: " if len(reports) > 1 else ""
            for grade in report.grades:
                root.append(_suite(grade, prefix))
            for failure in report.failures:
                name = _clean(prefix + failure.submission)
                suite = ET.SubElement(root, "testsuite", name=name, tests="1", errors="1", failures="0")
                case = ET.SubElement(suite, "testcase", classname="grader", name="grader")
                error = ET.SubElement(case, "error", type="grader_failed", message=_("The grader failed."))
                error.text = _clean(failure.reason)
        for name in ("tests", "failures", "errors"):  # Jenkins's schema knows no others here
            root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
        ET.indent(root)
        text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return text + b"\n"


def _suite(grade: Grade, prefix: str) -> ET.Element:
    kinds = [verdict.kind for verdict in grade.verdicts]
    failures = kinds.count(Kind.FAILED)
    skipped = kinds.count(Kind.SKIPPED)
    suite = ET.Element(
        "testsuite",
        name=_clean(prefix + grade.submission),
        tests=str(len(kinds)),
        failures=str(failures),
        skipped=str(skipped),
        errors=str(len(kinds) - failures - skipped - kinds.count(Kind.PASSED)),
        time=f"{grade.timings.wall:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("points", f"{grade.points:g}"),
        ("max_points", f"{grade.max_points:g}"),
        ("exercise_version", grade.exercise_version),
        ("isolation", grade.isolation),
        ("seed", str(grade.seed)),
    ):
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    for verdict in grade.verdicts:
        suite.append(_case(verdict))
    return suite


def _case(verdict: GradedVerdict) -> ET.Element:
    file, _colons, name = verdict.test.partition("::")
    case = ET.Element(
        "testcase",
        classname=_clean(file.removesuffix(".py").replace("/", ".")),
        name=_clean(name or file),
        time=f"{verdict.cpu:.3f}",
    )
    if verdict.kind is Kind.SKIPPED:
        ET.SubElement(case, "skipped", message=kind_meaning(verdict.kind))
    elif verdict.kind is not Kind.PASSED:
        tag = "failure" if verdict.kind is Kind.FAILED else "error"
        problem = ET.SubElement(case, tag, type=verdict.kind.value, message=kind_meaning(verdict.kind))
        problem.text = _clean("\n".join(filter(None, (verdict.where, verdict.explanation, verdict.message))))
    if verdict.printed:
        ET.SubElement(case, "system-out").text = _clean(verdict.printed)
    return case


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", printable(text, limit=8000, keep_newlines=True))
