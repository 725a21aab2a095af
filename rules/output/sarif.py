"""SARIF 2.1.0, the format of code-scanning services. Columns are counted in code points, as the log says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from rules.locale import say
from rules.output.escape import encodable
from rules.output.json import encodable_everywhere
from rules.registry import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.findings import Finding, Fix

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "SRCROOT"


def render(findings: Sequence[Finding], *, lang: str = "en") -> str:
    """One run. The language of the messages is noted in it."""
    codes = sorted({finding.code for finding in findings})
    index = {code: position for position, code in enumerate(codes)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "grader lint", "rules": [_rule(code, lang) for code in codes]}},
                "language": "zh-CN" if lang == "zh-CN" else "en-US",
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": say("root-folder", lang)}}},
                "results": [_result(finding, index[finding.code]) for finding in findings],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(encodable_everywhere(log)), indent=2).decode() + "\n"


def _rule(code: str, lang: str) -> dict[str, Any]:
    rule = BY_CODE.get(code)
    name = rule.name if rule is not None else code
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": name.replace("-", " ")},
        "help": {"text": say("explain", lang, code=code)},
        "defaultConfiguration": {"enabled": rule is None or rule.default, "level": "warning"},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": "error" if finding.code == "SYNTAX" else "warning",
        "message": {"text": finding.message},
        "locations": [
            _location(finding.path, finding.line, finding.column, finding.end_line, finding.end_column)
        ],
    }
    if finding.chain:
        steps = [
            {
                "location": {
                    **_location(link.path, link.line, link.column),
                    "message": {"text": link.name},
                },
                "nestingLevel": depth,
            }
            for depth, link in enumerate(finding.chain)
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.path, finding.fix)]
    return result


def _location(
    path: str, line: int, column: int, end_line: int | None = None, end_column: int | None = None
) -> dict[str, Any]:
    region = {"startLine": max(line, 1), "startColumn": max(column, 1)}
    if end_line is not None and end_column is not None:
        region |= {"endLine": max(end_line, 1), "endColumn": max(end_column, 1)}
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    # A non-UTF-8 name keeps its bytes in the percent-encoding.
    address = quote(path.encode("utf-8", "surrogateescape"), safe="/~")
    if path.startswith("/"):
        return {"uri": f"file://{address}"}
    return {"uri": address, "uriBaseId": _ROOT}


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.start_line,
                "startColumn": edit.start_column,
                "endLine": edit.end_line,
                "endColumn": edit.end_column,
            },
            "insertedContent": {"text": encodable(edit.text)},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": fix.message},
        "artifactChanges": [{"artifactLocation": _artifact(path), "replacements": replacements}],
    }
