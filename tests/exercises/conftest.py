"""Suites of the course under plain pytest: runs in a warm process of its own, shared by a session."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).resolve().parent / "plain_runner.py"
COURSE = ROOT / "exercises"

Outcomes = dict[str, str]
"""Name of the test (without file and folder) -> passed, failed, skipped, hung."""


@pytest.fixture(scope="session")
def course() -> Path:
    return COURSE


@pytest.fixture(scope="session")
def run_plain(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Outcomes]]:
    """(suite folder, sources of the module, its file name, seed) -> the outcomes for each source."""

    def run(suite: Path, sources: list[str], name: str, seed: int = 0) -> list[Outcomes]:
        jobs = []
        for source in sources:
            folder = tmp_path_factory.mktemp("solution")
            (folder / name).write_text(source, encoding="utf-8")
            jobs.append(json.dumps({"suite": [str(suite)], "solution": str(folder), "seed": seed}))
        done = subprocess.run(
            [sys.executable, str(RUNNER)],
            input="\n".join(jobs),
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(sources), done.stderr
        return [
            {test.partition("::")[2] or test: outcome for test, (outcome, _) in answer["tests"].items()}
            for answer in answers
        ]

    return run


@pytest.fixture(scope="session")
def declared() -> Callable[[str], set[str]]:
    """The names behind `# fails:` in the first lines of a wrong solution."""

    def read(source: str) -> set[str]:
        found = re.findall(r"^# fails: (.*)$", source.split('"""')[0], flags=re.MULTILINE)
        return {name.strip() for line in found for name in line.split(",")}

    return read
