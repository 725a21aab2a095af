"""JUnit XML: a test case per finding, so that any CI server can show them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr  # writes only

from rules.locale import say
from rules.output.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.findings import Finding


def render(findings: Sequence[Finding], *, lang: str = "en") -> str:
    """A suite per file. Without findings, one suite with one passed case: servers take an empty report for an
    error.
    """
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    total = len(findings)
    lines.append(f'<testsuites name="grader lint" tests="{max(total, 1)}" failures="{total}" errors="0">')
    for path, group in groupby(sorted(findings, key=_place), key=lambda finding: finding.path):
        lines += _suite(path, list(group))
    if not findings:
        case = f'<testcase classname="grader.lint" name={_attribute(say("clean", lang))} time="0"/>'
        lines += [
            '  <testsuite name="grader lint" tests="1" failures="0" errors="0" time="0">',
            f"    {case}",
            "  </testsuite>",
        ]
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _suite(path: str, findings: list[Finding]) -> list[str]:
    count = len(findings)
    lines = [
        f'  <testsuite name={_attribute(path)} tests="{count}" failures="{count}" errors="0" time="0">',
    ]
    for finding in findings:
        title = _attribute(f"{finding.code} {finding.name} ({finding.line}:{finding.column})")
        file = _attribute(path)
        place = f"{finding.path}:{finding.line}:{finding.column}: {finding.message}"
        steps = [f"  {link.path}:{link.line}:{link.column}: {link.name}" for link in finding.chain]
        body = "\n".join(escape(_legal(line)) for line in (place, *steps))
        what = f"type={_attribute(finding.code)} message={_attribute(finding.message)}"
        lines += [
            f'    <testcase classname={file} name={title} file={file} line="{finding.line}" time="0">',
            f"      <failure {what}>{body}</failure>",
            "    </testcase>",
        ]
    lines.append("  </testsuite>")
    return lines


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line, finding.column, finding.code


def _legal(text: str) -> str:
    """XML 1.0 has no way to write most control characters."""
    return printable(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))
