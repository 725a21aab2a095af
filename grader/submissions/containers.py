"""From a path of the command line to the entries that it stands for: one submission, or those of a class.

An entry is read when it is chosen, and what is wrong with it is told then, in a row of its own: nothing that one
student handed in keeps the others from being graded.
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, reason_of
from grader.locale import _
from grader.submissions.entries import is_submission_name
from grader.submissions.folders import read_file
from grader.submissions.gradescope_export import LARGEST, METADATA, names_of
from grader.submissions.layout import holds_module
from grader.submissions.limits import Refused
from grader.submissions.names import is_hidden, is_litter, readable_name
from grader.submissions.opening import Entry, LeftOut, Opening, disk_entry, left_behind, no_submission
from grader.submissions.zip_containers import zip_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 3
"""Levels of a folder that are looked at to tell whether it holds a class."""
_RESULTS = ("journal.jsonl", "feedback")
"""What a run that got as far as its reports leaves in its folder, which may lie among the submissions."""


def entries_of(path: Path, opening: Opening) -> Iterator[Entry | LeftOut]:
    """The entries that one path of the command line stands for.

    Raises:
        GraderError: It does not exist, is a link to a folder, or cannot be read.
    """
    mode = status(path)
    if stat.S_ISDIR(mode):
        yield from _folder_entries(path, opening)
    elif path.suffix.lower() == ".zip":
        yield from zip_entries(path, opening)
    else:
        yield disk_entry(path)


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
    named = _gradescope_names(path) if METADATA in names else {}
    for place in places:
        entry = disk_entry(place, remark=remark)
        yield replace(entry, name=named.get(entry.name, entry.name))


def _gradescope_names(folder: Path) -> dict[str, str]:
    try:
        return names_of(read_file(folder / METADATA, LARGEST))
    except Refused:
        return {}


def _left_out(name: str, path: Path) -> str | None:
    """Why an entry of a folder is no submission; "" when nobody needs to know, None when it may be one."""
    is_folder = path.is_dir() and not path.is_symlink()
    if is_hidden(name) or (is_folder and is_litter(name)):
        return ""
    if is_litter(name):
        return left_behind()
    if is_folder and all((path / own).exists() for own in _RESULTS):
        return _("It holds the results of an earlier run.")
    return None if is_folder or is_submission_name(name) else no_submission()


def _inside(folder: Path) -> list[str]:
    """Relative paths of what lies in a folder, three levels deep; a folder that cannot be read is empty."""
    found = []
    for place, folders, files in os.walk(folder):
        prefix = Path(place).relative_to(folder)
        found += [(prefix / name).as_posix() for name in files if not is_litter(name)]
        folders[:] = [] if len(prefix.parts) >= _DEPTH else [name for name in folders if not is_litter(name)]
    return found
