"""Intake: from the paths that a teacher names to submissions, with a table of what was taken for what.

A path that is a Python file, or a folder or zip that holds the exercise's module, is one submission. Any
other folder or zip is a container: each entry in it is a submission, named after the entry; a folder that holds
nothing but one folder of submissions stands for that one. What cannot be
taken is a submission with a problem, so that its owner gets a row and a reason; what is plainly no
submission (a roster, a README, litter) is left out, and the table says so. Nothing is written to the disk
and nothing of a submission is run.
"""

from __future__ import annotations

import io
import os
import stat
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, reason_of
from grader.locale import _
from grader.submissions.archives import Member, members_of, open_zip, read_members
from grader.submissions.attempts import Candidate, Choice, choose
from grader.submissions.entries import (
    is_packed,
    is_submission_name,
    likeness,
    refuse_unless_python,
    stem_of,
    wraps_a_class,
)
from grader.submissions.folders import read_file, read_folder
from grader.submissions.layout import Layout, holds_module, lay_out
from grader.submissions.limits import Budget, IntakeLimits, Refused, readable_size
from grader.submissions.names import is_litter, readable_name
from grader.submissions.submission import Student, Submission, content_hash
from grader.text import printable

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Sequence

    from grader.submissions.roster import Roster

_DEPTH = 3
"""Levels of a folder that are looked at to tell whether it holds a class."""


class Taken(StrEnum):
    """What became of an entry."""

    TAKEN = "taken"
    REFUSED = "refused"
    REPLACED = "replaced"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of what was taken for what."""

    source: str
    outcome: Taken
    submission: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that was handed in."""

    submissions: tuple[Submission, ...]
    table: tuple[Row, ...]
    missing: tuple[Student, ...] = ()
    """Students of the roster who handed in nothing."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something that may be a submission, and how to read it when it is chosen."""

    name: str
    source: str
    modified: float
    read: Callable[[Budget], dict[str, bytes]]

    def candidate(self, module: str) -> Candidate:
        """What choosing the attempt that counts needs to know of it."""
        return Candidate(stem_of(self.name), self.modified, self.source, likeness(self.name, module))


def take_in(
    paths: Sequence[Path], module: str, *, roster: Roster | None = None, limits: IntakeLimits | None = None
) -> Intake:
    """Take in what lies at `paths` for an exercise whose module is `module`.

    Raises:
        GraderError: A path does not exist or cannot be read at all, nothing was found, or it is too much
        altogether.
    """
    limits = limits or IntakeLimits()
    table: list[Row] = []
    with ExitStack() as open_files:
        entries: list[_Entry] = []
        for path in paths:
            entries += _entries(path, module, limits, table, open_files)
        if len(entries) > limits.entries:
            raise GraderError(
                _("There are more than {n} submissions.").format(n=limits.entries),
                todo=_("Grade them in parts."),
            )
        by_source = {entry.source: entry for entry in entries}
        candidates = [entry.candidate(module) for entry in by_source.values()]
        submissions: list[Submission] = []
        used: set[str] = set()
        total = 0
        for choice in choose(candidates, roster):
            submission = _take(by_source[choice.chosen.source], choice, module, limits)
            submission = replace(submission, id=_unused(submission.id, used))
            total += sum(map(len, submission.files.values()))
            if total > limits.total:
                raise GraderError(
                    _("All submissions together are larger than {limit}.").format(
                        limit=readable_size(limits.total)
                    ),
                    todo=_("Grade them in parts."),
                )
            submissions.append(submission)
            table += _rows(submission, choice)
    if not submissions:
        raise GraderError(
            _("There is nothing to grade here."),
            where=", ".join(map(str, paths)),
            todo=_("Name a Python file, a folder or a zip of submissions."),
        )
    handed_in = {submission.student.id for submission in submissions if submission.student}
    missing = tuple(student for student in (roster.students if roster else ()) if student.id not in handed_in)
    return Intake(tuple(submissions), tuple(table), missing)


def take_one(path: Path, module: str, *, limits: IntakeLimits | None = None) -> Submission:
    """The one submission at `path`: what a student checks before handing it in.

    Raises:
        GraderError: It does not exist, or cannot be taken in; with the reason.
    """
    limits = limits or IntakeLimits()
    _status(path)
    entry = _disk_entry(path)
    candidate = entry.candidate(module)
    submission = _take(entry, Choice(candidate.name, candidate, (), None), module, limits)
    if submission.problem:
        raise GraderError(submission.problem, where=path, todo=_("Mend this before you hand it in."))
    return submission


def _entries(
    path: Path, module: str, limits: IntakeLimits, table: list[Row], open_files: ExitStack
) -> list[_Entry]:
    """The entries that one path of the command line stands for."""
    mode = _status(path)
    if stat.S_ISDIR(mode):
        try:
            names = sorted(entry.name for entry in path.iterdir())
        except OSError as error:
            raise GraderError(
                _("This folder cannot be read: {reason}.").format(reason=reason_of(error)),
                where=path,
                todo=_("Check that you may read it."),
            ) from None
        if holds_module(names, module) or (path / module / "__init__.py").is_file():
            return [_disk_entry(path)]
        places = [path / name for name in names if _is_entry(path / name, table)]
        if len(places) == 1 and places[0].is_dir() and wraps_a_class(_inside(places[0]), module):
            return _entries(places[0], module, limits, table, open_files)
        return [_disk_entry(place) for place in places]
    if path.suffix.lower() == ".zip":
        return _zip_entries(path, module, limits, table, open_files)
    return [_disk_entry(path)]


