"""The formats for machines: valid, escaped, and saying all there is to say."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from rules.findings import Edit, Finding, Fix
from rules.output import MACHINE_FORMATS, render_machine

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def nasty() -> Finding:
    return Finding(
        "a b,c:%/\udcff汤.py", 1, 1, 2, 1, "LOOP101", "blocking-sleep", "one\ntwo: 100% <&\x00\ud800>",
        fix=Fix("safe", "\udcff", (Edit(1, 1, 1, 1, "\ud800"),)),
    )  # fmt: skip


def test_json_is_a_list_of_findings_with_all_keys(findings: list[Finding]) -> None:
    read = json.loads(render_machine(findings, "json"))
    assert read[0] == {
        "path": "app.py",
        "line": 4,
        "column": 2,
        "end_line": 4,
        "end_column": 15,
        "code": "LOOP101",
        "name": "blocking-sleep",
        "message": "it sleeps",
        "chain": [],
        "fix": {
            "applicability": "safe",
            "message": "Replace it",
            "edits": [
                {
                    "start_line": 4,
                    "start_column": 2,
                    "end_line": 4,
                    "end_column": 12,
                    "text": "await asyncio.sleep",
                },
                {
                    "start_line": 1,
                    "start_column": 1,
                    "end_line": 1,
                    "end_column": 1,
                    "text": "import asyncio\n",
                },
            ],
        },
    }
    assert [read[1]["path"], read[1]["fix"]] == ["菜.py", None]
    assert read[2]["chain"][1] == {"path": "load.py", "line": 2, "column": 3, "name": "util.read"}


@pytest.mark.parametrize("form", MACHINE_FORMATS)
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_every_format_can_be_encoded_whatever_is_in_it(form: str, lang: str) -> None:
    assert render_machine([nasty()], form, lang=lang).encode()


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_sarif_is_valid(findings: list[Finding], lang: str) -> None:
    for given in ([], findings, [nasty()]):
        jsonschema.validate(json.loads(render_machine(given, "sarif", lang=lang)), SCHEMA)


def test_sarif_says_places_ways_and_fixes(findings: list[Finding]) -> None:
    run = json.loads(render_machine(findings, "sarif"))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["AWAIT201", "LOOP101", "LOOP110"]
    first, second, third = run["results"][:3]
    assert first["ruleIndex"] == 1
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][1] == {
        "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
        "insertedContent": {"text": "import asyncio\n"},
    }
    assert second["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "%E8%8F%9C.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 1, "startColumn": 12, "endLine": 1, "endColumn": 17},
    }
    steps = third["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == ["work", "util.read", "requests.get"]


def test_sarif_takes_absolute_paths_and_unknown_codes() -> None:
    finding = Finding("/tmp/x.py", 0, 0, 0, 0, "X1", "x", "m")
    result = json.loads(render_machine([finding], "sarif"))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///tmp/x.py"}
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 1


def test_github_annotations_are_escaped(findings: list[Finding]) -> None:
    chinese, strange = render_machine([findings[1], nasty()], "github").splitlines()
    place = "file=菜.py,line=1,col=12,endLine=1,endColumn=17"
    assert chinese == f"::error {place},title=AWAIT201 unawaited-coroutine::没有 await"
    place = "file=a b%2Cc%3A%25/\\udcff汤.py,line=1,endLine=2"
    assert strange == f"::error {place},title=LOOP101 blocking-sleep::one%0Atwo: 100%25 <&\\x00\\ud800>"


def test_junit_has_a_suite_per_file_and_a_failure_per_finding(findings: list[Finding]) -> None:
    root = ET.fromstring(render_machine(findings, "junit").encode())
    assert root.attrib == {"name": "grader lint", "tests": "4", "failures": "4", "errors": "0"}
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [
        ("app.py", "2"),
        ("b.py", "1"),
        ("菜.py", "1"),
    ]
    failure = root.find("testsuite/testcase[2]/failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("LOOP110", "work blocks")
    assert failure.text == (
        "app.py:5:5: work blocks\n  app.py:5:5: work\n  load.py:2:3: util.read\n  util.py:4:5: requests.get"
    )


def test_junit_without_findings_has_one_passed_case() -> None:
    root = ET.fromstring(render_machine([], "junit", lang="zh-CN").encode())
    case = root.find("testsuite/testcase")
    assert case is not None
    assert (root.get("tests"), root.get("failures"), len(case)) == ("1", "0", 0)
    assert case.get("name", "").startswith("没有发现问题")


def test_junit_takes_what_xml_cannot_say() -> None:
    text = render_machine([nasty()], "junit")
    failure = ET.fromstring(text.encode()).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "one\\ntwo: 100% <&\\x00\\ud800>"


def test_github_without_findings_is_silent() -> None:
    assert render_machine([], "github") == ""


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match='no format "xml"; there are text, json'):
        render_machine([], "xml")
