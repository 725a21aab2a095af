"""The journal of a run: every Grade is on the disk before the next one is waited for.

`DIR/journal.jsonl`, one line `{"key": ..., "grade": {...}}` per graded submission, appended and synced. A
run that is killed at any moment loses at most what was being graded; the last line may be torn, which is
seen and cut off at the next start. The key names everything that the Grade depends on, so a changed
submission, exercise, seed or version of the grader is graded again and nothing else is.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from typing import IO, TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from grader.errors import GraderError
from grader.grading.grade import Grade
from grader.locale import _, n_

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from grader.course.exercise import Exercise
    from grader.grading.settings import GradingSettings
    from grader.submissions import Submission

NAME = "journal.jsonl"


class _Entry(BaseModel):
    key: str
    grade: Grade


def key_of(exercise: Exercise, submission: Submission, settings: GradingSettings, grader_version: str) -> str:
    """What the Grade of a submission depends on, as a short text; submissions with the same key get the
    same Grade.
    """
    parts = [
        exercise.id,
        exercise.version,
        submission.content_hash,
        submission.problem,
        settings.seed,
        settings.isolation,
        settings.language,
        settings.suite,
        grader_version,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


class Journal:
    """The journal in a folder; a context manager with a lock, so that two runs cannot share a folder."""

    def __init__(self, folder: Path, *, resume: bool = True) -> None:
        self.path = folder / NAME
        self._resume = resume
        self._file: IO[bytes] | None = None
        self.grades: dict[str, Grade] = {}
        """What was graded before, by key."""

    def __enter__(self) -> Self:
        """Open, lock and read it.

        Raises:
            GraderError: The folder cannot be written, or another run is using it.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
        except OSError as error:
            raise GraderError(
                _("Results cannot be written here: {reason}.").format(reason=error.strerror),
                where=self.path.parent,
                todo=_("Choose another folder with --out."),
            ) from None
        try:
            self._lock()
            if self._resume:
                self._read()
            else:
                self._file.truncate(0)
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, key: str, grade: Grade) -> None:
        """Append one Grade and wait until it is on the disk.

        Raises:
            GraderError: It cannot be written, for instance because the disk is full; what was there before
            is safe.
        """
        assert self._file is not None
        end = self._file.seek(0, os.SEEK_END)
        line = _Entry(key=key, grade=grade).model_dump_json().encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._drop_unwritten(end)
            raise disk_error(error, self.path, len(self.grades)) from None
        self.grades[key] = grade

    def _drop_unwritten(self, end: int) -> None:
        """Leave the file as it was; bytes that are still buffered must not be tried again when it is
        closed.
        """
        assert self._file is not None
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            os.truncate(self.path, end)
        self._file = None

    def _lock(self) -> None:
        assert self._file is not None
        try:
            import fcntl
        except ImportError:
            return  # Windows: `grade` does not run there
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GraderError(
                _("Another run is writing into this folder."),
                where=self.path.parent,
                todo=_("Wait until it has ended, or choose another folder with --out."),
            ) from None

    def _read(self) -> None:
        """Read what is whole; cut off a torn last line. A line of another format is skipped."""
        assert self._file is not None
        self._file.seek(0)
        good = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            good += len(line)
            try:
                entry = _Entry.model_validate_json(line)
            except ValidationError:
                continue  # it will be graded again
            self.grades[entry.key] = entry.grade
        self._file.truncate(good)


def disk_error(error: OSError, path: Path, safe: int) -> GraderError:
    """What to say when results cannot be written: why, what is safe, what to do."""
    kept = n_("{n} grade is safe in the journal.", "{n} grades are safe in the journal.", safe).format(n=safe)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        what = _("The disk is full.")
        todo = _("Make room and run the same command again: it goes on where it was.")
    else:
        what = _("Results cannot be written: {reason}.").format(reason=error.strerror)
        todo = _("Mend that and run the same command again: it goes on where it was.")
    return GraderError(f"{what} {kept}", where=path, todo=todo)
