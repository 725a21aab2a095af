"""Which files are meant: folders are walked, .gitignore and `exclude` honoured, links not followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.analysis.sources import PathError, discover, excluded
from rules.settings import Settings


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")


def listed(root: Path, *paths: str, **settings: object) -> list[str]:
    found = discover([root / path for path in paths or ("",)], root, Settings(**settings))  # type: ignore[arg-type]
    return [Path(item.path).relative_to(root).as_posix() for item in found]


def test_a_folder_means_the_python_files_below_it(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.py",
        "b.pyw",
        "c.txt",
        "d/e.py",
        ".hidden/f.py",
        "node_modules/g.py",
        "d/__pycache__/h.py",
    )
    assert listed(tmp_path) == ["a.py", "b.pyw", "d/e.py"]


def test_virtual_environments_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "mine/pyvenv.cfg", "mine/lib/b.py")
    assert listed(tmp_path) == ["a.py"]


def test_gitignore_files_count_from_where_they_lie(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "made/b.py", "sub/c.py", "sub/made.py", "sub/keep.py")
    (tmp_path / ".gitignore").write_text("made/\nsub/*.py\n!sub/keep.py\n", encoding="utf-8")
    (tmp_path / "sub/.gitignore").write_text("# nothing\n!made.py\n", encoding="utf-8")
    assert listed(tmp_path) == ["a.py", "sub/keep.py", "sub/made.py"]
    assert listed(tmp_path, "sub") == ["sub/keep.py", "sub/made.py"]
    assert "made/b.py" in listed(tmp_path, respect_gitignore=False)


def test_a_named_file_is_linted_whatever_gitignore_says_but_not_against_the_settings(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "gen/b.py")
    (tmp_path / ".gitignore").write_text("*.py\n", encoding="utf-8")
    assert listed(tmp_path, "a.py", "gen/b.py", exclude=("gen",)) == ["a.py"]


def test_a_file_is_listed_once(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    assert listed(tmp_path, "", "a.py", "a.py") == ["a.py"]


def test_links_do_not_lead_astray(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "d/b.py")
    (tmp_path / "d/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    assert listed(tmp_path) == ["a.py", "d/b.py"]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"nothing\.py"):
        listed(tmp_path, "nothing.py")


@pytest.mark.parametrize(
    ("pattern", "name", "answer"),
    [
        ("gen", "gen/a.py", True),
        ("gen", "x/gen/a.py", True),
        ("gen/", "x/gen", False),
        ("src/gen", "src/gen/a.py", True),
        ("src/gen", "other/src/gen/a.py", False),
        ("*_pb2.py", "a/b_pb2.py", True),
        ("./a.py", "a.py", True),
        ("a", "ab/c.py", False),
    ],
)
def test_patterns_mean_files_folders_and_parts(pattern: str, name: str, answer: bool) -> None:
    assert excluded(name, (pattern,)) is answer
