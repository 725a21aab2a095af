"""The journal of a run: every Grade is on the disk before the next one is waited for.

`DIR/journal.jsonl`, one line `{"key": ..., "judged": ..., "grade": {...}}` per graded submission, appended and
handed to the system at once, so that it outlives the command. It is synced once a second and at the end: only a
machine that stops loses what the last second gave. A sync for each line would take as long as judging does: some
fifty milliseconds on a busy virtual disk.

A run that is killed at any moment loses at most what was being graded; the last line may be torn,
which is seen and cut off at the next start. The key names everything that the Grade depends on, so a changed
submission, exercise, seed or version of the grader is graded again and nothing else is. `judged` names what
the verdicts depend on: where it is the same, new points are given without running anything.

Grades stay on the disk: what is kept in memory is where each is, so that ten thousand need no more room than
ten.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import platform
import time
from typing import IO, TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from grader.errors import GraderError, reason_of
from grader.grading.grade import Grade
from grader.locale import _, n_
from grader.text import joined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from grader.course.exercise import Exercise
    from grader.grading.settings import GradingSettings
    from grader.submissions import Submission

NAME = "journal.jsonl"
_SYNC_EVERY = 1.0
"""Seconds."""


class _Entry(BaseModel):
    key: str
    judged: str
    grade: Grade


def key_of(exercise: Exercise, submission: Submission, settings: GradingSettings, grader_version: str) -> str:
    """What the Grade of a submission depends on, as a short text; submissions with the same key get the
    same Grade.
    """
    return _hash([exercise.id, exercise.version, *_circumstances(submission, settings, grader_version)])


def judged_key_of(
    version: str, submission: Submission, settings: GradingSettings, grader_version: str
) -> str:
    """What the verdicts of a submission depend on; `version` is the exercise's `judging_version`."""
    return _hash([version, *_circumstances(submission, settings, grader_version)])


def _circumstances(
    submission: Submission, settings: GradingSettings, grader_version: str
) -> list[str | int | None]:
    """What counts for every key, whatever of the exercise does."""
    return [
        submission.content_hash,
        submission.problem,
        settings.seed,
        settings.isolation,
        settings.language,
        settings.suite,
        grader_version,
        platform.python_version(),  # its words are in messages
    ]


def _hash(parts: list[str | int | None]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder of results from its journal to its last report; make it when it is not there.

    Raises:
        GraderError: It cannot be made, or another run is using it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(error, folder) from None
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return  # Windows: `grade` does not run there
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GraderError(
            _("Another run is writing into this folder."),
            where=folder,
            todo=_("Wait until it has ended, or choose another folder with --out."),
        ) from None
    except OSError:
        return  # a file system without locks


def _unwritable(error: OSError, folder: Path) -> GraderError:
    return GraderError(
        _("Results cannot be written here: {reason}.").format(reason=reason_of(error)),
        where=folder,
        todo=_("Choose another folder with --out."),
    )


class Journal:
    """The journal in a folder; a context manager with a lock, so that two runs cannot share it."""

    def __init__(self, folder: Path, *, resume: bool = True) -> None:
        self.path = folder / NAME
        self._resume = resume
        self._file: IO[bytes] | None = None
        self._grades: dict[str, tuple[int, int]] = {}
        self._judged: dict[str, tuple[int, int]] = {}
        self._synced = 0
        """The bytes that are surely on the disk."""
        self._synced_at = 0.0

    def __contains__(self, key: str) -> bool:
        return key in self._grades

    def __len__(self) -> int:
        return len(self._grades)

    @property
    def keys(self) -> list[str]:
        """The keys of what was graded, oldest first."""
        return list(self._grades)

    def grade(self, key: str) -> Grade:
        """The Grade with this key, read from the disk; also after the journal was closed.

        Raises:
            KeyError: There is none.
            GraderError: The journal cannot be read any more.
        """
        return self._at(*self._grades[key])

    def judged(self, judged_key: str) -> Grade | None:
        """A Grade whose verdicts hold for what has this `judged_key_of`."""
        place = self._judged.get(judged_key)
        return None if place is None else self._at(*place)

    def _at(self, offset: int, length: int) -> Grade:
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                return _Entry.model_validate_json(file.read(length)).grade
        except (OSError, ValidationError) as error:
            raise GraderError(
                _("The journal was changed by somebody else while it was in use: {reason}.").format(
                    reason=type(error).__name__
                ),
                where=self.path,
                todo=_("Run the same command again: it goes on where it was."),
            ) from None

    def __enter__(self) -> Self:
        """Open, lock and read it.

        Raises:
            GraderError: The folder cannot be written, or another run is using it.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
        except OSError as error:
            raise _unwritable(error, self.path.parent) from None
        try:
            _lock(self._file.fileno(), self.path.parent)
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
        try:
            if kind is None:
                self._sync()
        finally:
            if self._file is not None:
                self._file.close()

    def add(self, key: str, judged_key: str, grade: Grade) -> None:
        """Append one Grade.

        Raises:
            GraderError: It cannot be written, for instance because the disk is full; what was there before
            is safe.
        """
        assert self._file is not None
        end = self._file.seek(0, os.SEEK_END)
        line = _Entry(key=key, judged=judged_key, grade=grade).model_dump_json().encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            self._drop_unwritten(end)
            raise disk_error(error, self.path, len(self)) from None
        self._grades[key] = self._judged[judged_key] = (end, len(line))
        if time.monotonic() - self._synced_at >= _SYNC_EVERY:
            self._sync()

    def _sync(self) -> None:
        """Wait until everything is on the disk.

        Raises:
            GraderError: It does not get there; what did before is safe.
        """
        if self._file is None:
            return
        end = self._file.seek(0, os.SEEK_END)
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._drop_unwritten(self._synced)
            for places in (self._grades, self._judged):
                for key in [key for key, (begin, _length) in places.items() if begin >= self._synced]:
                    del places[key]
            raise disk_error(error, self.path, len(self)) from None
        self._synced, self._synced_at = end, time.monotonic()

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

    def _read(self) -> None:
        """Read what is whole; cut off a torn last line. A line of another format is skipped."""
        assert self._file is not None
        self._file.seek(0)
        good = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            place = (good, len(line))
            good += len(line)
            try:
                entry = _Entry.model_validate_json(line)
            except ValidationError:
                continue  # it will be graded again
            self._grades[entry.key] = self._judged[entry.judged] = place
        self._file.truncate(good)
        self._synced = good


def disk_error(error: OSError, path: Path, safe: int) -> GraderError:
    """What to say when results cannot be written: why, what is safe, what to do."""
    kept = n_("{n} grade is safe in the journal.", "{n} grades are safe in the journal.", safe).format(n=safe)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        what = _("The disk is full.")
        todo = _("Make room and run the same command again: it goes on where it was.")
    else:
        what = _("Results cannot be written: {reason}.").format(reason=reason_of(error))
        todo = _("Mend that and run the same command again: it goes on where it was.")
    return GraderError(joined(what, kept), where=path, todo=todo)
