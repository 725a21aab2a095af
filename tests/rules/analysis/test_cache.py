"""The cache changes how long a run takes, never what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import rules
from rules.analysis.cache import Cache, Result

MAIN = "import time\nfrom util import load\nasync def f():\n    time.sleep(1)\n    load()\n"
UTIL = "import requests\ndef load():\n    return requests.get('x')\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "main.py").write_text(MAIN, encoding="utf-8")
    (root / "util.py").write_text(UTIL, encoding="utf-8")
    return root


def run(root: Path, *names: str, cache: bool = True, lang: str = "en") -> list[rules.Finding]:
    paths = [root / name for name in names] or [root]
    return rules.lint(paths, rules.Settings(cache=cache), root=root, lang=lang)


def test_a_second_run_says_the_same(project: Path) -> None:
    first = run(project)
    assert [f.code for f in first] == ["LOOP101", "LOOP110"]
    assert run(project) == first == run(project, cache=False)


def test_languages_share_the_cache(project: Path) -> None:
    english = run(project)
    chinese = run(project, lang="zh-CN")
    assert [(f.line, f.code) for f in english] == [(f.line, f.code) for f in chinese]
    assert english != chinese


def test_a_change_in_another_file_is_seen(project: Path) -> None:
    """The findings of a named file depend on files that were not named."""
    assert [f.code for f in run(project, "main.py")] == ["LOOP101", "LOOP110"]
    (project / "util.py").write_text("def load():\n    return 1\n", encoding="utf-8")
    assert [f.code for f in run(project, "main.py")] == ["LOOP101"]


def test_a_module_that_appears_is_seen(project: Path) -> None:
    (project / "util.py").unlink()
    assert [f.code for f in run(project, "main.py")] == ["LOOP101"]
    (project / "util.py").write_text(UTIL, encoding="utf-8")
    assert [f.code for f in run(project, "main.py")] == ["LOOP101", "LOOP110"]


def test_a_damaged_cache_is_made_anew(project: Path, own_cache: Path) -> None:
    first = run(project)
    (own_cache / "analyzer.sqlite").write_bytes(b"no database" * 1000)
    for name in ("analyzer.sqlite-wal", "analyzer.sqlite-shm"):
        (own_cache / name).unlink(missing_ok=True)
    assert run(project) == first
    assert (own_cache / "analyzer.sqlite").read_bytes()[:6] == b"SQLite"


def test_a_cache_that_can_not_be_made_is_done_without(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_CACHE_DIR", str(project / "main.py" / "below-a-file"))
    assert [f.code for f in run(project)] == ["LOOP101", "LOOP110"]


def test_results_with_wrong_content_are_not_believed(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c.sqlite")
    cache._write("INSERT INTO results VALUES (?, ?)", [(b"k", b"\xc1")])
    assert cache.result(b"k") is None
    cache.keep_result(b"l", Result((), ((str(tmp_path / "gone"), 1, 1),), {}))
    assert cache.result(b"l") is None
    cache.keep_result(b"m", Result((), (), {str(tmp_path) + os.sep: True, str(tmp_path / "x.py"): False}))
    assert cache.result(b"m") is not None
    cache.close()
    assert cache.result(b"m") is None


def test_facts_are_kept_by_content(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c.sqlite")
    cache.keep_facts([(b"a", b"1"), (b"b", b"2")])
    assert cache.facts([b"a", b"b", b"c"]) == {b"a": b"1", b"b": b"2"}
    cache.close()


def test_a_cached_run_imports_no_parser(project: Path) -> None:
    """Start-up is a feature: libcst takes longer to import than the run."""
    run(project)
    code = (
        "import sys, rules; rules.lint([sys.argv[1]], rules.Settings(), root=sys.argv[1]); "
        "print([name for name in ('libcst', 'pydantic', 'pytest', 'rich') if name in sys.modules])"
    )
    home = str(Path(rules.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, str(project)], capture_output=True, text=True, cwd=home, check=True
    )
    assert done.stdout.strip() == "[]"
