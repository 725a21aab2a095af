"""The hooks as users get them: the real pre-commit, a git clone of this project, a git repository of their own.

pre-commit installs the clone into an environment of its own, from the registry: without it this fails, it does
not skip. One installation serves all tests of the file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
MAIN = (
    "import asyncio\n\nfrom helper import load\n\n\nasync def work():\n    load()\n\n\n"
    "async def main():\n    work()\n    await asyncio.sleep(1)\n"
)
HELPER = "import time\n\n\ndef load():\n    time.sleep(1)\n"
OTHER = "import time\n\n\nasync def other():\n    time.sleep(1)\n"
PLACE = re.compile(r"^(\w+\.py):(\d+):(\d+):? (LOOP\d+|AWAIT\d+)", re.MULTILINE)

pytestmark = pytest.mark.xdist_group("pre-commit")


def run(command: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables of a user who has no settings of git and no caches."""
    home = tmp_path_factory.mktemp("home")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT", "COV_"))
    }
    identity = {
        f"GIT_{who}_{what}": f"{who}@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return kept | identity | {
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "1",  # the clone belongs to whoever runs the tests, its source may not
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GRADER_LANG": "en",
    }  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> tuple[Path, str]:
    """A clone of this project, with the hooks installed, and its revision."""
    git = shutil.which("git")
    assert git is not None, "git is needed"
    clone = tmp_path_factory.mktemp("clone") / "async-grader"
    cloned = run([git, "clone", "--quiet", "--no-hardlinks", str(PROJECT), str(clone)], PROJECT, environment)
    assert cloned.returncode == 0, cloned.stderr
    revision = run([git, "rev-parse", "HEAD"], clone, environment).stdout.strip()
    first = project(tmp_path_factory.mktemp("first"), (clone, revision), environment)
    done = run([sys.executable, "-m", "pre_commit", "install-hooks"], first, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return clone, revision


def project(
    root: Path, hooks: tuple[Path, str], environment: dict[str, str], hook: str = "grader-lint"
) -> Path:
    """A git repository that uses a hook, its files staged."""
    clone, revision = hooks
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {clone.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: {hook}\n"
    )
    for name, text in (("main.py", MAIN), ("helper.py", HELPER), ("other.py", OTHER)):
        (root / name).write_text(text)
    for words in (["init", "--quiet"], ["add", "."]):
        assert run(["git", *words], root, environment).returncode == 0
    return root


def places(output: str) -> set[tuple[str, str, str, str]]:
    return set(PLACE.findall(output))


def hook(root: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-m", "pre_commit", "run", "--color", "never", *words], root, environment)


ALL = {
    ("main.py", "7", "5", "LOOP110"),
    ("main.py", "11", "5", "AWAIT201"),
    ("other.py", "5", "5", "LOOP101"),
}


def test_one_staged_file_has_its_findings_of_the_whole_project(
    tmp_path: Path, installed: tuple[Path, str], environment: dict[str, str]
) -> None:
    """The chain that ends in another file is found when only one file is named; all files give the rest."""
    root = project(tmp_path, installed, environment)
    everything = hook(root, environment, "--all-files")
    assert (everything.returncode, places(everything.stdout)) == (1, ALL), (
        everything.stdout + everything.stderr
    )
    one = hook(root, environment, "--files", "main.py")
    assert (one.returncode, places(one.stdout)) == (1, {item for item in ALL if item[0] == "main.py"})


def test_staged_files_are_what_a_commit_checks(
    tmp_path: Path, installed: tuple[Path, str], environment: dict[str, str]
) -> None:
    """A commit with one clean staged file passes, whatever the other files hold."""
    root = project(tmp_path, installed, environment)
    assert run(["git", "commit", "--quiet", "-m", "start"], root, environment).returncode == 0
    (root / "helper.py").write_text(HELPER + "# changed\n")
    assert run(["git", "add", "helper.py"], root, environment).returncode == 0
    clean = hook(root, environment)
    assert (clean.returncode, places(clean.stdout)) == (0, set())
    (root / "other.py").write_text(OTHER + "# changed\n")
    assert run(["git", "add", "other.py"], root, environment).returncode == 0
    staged = hook(root, environment)
    assert (staged.returncode, places(staged.stdout)) == (1, {item for item in ALL if item[0] == "other.py"})


def test_the_hook_that_fixes(
    tmp_path: Path, installed: tuple[Path, str], environment: dict[str, str]
) -> None:
    """It changes the files, so the commit stops once; what is left is what no safe fix mends."""
    root = project(tmp_path, installed, environment, "grader-lint-fix")
    first = hook(root, environment, "--all-files")
    assert first.returncode == 1
    assert (root / "main.py").read_text() == MAIN.replace("    work()\n", "    await work()\n")
    assert "    await asyncio.sleep(1)\n" in (root / "other.py").read_text()
    again = hook(root, environment, "--all-files")
    assert places(again.stdout) == {("main.py", "7", "5", "LOOP110")}
