"""Landlock of every version: what an older kernel lacks is stopped by seccomp all the same."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from grader.sandbox import landlock
from grader.sandbox.attempts import ENTRY
from grader.sandbox.launcher import Zygote
from grader.sandbox.levels import Layer, Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.sandbox.probes import Outcome


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (1, ((1 << 13) - 1, 0, 0)),
        (2, ((1 << 14) - 1, 0, 0)),
        (3, ((1 << 15) - 1, 0, 0)),
        (4, ((1 << 15) - 1, 3, 0)),
        (5, ((1 << 16) - 1, 3, 0)),
        (6, ((1 << 16) - 1, 3, 3)),
        (7, ((1 << 16) - 1, 3, 3)),
        (99, ((1 << 16) - 1, 3, 3)),
    ],
)
def test_what_each_version_forbids(version: int, expected: tuple[int, int, int]) -> None:
    """File rights, TCP rights, scopes, from the kernel's documentation."""
    assert landlock.handled(version) == expected


@pytest.mark.parametrize("version", range(1, 8))
def test_each_version_confines(version: int, public_folder: Path, attempt: Callable[..., Outcome]) -> None:
    """Files, TCP and signals are out of reach, whatever this version lacks."""
    if landlock.abi() < version:
        pytest.skip(f"this kernel speaks Landlock {landlock.abi()}; files have to be hidden by the view")
    secret = str(public_folder / "hidden.txt")
    with Zygote(Level.STRONG, entry=ENTRY, without=[Layer.VIEW], landlock_abi=version) as zygote:
        outcomes = {
            name: attempt(zygote, name, argument).code
            for name, argument in [
                ("read_file", secret),
                ("list_folder", str(public_folder)),
                ("write_file", secret),
                ("truncate_file", secret),
                ("delete_file", secret),
                ("tcp_socket", ""),
                ("signal_parent", ""),
            ]
        }
        assert attempt(zygote, "event_loop").done
    assert outcomes == {
        "read_file": errno.EACCES,
        "list_folder": errno.EACCES,
        "write_file": errno.EROFS,
        "truncate_file": errno.EROFS,
        "delete_file": errno.EROFS,
        "tcp_socket": errno.EPERM,
        "signal_parent": errno.EPERM,
    }


def test_a_kernel_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 0, and no error."""

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(landlock.kernel, "syscall", refuse)
    assert landlock.abi() == 0
