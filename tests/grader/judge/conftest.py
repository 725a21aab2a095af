"""Judging whole suites against whole submissions, in one process and over the bridge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.judge.client import WarmJudge
from grader.judge.command_line import arguments
from grader.judge.verdicts import Judgement, Kind
from grader.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
OUTCOME = {Kind.PASSED: "passed", Kind.SKIPPED: "skipped"}


def files_of(folder: Path) -> dict[str, bytes]:
    """A folder as a submission: relative path -> content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def in_one_process(suite: Path, submission: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Run a suite with plain pytest beside the submission: outcomes, and what the failures said."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "outcomes.json")
        subprocess.run(
            [
                sys.executable,
                "-B",
                "-m",
                "pytest",
                "-q",
                "-p",
                "outcomes",
                *(word for word in arguments(str(suite)) if word != "--noconftest"),
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(submission), str(HERE)]),
                "PYTHONHASHSEED": "0",
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "OUTCOMES": str(found),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            check=False,
            timeout=120,
        )
        result = json.loads(found.read_text("utf-8"))
    return result["outcomes"], result["messages"]


def over_the_bridge(judgement: Judgement) -> dict[str, str]:
    """The outcomes of a judgement in the words of plain pytest."""
    return {verdict.test: OUTCOME.get(verdict.kind, "failed") for verdict in judgement.verdicts}


@pytest.fixture(scope="session")
def both_ways() -> SimpleNamespace:
    """The helpers of this file, by name."""
    return SimpleNamespace(files_of=files_of, in_one_process=in_one_process, over_the_bridge=over_the_bridge)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., WarmJudge]]:
    """Warm judges of (suite folder, module, limits); each is started once for all tests of a file."""
    warm: dict[Any, WarmJudge] = {}
    with ExitStack() as stack:

        def make(suite: Path, module: str, limits: Limits | None = None, **options: Any) -> WarmJudge:
            options.setdefault("isolation", "none")
            limits = limits or Limits()
            key = (suite, module, limits, *sorted(options.items()))
            if key not in warm:
                warm[key] = stack.enter_context(WarmJudge(suite, module, limits, **options))
            return warm[key]

        yield make


@pytest.fixture(scope="module")
def judge_texts(
    judge: Callable[..., WarmJudge], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Judgement]:
    """Judge a suite that is given as text against a submission that is: one file, or a mapping of files."""
    folders: dict[str, Path] = {}

    def run(
        suite: str,
        submission: str | Mapping[str, str],
        limits: Limits | None = None,
        *,
        seed: int = 0,
        **options: Any,
    ) -> Judgement:
        if suite not in folders:
            folders[suite] = tmp_path_factory.mktemp("suite")
            (folders[suite] / "test_suite.py").write_text(suite, "utf-8")
        files = {"solution.py": submission} if isinstance(submission, str) else submission
        warm = judge(folders[suite], "solution", limits, **options)
        return warm.judge_files({name: text.encode() for name, text in files.items()}, seed=seed)

    return run