def _inside(folder: Path) -> list[str]:
    """Relative paths of what lies in a folder, three levels deep; a folder that cannot be read is empty."""
    found = []
    for place, folders, files in os.walk(folder):
        prefix = Path(place).relative_to(folder)
        found += [(prefix / name).as_posix() for name in files]
        folders[:] = [] if len(prefix.parts) >= _DEPTH else [name for name in folders if not is_litter(name)]
    return found


def _zip_entries(
    path: Path, module: str, limits: IntakeLimits, table: list[Row], open_files: ExitStack
) -> list[_Entry]:
    """The submission that a zip is, or those that it contains."""
    whole = [_disk_entry(path)]
    # A learning platform's export of a whole class may be large; what is in it is bounded entry by entry.
    bounds = replace(
        limits, archive_size=limits.total, members=limits.entries * 10, path_length=1000, depth=40
    )
    try:
        file = open_files.enter_context(path.open("rb"))
        archive = open_files.enter_context(open_zip(file, limit=limits.total))
        members = members_of(archive, Budget(bounds))
    except (Refused, OSError):
        return whole  # reading it again says what is wrong, in a row of its own
    wrapper = ""
    groups = _groups(members, wrapper)
    names = [member.path for member in members]
    if holds_module(names, module) or _is_single(groups, names, module):
        return whole
    if len(groups) == 1:
        inner = [member.path.partition("/")[2] for member in members]
        if wraps_a_class(inner, module):
            wrapper = next(iter(groups)) + "/"
            groups = _groups(members, wrapper)
    entries = []
    for name, group in groups.items():
        place = wrapper + name
        source = f"{path}/{place}"
        if len(group) == 1 and group[0].path == place and not is_submission_name(name):
            table.append(_left_out(source))
            continue
        modified = max(_seconds(member.modified) for member in group)
        entries.append(_Entry(name, source, modified, _zip_reader(archive, place, group)))
    return entries


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


def _is_single(groups: dict[str, list[Member]], names: list[str], module: str) -> bool:
    """Whether a zip without the module at its root still is one submission: one folder with it, or one
    file.
    """
    if len(groups) != 1:
        return False
    (name,) = groups
    inner = [path.removeprefix(name + "/") for path in names]
    return holds_module(inner, module) or names == [name]


def _disk_entry(path: Path) -> _Entry:
    name = readable_name(path.resolve().name if path.name in {"", ".", ".."} else path.name)

    def read(budget: Budget) -> dict[str, bytes]:
        if path.is_dir() and not path.is_symlink():
            return read_folder(path, budget)
        content = read_file(path, budget.limits.archive_size, shown=name)
        if not is_packed(name, content):
            budget.keep(name, len(content))
        return {name: content}

    return _Entry(name, readable_name(str(path)), path.lstat().st_mtime, read)


def _take(entry: _Entry, choice: Choice, module: str, limits: IntakeLimits) -> Submission:
    """The submission that an entry is; with a problem when it cannot be taken."""
    budget = Budget(limits)
    try:
        layout = _lay_out_entry(entry, module, budget)
    except Refused as refusal:
        return Submission(
            choice.id,
            {},
            content_hash({}),
            choice.student,
            printable(entry.source, limit=300),
            problem=str(refusal),
        )
    return Submission(
        choice.id,
        layout.files,
        content_hash(layout.files),
        choice.student,
        printable(entry.source, limit=300),
        notes=layout.notes,
    )


def _lay_out_entry(entry: _Entry, module: str, budget: Budget) -> Layout:
    files = entry.read(budget)
    name = entry.name
    if list(files) != [name]:
        return lay_out(files, module, budget)
    content = files[name]
    if is_packed(name, content):
        with open_zip(io.BytesIO(content), limit=budget.limits.archive_size) as archive:
            return lay_out(read_members(archive, members_of(archive, budget), budget), module, budget)
    refuse_unless_python(name, content, module)
    # A single file is the module, whatever its name: submissions are often named after their owners.
    return lay_out({f"{module}.py": content}, module, budget)


def _rows(submission: Submission, choice: Choice) -> Iterable[Row]:
    for other in choice.replaced:
        is_beside = other.likeness.is_beside(choice.chosen.likeness)
        note = _("Another file of the same student counts.") if is_beside else _("A later attempt counts.")
        yield Row(printable(other.source, limit=300), Taken.REPLACED, submission.id, (note,))
    if submission.problem:
        yield Row(submission.source, Taken.REFUSED, submission.id, (submission.problem,))
    else:
        yield Row(submission.source, Taken.TAKEN, submission.id, submission.notes)


def _is_entry(path: Path, table: list[Row]) -> bool:
    """Whether an entry of a folder may be a submission; if not, and it is not litter, the table says so."""
    name = readable_name(path.name)
    if is_litter(name):
        return False
    if (path.is_dir() and not path.is_symlink()) or is_submission_name(name):
        return True
    table.append(_left_out(readable_name(str(path))))
    return False


def _left_out(source: str) -> Row:
    return Row(
        printable(source, limit=300), Taken.LEFT_OUT, notes=(_("It is no Python file, folder or zip."),)
    )


def _status(path: Path) -> int:
    """The kind of what lies at `path`.

    Raises:
        GraderError: Nothing does, or a link.
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


def _unused(name: str, used: set[str]) -> str:
    """`name`, or `name-2` when it is taken; case does not count, as in some file systems."""
    chosen, number = name, 2
    while chosen.casefold() in used:
        chosen, number = f"{name}-{number}", number + 1
    used.add(chosen.casefold())
    return chosen


def _seconds(stamp: tuple[int, ...]) -> float:
    """A zip's time as a number that sorts; a zip's times may be nonsense, which `datetime` would refuse."""
    year, month, day, hour, minute, second = stamp
    return ((((year * 12 + month) * 31 + day) * 24 + hour) * 60 + minute) * 60.0 + second
