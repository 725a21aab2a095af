"""What other tools say about our fixtures: ruff's ASYNC rules and mypy, line by line.

In: `tests/rules/fixtures`, whose comments say on which lines something is wrong. Out: a table of how many of these
lines each tool marks, and how many other lines it marks (mypy: with its codes about coroutines). The fixtures were
written for this analyzer, so the table says what the others leave to it, not which tool is better. Needs ruff and
mypy; takes some minutes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "rules" / "fixtures"
EXPECTED = re.compile(r"# ! (?P<expected>[A-Z]+\d+ \d+(?:; [A-Z]+\d+ \d+)*)\s*$")
GROUPS = {"LOOP": "blocks the loop", "AWAIT": "never awaited", "TASK301": "task not kept"}
OURS = re.compile(r"unused-coroutine|unused-awaitable")  # mypy's codes that mean what ours mean
MESSAGE = re.compile(r"^(?P<path>.+?):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$")
Line = tuple[str, int]


def main() -> int:
    """Print the table."""
    wanted = expected()
    ruff, mypy, loud = by_ruff(), *by_mypy()
    print(f"{'':18}{'lines':>6}{'ruff':>6}{'mypy':>6}")
    for prefix, title in GROUPS.items():
        lines = {line for line, codes in wanted.items() if any(code.startswith(prefix) for code in codes)}
        print(f"{title:18}{len(lines):>6}{len(lines & ruff):>6}{len(lines & loud):>6}")
    right = Counter(ruff=len(ruff - wanted.keys()), mypy=len(mypy - wanted.keys()))
    print(f"{'other lines':18}{'':>6}{right['ruff']:>6}{right['mypy']:>6}")
    return 0


def expected() -> dict[Line, list[str]]:
    """The lines on which something is wrong, with our codes."""
    found = {}
    for path in sorted(FIXTURES.rglob("*.py")):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := EXPECTED.search(text):
                found[str(path), number] = re.findall(r"[A-Z]+\d+", match["expected"])
    return found


def by_ruff() -> set[Line]:
    """The lines that ruff's rules about async code mark."""
    command = [
        "ruff",
        "check",
        "--isolated",
        "--preview",
        "--no-cache",
        "--output-format",
        "json",
        "--exit-zero",
    ]
    answer = run([*command, "--select", "ASYNC,RUF006", str(FIXTURES)])
    return {(item["filename"], item["location"]["row"]) for item in json.loads(answer)}


def by_mypy() -> tuple[set[Line], set[Line]]:
    """The lines that mypy's codes about coroutines mark, and those that it has any objection to."""
    about: set[Line] = set()
    any_: set[Line] = set()
    with tempfile.TemporaryDirectory() as cache:
        options = [
            "--cache-dir",
            cache,
            "--ignore-missing-imports",
            "--check-untyped-defs",
            "--no-color-output",
        ]
        for path in sorted(FIXTURES.rglob("*.py")):
            answer = run(
                ["mypy", *options, "--config-file=", "--enable-error-code=unused-awaitable", str(path)]
            )
            for match in filter(None, map(MESSAGE.match, answer.splitlines())):
                line = str(Path(match["path"]).resolve()), int(match["line"])
                any_.add(line)
                if OURS.search(match["code"]):
                    about.add(line)
    return about, any_


def run(command: list[str]) -> str:
    tool = [sys.executable, "-m", *command]
    return subprocess.run(tool, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
