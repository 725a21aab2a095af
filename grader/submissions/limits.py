"""How much may be handed in, and the refusal of what is more or worse.

A student's exercise is a few kilobytes. The bounds are far above any honest submission and far below what
hurts: each is checked before the memory is used, on sizes that were measured and not on those that an
archive claims.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.locale import _, n_
from grader.text import joined, printable

MEBIBYTE = 1024 * 1024


class Refused(Exception):  # noqa: N818  # a refusal is an outcome here, not an error
    """This entry will not be judged; the message says why and what the student should do."""


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Bounds for one submission, except `total`, which is for a whole run. Sizes in bytes."""

    files: int = 300
    file_size: int = 2 * MEBIBYTE
    size: int = 6 * MEBIBYTE
    archive_size: int = 24 * MEBIBYTE
    """A zip, as it lies on the disk."""
    members: int = 5_000
    """Entries looked at in a folder or a zip, litter and folders too."""
    depth: int = 12
    nested_archives: int = 3
    """Zips in zips in zips."""
    path_length: int = 240
    entries: int = 100_000
    """Submissions in one container."""
    total: int = 2048 * MEBIBYTE


@dataclass(slots=True)
class Budget:
    """What one submission has used of its limits; every reader of it charges the same budget."""

    limits: IntakeLimits
    files: int = 0
    size: int = 0
    members: int = 0
    notes: list[str] = field(default_factory=list)

    def look_at(self, path: str) -> None:
        """Count one member.

        Raises:
            Refused: There are too many, or `path` is too long or too deep.
        """
        self.count()
        self.check_path(path)

    def count(self) -> None:
        """Count one member whose path is not known yet.

        Raises:
            Refused: There are too many.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise Refused(
                n_(
                    "It holds more than {n} entry. Hand in your own Python files only.",
                    "It holds more than {n} entries. Hand in your own Python files only.",
                    self.limits.members,
                ).format(n=self.limits.members)
            )

    def check_path(self, path: str) -> None:
        """See that a path is neither too long nor too deep.

        Raises:
            Refused: It is.
        """
        if len(path) > self.limits.path_length:
            raise Refused(_("The path {path} is too long.").format(path=printable(path, limit=60)))
        if path.count("/") >= self.limits.depth:
            raise Refused(_("Folders are nested too deep: {path}.").format(path=printable(path, limit=60)))

    def room(self) -> int:
        """How many bytes the next file may have."""
        return min(self.limits.file_size, self.limits.size - self.size)

    def keep(self, path: str, size: int) -> None:
        """Count one file that is kept; `size` is what was really read.

        Raises:
            Refused: It is too large, or there are too many, or too much.
        """
        if size > self.limits.file_size:
            raise Refused(
                _("The file {path} is larger than {limit}.").format(
                    path=printable(path, limit=60), limit=readable_size(self.limits.file_size)
                )
            )
        self.files += 1
        self.size += size
        if self.size > self.limits.size:
            raise Refused(
                joined(
                    _("Unpacked it is larger than {limit}.").format(limit=readable_size(self.limits.size)),
                    _("Hand in your own Python files only."),
                )
            )
        if self.files > self.limits.files:
            raise Refused(
                joined(
                    _("It holds more than {n} files.").format(n=self.limits.files),
                    _("Hand in your own Python files only."),
                )
            )


def readable_size(size: int) -> str:
    """A number of bytes for people: `512 bytes`, `24 MB`."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= factor:
            return f"{size / factor:.4g} {unit}"
    return n_("{n} byte", "{n} bytes", size).format(n=size)
