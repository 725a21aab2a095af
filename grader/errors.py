"""The two families of errors, never mixed: what the user can mend, and what only the authors can.

A `GraderError` is raised wherever the work cannot be done as asked (usage, configuration, a missing file, a
machine that lacks something). It says what happened, where, and what to do, and the command exits with 2. A
`GraderInternalError` says that the grader itself failed. It never counts against a submission; a command
that ends with it exits with 3 and says how to report it.
"""

from __future__ import annotations

from grader.locale import N_, _

_REASONS = frozenset(
    {
        N_("Permission denied"),
        N_("No such file or directory"),
        N_("Not a directory"),
        N_("Is a directory"),
        N_("File exists"),
        N_("Read-only file system"),
        N_("No space left on device"),
        N_("Disk quota exceeded"),
        N_("File too large"),
        N_("File name too long"),
        N_("Too many open files"),
        N_("Too many levels of symbolic links"),
        N_("Input/output error"),
    }
)
"""What the system says most often, for translators."""


class GraderError(Exception):
    """The work cannot be done as asked, and the reader can change that.

    Args:
        what: What happened, one sentence, already in the reader's language.
        where: The file (and line), folder, option or submission that it is about.
        todo: What to do next.
    """

    def __init__(self, what: str, *, where: object = None, todo: str | None = None) -> None:
        self.what = what
        self.where = None if where is None else str(where)
        self.todo = todo
        super().__init__(what)

    def __str__(self) -> str:
        first = self.what if self.where is None else f"{self.where}: {self.what}"
        return first if self.todo is None else f"{first}\n{self.todo}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.todo))


class GraderInternalError(Exception):
    """The grader failed: a bug of ours or a broken machine, never a fault of a submission."""


def reason_of(error: OSError) -> str:
    """Why the system refused, in the reader's language where it is known."""
    text = error.strerror or str(error)
    return _(text) if text in _REASONS else text


def _rebuild(cls: type[GraderError], what: str, where: str | None, todo: str | None) -> GraderError:
    return cls(what, where=where, todo=todo)
