"""System calls by number."""

from __future__ import annotations

import errno
import os

import pytest

from grader.sandbox import kernel


def test_errors_are_oserrors() -> None:
    """With number and text, and the path if there is one."""
    with pytest.raises(OSError, match="Invalid argument"):
        kernel.prctl(99_999)
    with pytest.raises(FileNotFoundError, match="/no/such/place"):
        kernel.unmount("/no/such/place")


@pytest.mark.parametrize("by_range", [True, False], ids=["close_range", "one by one"])
def test_close_from(by_range: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything from a number on is closed, on a kernel without close_range too; tried in a fork."""

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    if not by_range:
        monkeypatch.setattr(kernel, "syscall", refuse)
    reading, writing = os.pipe()
    os.dup2(writing, 200)
    child = os.fork()
    if child == 0:
        kernel.close_from(200)
        try:
            os.fstat(200)
        except OSError as error:
            os.write(writing, str(error.errno).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 16)) == errno.EBADF
    for number in (reading, writing, 200):
        os.close(number)
