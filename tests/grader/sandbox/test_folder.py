"""Files of a submission: written where they belong and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.folder import PREFIX, OwnFolder, UnsafeNameError, empty, fill
from grader.sandbox.identity import Identity, choose

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[int]:
    """An open folder, `inside`."""
    (tmp_path / "inside").mkdir()
    descriptor = os.open(tmp_path / "inside", os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def contents(folder: Path) -> dict[str, bytes]:
    """Relative path -> content of every file beneath."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_and_folders(tmp_path: Path, opened: int) -> None:
    """What is written is there, readable for all, and nothing of before."""
    fill(opened, {"a.py": b"1", "b/c/d.py": b"2", "b/e.txt": b""})
    assert contents(tmp_path / "inside") == {"a.py": b"1", "b/c/d.py": b"2", "b/e.txt": b""}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "inside").rglob("*")} == {0o755, 0o644}
    (tmp_path / "inside" / "link").symlink_to(tmp_path)
    fill(opened, {"f.py": b"3"})
    assert contents(tmp_path / "inside") == {"f.py": b"3"}
    empty(opened)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", "a\0b", "."])
def test_names_that_lead_out(name: str, tmp_path: Path, opened: int) -> None:
    """They are refused."""
    with pytest.raises(UnsafeNameError):
        fill(opened, {name: b""})
    assert contents(tmp_path) == {}


@settings(database=None, deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=20), st.binary(max_size=8), max_size=4))
def test_no_name_leads_out(files: dict[str, bytes]) -> None:
    """Any mapping is either written inside or refused; nothing appears beside the folder."""
    import tempfile

    with tempfile.TemporaryDirectory() as outer:
        inside = Path(outer, "inside")
        inside.mkdir()
        descriptor = os.open(inside, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fill(descriptor, files)
        except (UnsafeNameError, OSError):
            pass
        else:
            assert len(contents(inside)) == len(files)
        finally:
            os.close(descriptor)
        assert [path.name for path in Path(outer).iterdir()] == ["inside"]


def test_an_own_folder_is_private() -> None:
    """Others can't enter it; the sandbox's identity can; it is gone afterwards."""
    identity = choose(os.getpid())
    folder = OwnFolder(identity)
    path = Path(folder.files_root).parent
    mode = path.stat()
    if identity.change:
        assert (mode.st_uid, mode.st_gid, mode.st_mode & 0o777) == (0, identity.gid, 0o710)
    else:
        assert (mode.st_uid, mode.st_mode & 0o777) == (os.getuid(), 0o700)
    folder.remove()
    assert not path.exists()


def test_abandoned_folders_are_removed() -> None:
    """Old ones without a holder go; those that are held, and young ones, stay."""
    held = OwnFolder(None)
    base = Path(held.files_root).parent.parent
    os.utime(Path(held.files_root).parent, (0, 0))
    abandoned, young = base / f"{PREFIX}test-{os.getpid()}-old", base / f"{PREFIX}test-{os.getpid()}-young"
    for folder in (abandoned, young):
        folder.mkdir()
        (folder / "file").write_text("x")
    os.utime(abandoned, (0, 0))
    another = OwnFolder(Identity(os.getuid(), os.getgid(), change=False))
    assert (abandoned.exists(), young.exists(), Path(held.files_root).exists()) == (False, True, True)
    (young / "file").unlink()
    young.rmdir()
    another.remove()
    held.remove()
