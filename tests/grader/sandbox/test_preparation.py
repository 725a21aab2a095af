"""What a zygote prepares, and what it says when the machine lacks something."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import pytest

from grader.sandbox import preparation, rlimits
from grader.sandbox.identity import Identity
from grader.sandbox.levels import Layer
from grader.sandbox.limits import MEBIBYTE, Limits
from grader.sandbox.preparation import UnreachableInterpreterError
from grader.sandbox.readable import Readable, readable

ROOTS = Identity(2_100_000_000, 2_100_000_000, change=True)
USERS = Identity(1000, 1000, change=False)


def test_what_can_be_read() -> None:
    """Trees with all beneath; libraries without their site-packages; nothing beside."""
    what = Readable(trees=("/a", "/b/file.so"), libraries=("/lib/python3",))
    for path, covered in {
        "/a": True,
        "/a/x/y": True,
        "/ab": False,
        "/b/file.so": True,
        "/b/other": False,
        "/lib/python3/json/decoder.py": True,
        "/lib/python3": True,
        "/lib/python3/site-packages/pytest.py": False,
        "/lib/python3/json/site-packages/x": True,
        "/etc/passwd": False,
    }.items():
        assert what.covers(path) is covered, path


def test_entries_leave_out_site_packages(tmp_path: Path) -> None:
    """Landlock can't take back what it gave, so the library is given piece by piece."""
    for name in ("json", "site-packages", "dist-packages"):
        (tmp_path / name).mkdir()
    (tmp_path / "os.py").touch()
    what = Readable(trees=("/x",), libraries=(str(tmp_path),))
    assert sorted(what.entries()) == sorted(["/x", str(tmp_path / "json"), str(tmp_path / "os.py")])


def test_this_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its library and its shared objects, by their real names, and the packages asked for."""
    # As a zygote starts: without site-packages, and without the folder that one stands in.
    monkeypatch.setattr(sys, "path", ["", *(each for each in sys.path if each.startswith(sys.base_prefix))])
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    what = readable([str(tmp_path / "alias")])
    assert os.path.realpath(Path(os.__file__).parent) in what.libraries
    assert str(tmp_path / "real") in what.trees
    assert (str(tmp_path / "alias"), str(tmp_path / "real")) in what.aliases
    assert what.covers(os.path.realpath(os.__file__))
    assert all(path == os.path.realpath(path) for path in (*what.trees, *what.libraries))
    assert not what.covers(os.path.realpath(sys.prefix + "/pyvenv.cfg"))


def test_an_interpreter_within_reach() -> None:
    """Nothing has to be kept when everybody may enter, and an ordinary user keeps nothing anyway."""
    what = Readable((), ("/",))
    assert preparation._within_reach(ROOTS, what, landlocked=True) == ROOTS
    assert preparation._within_reach(USERS, Readable((), ("/no/such",)), landlocked=False) == USERS


def test_an_interpreter_in_a_folder_of_roots_alone(tmp_path: Path) -> None:
    """Under Landlock one right is kept to reach it; without, there is no sandbox."""
    library = tmp_path / "private" / "python3"
    library.mkdir(parents=True)
    library.parent.chmod(0o700)
    what = Readable((), (str(library),))
    kept = preparation._within_reach(ROOTS, what, landlocked=True)
    assert (kept.uid, kept.read_search) == (ROOTS.uid, True)
    with pytest.raises(UnreachableInterpreterError, match="only root may enter"):
        preparation._within_reach(ROOTS, what, landlocked=False)


@pytest.mark.parametrize(
    ("chosen", "in_view", "release", "expected"),
    [
        (None, True, "6.1.0", None),
        (ROOTS, False, "5.4.0", 0),
        (USERS, True, "6.1.0-13-amd64", 1),
        (USERS, True, "5.14.0", 1),
        (USERS, True, "5.13.0", None),
        (USERS, True, "strange", None),
        (USERS, False, "6.1.0", None),
    ],
)
def test_whether_the_kernel_counts_threads_apart(
    chosen: Identity | None,
    in_view: bool,
    release: str,
    expected: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With an id of its own, or in a user namespace since Linux 5.14."""
    monkeypatch.setattr(preparation.platform, "release", lambda: release)
    assert preparation._counted_beside(chosen, in_view=in_view) == expected


def test_missing_layers_are_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""
    missing: dict[Layer, str] = {}
    monkeypatch.setattr(preparation.landlock, "abi", lambda: 0)
    monkeypatch.setattr(preparation.seccomp, "why_missing", lambda: "the kernel has no seccomp filters: x")
    assert preparation._rules(Readable((), ()), "/", missing, None) is None
    assert preparation._filter(missing) is None
    assert missing == {
        Layer.LANDLOCK: "the kernel has no Landlock, or it is not among its active security modules",
        Layer.SECCOMP: "the kernel has no seccomp filters: x",
    }


def test_limits_of_the_kernel() -> None:
    """Memory beyond the zygote's own, with 32 stacks at most; threads where they can be counted."""
    limits = Limits(memory=100 * MEBIBYTE, threads=8, total_cpu=0.5)
    planned = rlimits.plan(limits, 7 * MEBIBYTE, counted_beside=None)
    assert planned[resource.RLIMIT_AS] == ((100 + 7 + 8 * 4) * MEBIBYTE,) * 2
    assert planned[resource.RLIMIT_CPU] == (1, 2)
    assert planned[resource.RLIMIT_FSIZE] == (0, 0)
    assert planned[resource.RLIMIT_CORE] == (0, 0)
    assert resource.RLIMIT_NPROC not in planned
    assert rlimits.plan(limits, 0, counted_beside=1)[resource.RLIMIT_NPROC] == (10, 10)
    many = rlimits.plan(Limits(memory=0, threads=256), 0, counted_beside=0)
    assert many[resource.RLIMIT_AS] == (32 * 4 * MEBIBYTE,) * 2


def test_limits_never_rise(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the grader itself was given is the most that a submission gets."""
    got: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(
        resource, "getrlimit", lambda name: (50, 100 if name == 1 else resource.RLIM_INFINITY)
    )
    monkeypatch.setattr(resource, "setrlimit", got.__setitem__)
    rlimits.confine({1: (80, 200), 2: (80, 200)})
    assert got == {1: (80, 100), 2: (80, 200)}


def test_address_space_is_read() -> None:
    """In bytes."""
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        assert MEBIBYTE < rlimits.address_space(processes) < 1 << 46
    finally:
        os.close(processes)
