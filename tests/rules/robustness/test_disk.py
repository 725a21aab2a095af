"""The disk and the cache may be in any state: damaged, foreign, in use, looping, vanishing."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import rules
from rules import pipeline
from rules.analysis import cache

SOURCE = "import time\nfrom helper import load\n\n\nasync def main():\n    time.sleep(1)\n    load()\n"
HELPER = "def load():\n    return open('x').read()\n"
EXPECTED = [("main.py", 6, "LOOP101"), ("main.py", 7, "LOOP110")]
PROGRAM = (
    "import json, sys, rules\n"
    "found = rules.lint(sys.argv[1:], rules.Settings())\n"
    "print(json.dumps([(f.path, f.line, f.code) for f in found]))\n"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two findings, and a cache of its own."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'p'\n")
    (root / "main.py").write_text(SOURCE)
    (root / "helper.py").write_text(HELPER)
    monkeypatch.setattr(pipeline, "folder", lambda: tmp_path / "cache")
    monkeypatch.chdir(root)
    return root


def lint(root: Path) -> list[tuple[str, int, str]]:
    found = rules.lint(["."], rules.Settings(), root=root)
    return [(finding.path, finding.line, finding.code) for finding in found]


def database(root: Path) -> Path:
    return root.parent / "cache" / "analyzer.sqlite"


@pytest.mark.parametrize(
    "damage",
    [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096],
    ids=["empty", "text", "header only", "zeros"],
)
def test_a_damaged_cache_is_made_anew(project: Path, damage: bytes) -> None:
    """What can't be read is thrown away, and the next run uses the new one."""
    assert lint(project) == EXPECTED
    for path in database(project).parent.iterdir():
        path.write_bytes(damage)
    assert lint(project) == EXPECTED
    assert lint(project) == EXPECTED


def test_a_torn_cache(project: Path) -> None:
    """A database that lost its second half, or has garbage in its middle."""
    assert lint(project) == EXPECTED
    whole = database(project).read_bytes()
    for content in (whole[: len(whole) // 2], whole[:5000] + b"\xaa" * 3000 + whole[8000:]):
        database(project).write_bytes(content)
        for side in ("-wal", "-shm", "-journal"):
            Path(f"{database(project)}{side}").unlink(missing_ok=True)
        (project / "main.py").write_text(SOURCE + f"# {len(content)}\n")
        assert lint(project) == EXPECTED


def test_values_that_mean_nothing(project: Path) -> None:
    """Rows whose bytes are of no version are no answer."""
    assert lint(project) == EXPECTED
    connection = sqlite3.connect(database(project))
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        for column in [
            row[1] for row in connection.execute(f"pragma table_info({table})") if row[2] == "BLOB"
        ]:
            if column != "key":
                connection.execute(f"update {table} set {column} = x'c1ff00'")
    connection.commit()
    connection.close()
    assert lint(project) == EXPECTED


def test_a_cache_of_another_version(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of another version of the analyzer are not believed."""
    assert lint(project) == EXPECTED
    monkeypatch.setattr(cache.Cache, "stamp", b"another version", raising=False)
    assert lint(project) == EXPECTED


def test_a_locked_cache(project: Path) -> None:
    """Another program that holds the database makes a run slower, not wrong."""
    assert lint(project) == EXPECTED
    connection = sqlite3.connect(database(project), isolation_level=None)
    connection.execute("begin exclusive")
    try:
        (project / "main.py").write_text(SOURCE + "# changed\n")
        assert lint(project) == EXPECTED
    finally:
        connection.execute("rollback")
        connection.close()


def test_a_cache_folder_that_cannot_be(project: Path) -> None:
    """A file stands where the folder belongs: the run does without a cache."""
    (project.parent / "cache").write_text("a file")
    assert lint(project) == EXPECTED


def test_several_processes_at_once(project: Path, tmp_path: Path) -> None:
    """Four runs that start together on an empty cache give the same findings."""
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path / "shared"),
        "PYTHONPATH": str(Path(rules.__file__).parents[1]),
    }
    command = [sys.executable, "-c", PROGRAM, "."]
    running = [
        subprocess.Popen(
            command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in running:
        out, error = process.communicate(timeout=120)
        assert (error, [tuple(item) for item in json.loads(out)]) == ("", EXPECTED)


def test_loops_of_links(project: Path) -> None:
    """A link to a folder above, to itself and to nothing."""
    (project / "loop").symlink_to(project)
    (project / "self.py").symlink_to(project / "self.py")
    (project / "nothing.py").symlink_to(project / "gone.py")
    assert lint(project) == EXPECTED


def test_things_that_are_no_files(project: Path) -> None:
    """A folder and a pipe with names of Python files."""
    (project / "folder.py").mkdir()
    os.mkfifo(project / "pipe.py")
    assert lint(project) == EXPECTED


def test_a_file_that_vanishes_while_reading(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was listed and is gone when it is read has no findings."""
    discover = pipeline.discover

    def then_remove(*arguments: object) -> object:
        found = discover(*arguments)  # type: ignore[arg-type]
        (project / "helper.py").unlink()
        return found

    monkeypatch.setattr(pipeline, "discover", then_remove)
    assert lint(project) == EXPECTED[:1]


def test_an_unreadable_byte_order(project: Path) -> None:
    """A file in UTF-16 gives one finding, about the file; the others keep theirs."""
    (project / "wide.py").write_bytes("import time\nasync def f(): time.sleep(1)\n".encode("utf-16"))
    found = rules.lint([project / "wide.py"], rules.Settings(cache=False), root=project)
    assert [finding.code for finding in found] == ["SYNTAX"]
    assert lint(project)[:2] == EXPECTED
