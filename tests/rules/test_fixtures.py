"""Every fixture gives exactly the findings that its lines say: position, code, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rules
from rules import Settings
from rules.registry import BY_CODE

FOLDER = Path(__file__).parent / "fixtures"
_EXPECTED = re.compile(r"# ! (?P<listed>\w+ \d+(?:; \w+ \d+)*)$")
_SELECT = re.compile(r"# select: (?P<codes>.+)")
WITHOUT = {"SYNTAX", "NOQA"}  # about the file itself: tested with the pipeline

CASES = sorted(path for code in FOLDER.iterdir() if code.is_dir() for path in code.iterdir())


def files_of(case: Path) -> list[Path]:
    return [case] if case.is_file() else sorted(case.rglob("*.py"))


def expected(case: Path, root: Path) -> list[tuple[str, int, int, str]]:
    found = []
    for file in files_of(case):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if match := _EXPECTED.search(line):
                for each in match["listed"].split("; "):
                    code, column = each.split()
                    found.append((file.relative_to(root).as_posix(), number, int(column), code))
    return sorted(found)


def selected(case: Path) -> tuple[str, ...]:
    for file in files_of(case):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        if match := _SELECT.match(first):
            return tuple(code.strip() for code in match["codes"].split(","))
    return (case.parent.name,)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_findings_are_those_that_the_lines_say(case: Path) -> None:
    root = case.parent if case.is_file() else case
    settings = Settings(select=selected(case), test_files=(), cache=False)
    findings = rules.lint([case], settings, root=root)
    found = sorted((finding.path, finding.line, finding.column, finding.code) for finding in findings)
    assert found == expected(case, root)


def test_every_rule_has_fixtures_that_speak_and_lines_that_are_silent() -> None:
    speaking = {code for case in CASES for _, _, _, code in expected(case, FOLDER)}
    assert speaking == BY_CODE.keys() - WITHOUT
    assert {case.parent.name for case in CASES} == BY_CODE.keys() - WITHOUT
