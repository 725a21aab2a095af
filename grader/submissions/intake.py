"""Intake: from the paths that a teacher names to submissions, with a table of what was taken for what.

A path that is a Python file, or a folder or zip that holds the exercise's module, is one submission. Any
other folder or zip is a container: each entry in it is a submission, named after the entry; a folder that holds
nothing but one folder of submissions stands for that one (`containers`). What cannot be taken is a submission with a
problem, so that its owner gets a row and a reason; what is plainly no submission (a roster, a README) is left out, and
the table says so. Nothing is written to the disk and nothing of a submission is run.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.locale import _
from grader.submissions.archives import members_of, open_zip, read_members
from grader.submissions.attempts import Choice, choose
from grader.submissions.containers import entries_of, status
from grader.submissions.entries import is_packed, refuse_unless_python
from grader.submissions.layout import Layout, lay_out
from grader.submissions.limits import Budget, IntakeLimits, Refused, readable_size
from grader.submissions.opening import Entry, LeftOut, Opening, disk_entry
from grader.submissions.submission import Student, Submission, content_hash
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.submissions.roster import Roster


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
    """For the teacher: what the student is told, and what only the teacher should know."""
    student: Student | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that was handed in."""

    submissions: tuple[Submission, ...]
    table: tuple[Row, ...]
    missing: tuple[Student, ...] = ()
    """Students of the roster who handed in nothing."""
    strangers: int = 0
    """Submissions that fit nobody in the roster, or several."""


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
        opening = Opening(module, limits, roster, open_files)
        found = [entry for path in paths for entry in entries_of(path, opening)]
        table += [_left_out(entry) for entry in dict.fromkeys(found) if isinstance(entry, LeftOut)]
        entries = {entry.place: entry for entry in found if isinstance(entry, Entry)}
        if len(entries) > limits.entries:
            raise GraderError(
                _("There are more than {n} submissions.").format(n=limits.entries),
                todo=_("Grade them in parts."),
            )
        candidates = [entry.candidate(module) for entry in entries.values()]
        submissions: list[Submission] = []
        used: set[str] = set()
        total = 0
        for choice in choose(candidates, roster):
            submission = _take(entries[choice.chosen.source], choice, module, limits)
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
            table += _rows(submission, choice, entries, _owner_notes(choice, roster))
    if not submissions:
        raise GraderError(
            _("There is nothing to grade here."),
            where=", ".join(map(str, paths)),
            todo=_("Name a Python file, a folder or a zip of submissions."),
        )
    handed_in = {submission.student.id for submission in submissions if submission.student}
    missing = tuple(student for student in (roster.students if roster else ()) if student.id not in handed_in)
    strangers = sum(submission.student is None for submission in submissions) if roster else 0
    return Intake(tuple(submissions), tuple(table), missing, strangers)


def take_one(path: Path, module: str, *, limits: IntakeLimits | None = None) -> Submission:
    """The one submission at `path`: what a student checks before handing it in.

    Raises:
        GraderError: It does not exist, or cannot be taken in; with the reason.
    """
    limits = limits or IntakeLimits()
    status(path)
    entry = disk_entry(path)
    candidate = entry.candidate(module)
    submission = _take(entry, Choice(candidate.name, candidate, (), None), module, limits)
    if submission.problem:
        raise GraderError(submission.problem, where=path, todo=_("Mend this before you hand it in."))
    return submission


def _take(entry: Entry, choice: Choice, module: str, limits: IntakeLimits) -> Submission:
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


def _lay_out_entry(entry: Entry, module: str, budget: Budget) -> Layout:
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


def _rows(
    submission: Submission, choice: Choice, entries: Mapping[str, Entry], owner_notes: tuple[str, ...]
) -> Iterable[Row]:
    for other in choice.replaced:
        is_beside = other.likeness.is_beside(choice.chosen.likeness)
        note = _("Another file of the same student counts.") if is_beside else _("A later attempt counts.")
        source = printable(entries[other.source].source, limit=300)
        yield Row(source, Taken.REPLACED, submission.id, (note,), submission.student)
    outcome = Taken.REFUSED if submission.problem else Taken.TAKEN
    said = (submission.problem,) if submission.problem else submission.notes
    remark = entries[choice.chosen.source].remark
    notes = (*said, *owner_notes, *((remark,) if remark else ()))
    yield Row(submission.source, outcome, submission.id, notes, submission.student)


def _owner_notes(choice: Choice, roster: Roster | None) -> tuple[str, ...]:
    """What to say of a submission whose student is not known."""
    if roster is None or choice.student is not None:
        return ()
    if not choice.fitting:
        return (_("Nobody in the roster fits."),)
    names = ", ".join(printable(student.id, limit=40) for student in choice.fitting[:5])
    return (
        _("Several students in the roster fit: {names}. Put the right id into its name.").format(names=names),
    )


def _left_out(entry: LeftOut) -> Row:
    return Row(printable(entry.source, limit=300), Taken.LEFT_OUT, notes=(entry.reason,))


def _unused(name: str, used: set[str]) -> str:
    """`name`, or `name-2` when it is taken; case does not count, as in some file systems."""
    chosen, number = name, 2
    while chosen.casefold() in used:
        chosen, number = f"{name}-{number}", number + 1
    used.add(chosen.casefold())
    return chosen
