"""Entries: what may be a submission and how to read it; and what telling one submission from a class needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.locale import _
from grader.submissions.attempts import Candidate
from grader.submissions.entries import is_packed, is_submission_name, likeness, stem_of
from grader.submissions.folders import read_file, read_folder
from grader.submissions.names import readable_name
from grader.submissions.whole_class import is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import ExitStack
    from pathlib import Path

    from grader.submissions.limits import Budget, IntakeLimits
    from grader.submissions.roster import Roster


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that may be a submission, and how to read it when it is chosen."""

    name: str
    source: str
    """Where it lies, for people."""
    place: str
    """Where it lies; no two entries have the same one."""
    modified: float
    read: Callable[[Budget], dict[str, bytes]]
    remark: str = ""
    """What the teacher should know of how it was taken."""

    def candidate(self, module: str) -> Candidate:
        """What choosing the attempt that counts needs to know of it."""
        return Candidate(stem_of(self.name), self.modified, self.place, likeness(self.name, module))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is plainly no submission."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening containers needs to know, and where files stay open until their entries are read."""

    module: str
    limits: IntakeLimits
    roster: Roster | None
    files: ExitStack

    def is_class(self, paths: Iterable[str]) -> bool:
        """Whether a folder with these relative paths is a whole class."""
        return is_class(paths, self.module, self.roster)

    def remark(self, paths: Iterable[str]) -> str:
        """What to say of a path that was taken as one submission although it holds several things."""
        tops = {path.partition("/")[0] for path in paths if is_submission_name(path)}
        if len(tops) < 2:
            return ""
        return _(
            "Taken as one submission. If it holds those of several students, name the folder that they lie in, "
            "or give a roster."
        )


def disk_entry(path: Path, *, remark: str = "") -> Entry:
    """A file or folder as one entry."""
    name = readable_name(path.resolve().name if path.name in {"", ".", ".."} else path.name)

    def read(budget: Budget) -> dict[str, bytes]:
        if path.is_dir() and not path.is_symlink():
            return read_folder(path, budget)
        content = read_file(path, budget.limits.archive_size, shown=name)
        if not is_packed(name, content):
            budget.keep(name, len(content))
        return {name: content}

    return Entry(name, readable_name(str(path)), str(path), path.lstat().st_mtime, read, remark)


def left_behind() -> str:
    """What to say of litter that people see."""
    return _("It is what a tool left behind.")


def no_submission() -> str:
    """What to say of a file that is plainly none."""
    return _("It is no Python file, folder or zip.")
