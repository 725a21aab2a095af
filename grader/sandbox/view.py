"""The view layer: a mount namespace with the interpreter, its library, the submission, and nothing else.

The zygote builds it once, for all its sandboxes, where the kernel allows it: as root, or in a user namespace
of its own. The root is an empty file system in memory; each readable path is bound at its own place,
read-only, so traceback lines and `__file__` are the true ones, and an interpreter under a home folder that
only root may enter can be reached. Unlike Landlock this hides even the names of other files. There is no
`/proc`. Network, IPC and host name are new and empty, too.

Everything is in memory and belongs to the namespace, so it is gone when the last process in it is, however
that ended.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.sandbox import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.sandbox.readable import Readable

FILES_ROOT: Final = "/submission"
"""Where the submission's files are, in a view."""
_SIZE: Final = "size=256m,nr_inodes=64k"
_OLD: Final = "/.before"
_WRITABLE: Final = "/.writable"
_BASES: Final = ("/tmp", "/var/tmp", "/dev/shm", "/mnt", "/srv")  # noqa: S108  # only covered, in this namespace
_NAMESPACES: Final = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET | kernel.CLONE_NEWUTS
_LOCKED: Final = (
    (os.ST_NOSUID, kernel.MS_NOSUID),
    (os.ST_NODEV, kernel.MS_NODEV),
    (os.ST_NOEXEC, kernel.MS_NOEXEC),
    (os.ST_NOATIME, 1024),
    (os.ST_NODIRATIME, 2048),
    (os.ST_RELATIME, 1 << 21),
)


def why_missing(readable: Readable, masked: Iterable[str]) -> str | None:
    """Why this process can't enter such a view, or None: a rehearsal in a child that ends at once."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        reason = ""
        try:
            enter(readable, masked)
        except OSError as error:
            reason = f"the kernel refuses a mount namespace: {error}"
        finally:
            os.write(writing, reason.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        reason = told.read().decode()
    os.waitpid(child, 0)
    return reason or None


def enter(readable: Readable, masked: Iterable[str]) -> int:
    """Move the calling process, which has one thread, into a view with `readable` and an empty FILES_ROOT.

    Args:
        readable: What is in it besides the submission.
        masked: Names of folders inside `readable.libraries` that have to look empty.

    Returns:
        A descriptor of FILES_ROOT through which files can be written; the view itself is read-only.

    Raises:
        OSError: A step failed; the process is then in an undefined place and should end.
    """
    _leave_namespaces()
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    base = next(path for path in _BASES if Path(path).is_dir())
    options = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("grader", base, "tmpfs", options, f"{_SIZE},mode=755")
    Path(base + _OLD).mkdir()
    kernel.pivot_root(base, base + _OLD)
    os.chdir("/")
    for path in (*readable.trees, *readable.libraries):
        _show(path)
    for alias, target in readable.aliases:
        if not Path(alias).exists():
            _make_way(alias)
            Path(alias).symlink_to(target)
    for library in readable.libraries:
        for name in masked:
            if Path(library, name).is_dir():
                kernel.mount(
                    "grader", f"{library}/{name}", "tmpfs", options | kernel.MS_RDONLY, "size=4k,mode=755"
                )
    Path(_WRITABLE).mkdir(mode=0o755)
    Path(FILES_ROOT).mkdir(mode=0o755)
    kernel.mount("grader", _WRITABLE, "tmpfs", options | kernel.MS_NOEXEC, f"{_SIZE},mode=755")
    kernel.mount(_WRITABLE, FILES_ROOT, flags=kernel.MS_BIND)
    _seal(FILES_ROOT, options | kernel.MS_NOEXEC)
    folder = os.open(_WRITABLE, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    kernel.unmount(_WRITABLE)
    kernel.unmount(_OLD)
    for left in (_WRITABLE, _OLD):
        Path(left).rmdir()
    _seal("/", options)
    return folder


def _leave_namespaces() -> None:
    if os.geteuid() == 0:
        # Root stays in its user namespace: in a new one it could not become somebody else.
        kernel.unshare(_NAMESPACES)
        return
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(_NAMESPACES | kernel.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _show(path: str) -> None:
    """Bind the old `path`, which has no symbolic link in it, at the same place, read-only."""
    source = _OLD + path
    if not Path(source).exists():
        return
    _make_way(path)
    if Path(source).is_dir():
        Path(path).mkdir(exist_ok=True)
    else:
        Path(path).touch()
    kernel.mount(source, path, flags=kernel.MS_BIND)
    _seal(path, kernel.MS_NOSUID)


def _make_way(path: str) -> None:
    Path(path).parent.mkdir(mode=0o755, parents=True, exist_ok=True)


def _seal(path: str, flags: int) -> None:
    """Make the mount at `path` read-only, keeping the flags that it must not lose."""
    present = os.statvfs(path).f_flag
    kept = sum(mount_flag for status_flag, mount_flag in _LOCKED if present & status_flag)
    kernel.mount("none", path, flags=kernel.MS_BIND | kernel.MS_REMOUNT | kernel.MS_RDONLY | flags | kept)
