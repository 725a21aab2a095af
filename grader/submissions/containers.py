"""From a path of the command line to the entries that it stands for: one submission, or those of a class.

An entry is read when it is chosen, and what is wrong with it is told then, in a row of its own: nothing that one
student handed in keeps the others from being graded.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, reason_of
from grader.locale import _
from grader.submissions.archives import Member, listing, open_zip, read_members
from grader.submissions.attempts import Candidate
from grader.submissions.entries import is_packed, is_submission_name, likeness, stem_of
from grader.submissions.folders import read_file, read_folder
from grader.submissions.layout import holds_module
from grader.submissions.limits import Budget, IntakeLimits, Refused
from grader.submissions.names import is_hidden, is_litter, readable_name
from grader.submissions.whole_class import is_class

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import ExitStack

    from grader.submissions.roster import Roster

_DEPTH = 3
"""Levels of a folder that are looked at to tell whether it holds a class."""
_RESULTS = ("journal.jsonl", "feedback")
"""What a run that got as far as its reports leaves in its folder, which may lie among the submissions."""


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


def entries_of(path: Path, opening: Opening) -> Iterator[Entry | LeftOut]:
    """The entries that one path of the command line stands for.

    Raises:
        GraderError: It does not exist, is a link to a folder, or cannot be read.
    """
    mode = status(path)
    if stat.S_ISDIR(mode):
        yield from _folder_entries(path, opening)
    elif path.suffix.lower() == ".zip":
        yield from _zip_entries(path, opening)
    else:
        yield disk_entry(path)


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


def status(path: Path) -> int:
    """The kind of what lies at `path`.

    Raises:
        GraderError: Nothing does, or a link to a folder.
    """
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise GraderError(
            _("This cannot be read: {reason}.").format(reason=reason),
            where=path,
            todo=_("Check the path of the submissions."),
        ) from None
    if stat.S_ISLNK(mode) and path.is_dir():
        raise GraderError(
            _("This is a symbolic link to a folder."),
            where=path,
            todo=_("Name the folder itself."),
        )
    return mode


def _folder_entries(path: Path, opening: Opening) -> Iterator[Entry | LeftOut]:
    try:
        names = sorted(entry.name for entry in path.iterdir())
    except OSError as error:
        raise GraderError(
            _("This folder cannot be read: {reason}.").format(reason=reason_of(error)),
            where=path,
            todo=_("Check that you may read it."),
        ) from None
    if holds_module(names, opening.module) or (path / opening.module / "__init__.py").is_file():
        paths = _inside(path)
        if not opening.is_class(paths):
            yield disk_entry(path, remark=opening.remark(paths))
            return
    places = []
    for name in names:
        reason = _left_out(readable_name(name), path / name)
        if reason is None:
            places.append(path / name)
        elif reason:
            yield LeftOut(readable_name(str(path / name)), reason)
    remark = ""
    if len(places) == 1 and stat.S_ISDIR(places[0].lstat().st_mode):
        inner = _inside(places[0])
        if opening.is_class(inner):
            yield from _folder_entries(places[0], opening)
            return
        remark = "" if holds_module(inner, opening.module) else opening.remark(inner)
    for place in places:
        yield disk_entry(place, remark=remark)


def _left_out(name: str, path: Path) -> str | None:
    """Why an entry of a folder is no submission; "" when nobody needs to know, None when it may be one."""
    is_folder = path.is_dir() and not path.is_symlink()
    if is_hidden(name) or (is_folder and is_litter(name)):
        return ""
    if is_litter(name):
        return _("It is what a tool left behind.")
    if is_folder and all((path / own).exists() for own in _RESULTS):
        return _("It holds the results of an earlier run.")
    return None if is_folder or is_submission_name(name) else no_submission()


def no_submission() -> str:
    """What to say of a file that is plainly none."""
    return _("It is no Python file, folder or zip.")


def _inside(folder: Path) -> list[str]:
    """Relative paths of what lies in a folder, three levels deep; a folder that cannot be read is empty."""
    found = []
    for place, folders, files in os.walk(folder):
        prefix = Path(place).relative_to(folder)
        found += [(prefix / name).as_posix() for name in files if not is_litter(name)]
        folders[:] = [] if len(prefix.parts) >= _DEPTH else [name for name in folders if not is_litter(name)]
    return found


def _zip_entries(path: Path, opening: Opening) -> Iterator[Entry | LeftOut]:
    """The submission that a zip is, or those that it contains."""
    limits = opening.limits
    # A learning platform's export of a whole class may be large; what is in it is bounded entry by entry.
    bounds = replace(
        limits, archive_size=limits.total, members=limits.entries * 10, path_length=1000, depth=40
    )
    try:
        file = opening.files.enter_context(path.open("rb"))
        archive = opening.files.enter_context(open_zip(file, limit=limits.total))
        members = listing(archive, Budget(bounds))
    except (Refused, OSError):
        yield disk_entry(path)  # reading it again says what is wrong, in a row of its own
        return
    wrapper = remark = ""
    groups = _groups(members, wrapper)
    names = [member.path for member in members]
    if len(groups) == 1:
        (folder,) = groups
        inner = [name.partition("/")[2] for name in names]
        if opening.is_class(inner):
            wrapper = f"{folder}/"
            groups = _groups(members, wrapper)
        elif names == [folder] or holds_module(inner, opening.module):
            yield disk_entry(path)
            return
        else:
            remark = opening.remark(inner)
    elif _is_of_one(groups, names, opening):
        yield disk_entry(path, remark=opening.remark(names))
        return
    for name, group in groups.items():
        place = wrapper + name
        source = f"{path}/{place}"
        if len(group) == 1 and group[0].path == place and not is_submission_name(name):
            yield LeftOut(source, no_submission())
            continue
        modified = max(_seconds(member.modified) for member in group)
        yield Entry(name, source, source, modified, _zip_reader(archive, place, group), remark)


def _is_of_one(groups: dict[str, list[Member]], names: list[str], opening: Opening) -> bool:
    """Whether a zip is one submission: the module lies at its root, or it holds no two things that may be read."""
    if holds_module(names, opening.module):
        return not opening.is_class(names)
    return sum(any(member.problem is None for member in group) for group in groups.values()) < 2


def _groups(members: Iterable[Member], wrapper: str) -> dict[str, list[Member]]:
    """What lies in a zip, or in its one folder `wrapper`, by its name there."""
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.path.removeprefix(wrapper).partition("/")[0], []).append(member)
    return groups


def _zip_reader(
    archive: zipfile.ZipFile, place: str, group: list[Member]
) -> Callable[[Budget], dict[str, bytes]]:
    def read(budget: Budget) -> dict[str, bytes]:
        for member in group:
            budget.look_at(member.path)
        files = read_members(archive, group, budget)
        if place in files:
            return {place.rpartition("/")[2]: files[place]}
        return {path.removeprefix(place + "/"): data for path, data in files.items()}

    return read


def _seconds(stamp: tuple[int, ...]) -> float:
    """A zip's local time as seconds since the epoch, to compare with files of the disk. It may be nonsense, such as a
    month 0, which `mktime` counts on and `datetime` would refuse.
    """
    year, month, day, hour, minute, second = stamp
    try:
        return time.mktime((year, month, day, hour, minute, second, 0, 0, -1))
    except (OverflowError, ValueError):
        return 0.0
