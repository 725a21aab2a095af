"""Folders and files of the disk, read without following links and without waiting for pipes.

What lies in a folder of submissions may be a link to a teacher's key, a device that never ends, or a
million files. Each file is opened without following a link, looked at through its descriptor, and read up
to the budget.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grader.errors import reason_of
from grader.locale import _
from grader.submissions.limits import Budget, Refused, readable_size
from grader.submissions.names import environments, is_litter, readable_name, safe_path
from grader.text import printable

_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def read_file(path: Path, limit: int, *, shown: str | None = None) -> bytes:
    """The content of an ordinary file, at most `limit` bytes.

    Raises:
        Refused: It is a link, a device, a pipe, too large, or cannot be read.
    """
    name = printable(shown or path.name, limit=60)
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise Refused(_("{path} is a symbolic link. Hand in the file itself.").format(path=name))
        if not stat.S_ISREG(mode):
            raise Refused(_("{path} is not an ordinary file.").format(path=name))
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise Refused(
            _("{path} cannot be read: {reason}.").format(path=name, reason=reason_of(error))
        ) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Refused(_("{path} is not an ordinary file.").format(path=name))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise Refused(
            _("{path} cannot be read: {reason}.").format(path=name, reason=reason_of(error))
        ) from None
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise Refused(
            _("The file {path} is larger than {limit}.").format(path=name, limit=readable_size(limit))
        )
    return content


def read_folder(folder: Path, budget: Budget) -> dict[str, bytes]:
    """The files under `folder` by relative POSIX path, without litter.

    Raises:
        Refused: Something in it is a link, a device, unreadable, or there is too much of it.
    """
    found = _walk(folder, budget)
    skipped = environments(list(found))
    contents = {}
    for path, place in sorted(found.items()):
        if is_litter(path) or path.startswith(skipped):
            continue
        nested = path.lower().endswith(".zip")
        limit = budget.limits.archive_size if nested else budget.limits.file_size
        contents[path] = read_file(place, limit, shown=path)
        if not nested:
            budget.keep(path, len(contents[path]))
    return contents


def _walk(folder: Path, budget: Budget) -> dict[str, Path]:
    """Every file under `folder` except in litter; nothing is opened, links are not followed."""
    found: dict[str, Path] = {}
    waiting = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    path = safe_path(prefix + readable_name(entry.name))
                    budget.look_at(path)
                    if entry.is_dir(follow_symlinks=False):
                        if not is_litter(path):
                            waiting.append((Path(entry.path), path + "/"))
                    else:
                        found[path] = Path(entry.path)
        except OSError as error:
            raise Refused(
                _("{path} cannot be read: {reason}.").format(
                    path=printable(prefix or folder.name, limit=60), reason=reason_of(error)
                )
            ) from None
    return found
