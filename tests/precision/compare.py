"""Compares a fresh run of the analyzer on pinned packages with the judgements in `judgements.toml`.

In: the packages of that file, from the registry. Out: the differences, and 1 when there are some. Not a test
of the suite: it needs the registry and some minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import rules

JUDGEMENTS = Path(__file__).with_name("judgements.toml")
Place = tuple[str, str, int, str]  # package, path, line, code


def main(arguments: list[str]) -> int:
    """Compare; the words that are no option name packages."""
    judged = tomllib.loads(JUDGEMENTS.read_text(encoding="utf-8"))
    chosen = {word for word in arguments if not word.startswith("-")} or set(judged["packages"])
    unknown = chosen - set(judged["packages"])
    if unknown:
        print(f"no such package in {JUDGEMENTS.name}: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    expected = places(judged["finding"]) if "finding" in judged else {}
    mended = places(judged.get("mended", []))
    differences = 0
    for package in sorted(chosen):
        found = lint(package, judged["packages"][package])
        wanted = {place for place in expected if place[0] == package}
        print(f"{package}: {len(found)} findings, {len(wanted)} judged")
        for place in sorted(found.keys() - wanted):
            differences += 1
            state = "came back" if place in mended else "not judged"
            print(f"  {state}: {place[1]}:{place[2]} {found[place]}")
            if "--new" in arguments:
                print(notation(place))
        for place in sorted(wanted - found.keys()):
            differences += 1
            print(f"  gone: {place[1]}:{place[2]} {place[3]} ({expected[place]['why']})")
    false = sum(entry["alarm"] == "false" for place, entry in expected.items() if place[0] in chosen)
    total = sum(place[0] in chosen for place in expected)
    print(f"{total} judged findings, of them {false} false alarms; {differences} differences")
    return 1 if differences else 0


def places(entries: list[dict[str, Any]]) -> dict[Place, dict[str, Any]]:
    """The entries by place; an entry speaks for all its `lines`."""
    return {
        (entry["package"], entry["path"], line, entry["code"]): entry
        for entry in entries
        for line in entry["lines"]
    }


def lint(package: str, about: dict[str, str]) -> dict[Place, str]:
    """The findings on one package, installed alone into a folder that is a project."""
    with tempfile.TemporaryDirectory() as folder:
        requirement = f"{package}=={about['version']}"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        subprocess.run([*command, "--disable-pip-version-check", requirement], check=True)
        (Path(folder) / "pyproject.toml").write_text("[tool.grader.lint]\n")
        found = rules.lint([Path(folder) / about["folder"]], rules.Settings(cache=False), root=folder)
    return {(package, f.path, f.line, f.code): f"{f.code} {f.message}" for f in found}


def notation(place: Place) -> str:
    """A finding as `judgements.toml` writes it, the judgement left open."""
    package, path, line, code = place
    return (
        f'[[finding]]\npackage = "{package}"\npath = "{path}"\nlines = [{line}]\ncode = "{code}"\n'
        'alarm = ""\nwhy = ""\n'
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
