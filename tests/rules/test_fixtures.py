"""Every rule against its fixtures: the whole list of findings, line, column and code, is what the comments
say.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rules
from rules.analysis.sources import decode
from rules.output.fixing import fix
from rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = re.compile(r"# ! (?P<expected>[A-Z]+\d* \d+(?:; [A-Z]+\d* \d+)*)\s*$")
SELECTED = re.compile(r"# select: (?P<codes>.+)")
PROJECTS = sorted(
    path
    for folder in FIXTURES.iterdir()
    if folder.is_dir()
    for path in folder.iterdir()
    if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
)


def files_of(project: Path) -> list[Path]:
    return [project] if project.is_file() else sorted(project.rglob("*.py"))


def expectations(project: Path, root: Path) -> list[tuple[str, int, int, str]]:
    found = []
    for path in files_of(project):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = EXPECTED.search(line)
            for item in match["expected"].split("; ") if match else ():
                code, column = item.split()
                found.append((path.relative_to(root).as_posix(), number, int(column), code))
    return sorted(found)


def selection(project: Path) -> tuple[str, ...]:
    chosen: set[str] = set()
    for path in files_of(project):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        match = SELECTED.match(first)
        chosen.update(re.split(r"[,\s]+", match["codes"].strip()) if match else ())
    return tuple(sorted(chosen)) or (project.parent.name,)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_findings_are_those_in_the_comments(project: Path) -> None:
    """A missed alarm and a false one both fail, with the whole list to compare."""
    root = project if project.is_dir() else project.parent
    settings = rules.Settings(select=selection(project), cache=False)
    found = rules.lint([project], settings, root=root)
    assert sorted((f.path, f.line, f.column, f.code) for f in found) == expectations(project, root)


def test_every_rule_has_fixtures() -> None:
    """Both the findings and the silence of a rule are fixed in a file."""
    codes = {rule.code for rule in RULES if rule.room}
    assert {path.parent.name for path in PROJECTS} == codes


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fixing_twice_equals_fixing_once_and_keeps_the_code_valid(project: Path) -> None:
    """Every fix of every rule, applied to every fixture: what could be compiled still can."""
    root = project if project.is_dir() else project.parent
    settings = rules.Settings(select=(*selection(project), "LOOP", "AWAIT"), cache=False)

    def lint(contents: Mapping[str, bytes]) -> list[rules.Finding]:
        return rules.lint([project], settings, root=root, overlay=contents)

    def read(name: str) -> bytes:
        return (root / name).read_bytes()

    fixed = fix(lint, read, decode, unsafe=True)
    for name, content in fixed.after.items():
        if compiles(read(name)):
            assert compiles(content), name
        comments = EXPECTED.findall(decode(read(name)))
        assert EXPECTED.findall(decode(content)) == comments
    assert not any(finding.fix is not None for finding in lint(fixed.after))


def compiles(content: bytes) -> bool:
    try:
        compile(content, "fixture", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
