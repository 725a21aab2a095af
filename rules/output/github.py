"""GitHub workflow commands: one annotation per finding, shown beside the changed lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.output.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.findings import Finding


def render(findings: Sequence[Finding], *, lang: str = "en") -> str:  # noqa: ARG001  # one face for all formats
    """One `::error` line per finding. `lang` changes nothing: the messages are rendered already."""
    return "".join(f"{_annotation(finding)}\n" for finding in findings)


def _annotation(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "col": str(finding.column),
        "endLine": str(finding.end_line),
        "endColumn": str(finding.end_column),
        "title": f"{finding.code} {finding.name}",
    }
    if finding.end_line != finding.line:
        # GitHub ignores an annotation with columns that spans lines.
        del properties["col"], properties["endColumn"]
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::error {listed}::{_data(finding.message)}"


def _data(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "%0A".join(printable(line).replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
