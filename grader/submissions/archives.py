"""Zips, read without trusting anything that they say about themselves.

Members are read into memory one by one, at most as many bytes as are left of the budget, so a bomb costs a
few megabytes; nothing is ever extracted to the disk, so there is no path to escape to. Names are decoded as
the tools of the world write
them: UTF-8 when flagged or valid, GBK from Chinese Windows, code page 437 otherwise.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from grader.locale import _
from grader.submissions.limits import Budget, Refused, readable_size
from grader.submissions.names import decode_name, environments, is_litter, safe_path
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC = b"PK\x03\x04"
EMPTY_MAGIC = b"PK\x05\x06"
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_KNOWN_KINDS = (
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\xd0\xcf\x11\xe0", "Word"),
    (b"{\\rtf", "RTF"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip: its checked path, and the record to read it by."""

    path: str
    info: zipfile.ZipInfo

    @property
    def modified(self) -> tuple[int, ...]:
        """When it was changed, by the archive's clock."""
        return self.info.date_time


def is_zip(head: bytes) -> bool:
    """Whether bytes begin as a zip does."""
    return head.startswith((MAGIC, EMPTY_MAGIC))


def open_zip(file: IO[bytes], *, limit: int) -> zipfile.ZipFile:
    """The archive in `file`, a binary file of at most `limit` bytes.

    Raises:
        Refused: It is too large, broken, or no zip at all.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > limit:
        raise Refused(_("The archive is larger than {limit}.").format(limit=readable_size(limit)))
    head = file.read(8)
    file.seek(0)
    if not is_zip(head):
        raise Refused(not_a_zip(head))
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError, OSError):
        raise Refused(
            _("The zip is damaged: it is not whole, or was not packed as it should be. Pack it again.")
        ) from None


def members_of(archive: zipfile.ZipFile, budget: Budget) -> list[Member]:
    """The files in the archive, without litter; of two with one path, the last.

    Raises:
        Refused: A member is encrypted, a link, a device, leads outside, or there are too many.
    """
    named = []
    for info in archive.infolist():
        path = _path_of(info)
        budget.look_at(path)
        named.append((path, info))
    skipped = environments([path for path, _info in named])
    found: dict[str, Member] = {}
    for path, info in named:
        if info.is_dir() or path == "" or is_litter(path) or path.startswith(skipped):
            continue
        _check(path, info)
        found[path] = Member(path, info)
    return list(found.values())


def read_members(archive: zipfile.ZipFile, members: Iterable[Member], budget: Budget) -> dict[str, bytes]:
    """The contents of `members`, by path.

    Raises:
        Refused: One is damaged or too large, or all together are.
    """
    return {member.path: read_member(archive, member, budget) for member in members}


def read_member(archive: zipfile.ZipFile, member: Member, budget: Budget) -> bytes:
    """The content of one member, at most what is left of the budget (zips inside count when they are
    unpacked).

    Raises:
        Refused: It is damaged or too large.
    """
    nested = member.path.lower().endswith(".zip")
    room = budget.limits.archive_size if nested else budget.room()
    try:
        with archive.open(member.info) as file:
            content = file.read(room + 1)
    except _DAMAGE:
        raise Refused(
            _("The zip is damaged: {path} cannot be unpacked. Pack it again.").format(
                path=printable(member.path, limit=60)
            )
        ) from None
    if not nested:
        budget.keep(member.path, len(content))
    elif len(content) > room:
        raise Refused(_("The archive is larger than {limit}.").format(limit=readable_size(room)))
    return content


def _path_of(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        with suppress(
            UnicodeEncodeError
        ):  # then the archive said UTF-8 in another way, and zipfile has decoded it
            name = decode_name(name.encode("cp437"))
    return safe_path(name)


def _check(path: str, info: zipfile.ZipInfo) -> None:
    shown = printable(path, limit=60)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise Refused(_("{path} is a symbolic link. Hand in the file itself.").format(path=shown))
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Refused(_("{path} is not an ordinary file.").format(path=shown))
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise Refused(_("The zip has a password. Pack it again without one."))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(_("The zip uses an unusual compression. Pack it again as an ordinary zip."))


def not_a_zip(head: bytes) -> str:
    """What to say of a file that begins like this, where a zip was expected."""
    kind = kind_of(head)
    if kind is None:
        return _("This is not a zip. Hand in a zip or the Python file itself.")
    return _("This is a {kind} file, not a zip. Hand in a zip or the Python file itself.").format(kind=kind)


def kind_of(head: bytes) -> str | None:
    """What a file that begins like this is, when it is something that students hand in for a zip or for Python."""
    return next((name for magic, name in _KNOWN_KINDS if head.startswith(magic)), None)
