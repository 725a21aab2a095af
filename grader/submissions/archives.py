"""Zips, read without trusting anything that they say about themselves.

Members are read into memory one by one, at most as many bytes as are left of the budget, so a bomb costs a
few megabytes; nothing is ever extracted to the disk, so there is no path to escape to. Names are decoded as
the tools of the world write them: UTF-8 when flagged, valid or given beside the name (Info-ZIP's extra field, which
tells names in any other code page), else GBK from Chinese Windows.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from grader.locale import _
from grader.submissions.limits import Budget, Refused, readable_size
from grader.submissions.names import (
    decode_name,
    environments,
    harmless_path,
    is_hidden,
    is_litter,
    safe_path,
)
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC = b"PK\x03\x04"
EMPTY_MAGIC = b"PK\x05\x06"
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_NAME = 0x7075
"""The extra field `Info-ZIP Unicode Path`."""
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
    """A file in a zip: its path, and the record to read it by."""

    path: str
    info: zipfile.ZipInfo
    problem: str | None = None
    """Why it is not read: its path is only good for showing then."""
    times: int = 1
    """How many files in the zip have this path; this one is the last."""

    @property
    def modified(self) -> tuple[int, ...]:
        """When it was changed, by the archive's clock."""
        return self.info.date_time


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in an archive."""

    members: list[Member]
    """Its files, without litter."""
    others: list[str]
    """Paths of its folders and of litter that people see: whoever handed in nothing else handed in something."""


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
    """The files in the archive of one submission, without litter; of two with one path, the last, and a note says so.

    Raises:
        Refused: A member is encrypted, a link, a device, leads outside, or there are too many.
    """
    members = listing(archive, budget).members
    for member in members:
        if member.problem is not None:
            raise Refused(member.problem)
        if member.times > 1:
            budget.notes.append(
                _("The zip holds {path} {n} times; the last was taken.").format(
                    path=printable(member.path, limit=60), n=member.times
                )
            )
    return members


def listing(archive: zipfile.ZipFile, budget: Budget) -> Listing:
    """What is in an archive that may hold many submissions: a member that must not be read has a problem, which is a
    matter of the one who handed it in.

    Raises:
        Refused: There are too many.
    """
    named = []
    for info in archive.infolist():
        budget.count()
        named.append(_member(info, budget))
    skipped = environments([member.path for member in named if member.problem is None])
    found: dict[str, Member] = {}
    others = []
    for member in named:
        path = member.path
        if member.problem is None:
            if path == "" or is_hidden(path) or f"{path}/".startswith(skipped):
                continue
            if member.info.is_dir() or is_litter(path):
                others.append(path)
                continue
            member = replace(member, problem=_problem_of(path, member.info))
        before = found.get(path)
        if before is not None:
            member = replace(member, problem=before.problem or member.problem, times=before.times + 1)
        found[path] = member
    return Listing(list(found.values()), others)


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
        Refused: It has a problem, is damaged or too large.
    """
    if member.problem is not None:
        raise Refused(member.problem)
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


def _member(info: zipfile.ZipInfo, budget: Budget) -> Member:
    name = _name_of(info)
    try:
        path = safe_path(name)
        budget.check_path(path)
    except Refused as refusal:
        return Member(harmless_path(name), info, str(refusal))
    return Member(path, info)


def _name_of(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        with suppress(
            UnicodeEncodeError
        ):  # then the archive said UTF-8 in another way, and zipfile has decoded it
            raw = name.encode("cp437")
            name = _unicode_name(info.extra, raw) or decode_name(raw)
    return name


def _unicode_name(extra: bytes, raw: bytes) -> str | None:
    """The name in UTF-8 that some tools write beside one in the code page of their system, if it is of that name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_NAME and content[:5] == struct.pack("<BL", 1, zlib.crc32(raw)):
            with suppress(UnicodeDecodeError):
                return content[5:].decode("utf-8")
    return None


def _problem_of(path: str, info: zipfile.ZipInfo) -> str | None:
    """Why a member must not be read, by what the archive says about it."""
    shown = printable(path, limit=60)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return _("{path} is a symbolic link. Hand in the file itself.").format(path=shown)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return _("{path} is not an ordinary file.").format(path=shown)
    if info.flag_bits & _ENCRYPTED_FLAG:
        return _("The zip has a password. Pack it again without one.")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return _("The zip uses an unusual compression. Pack it again as an ordinary zip.")
    return None


def not_a_zip(head: bytes) -> str:
    """What to say of a file that begins like this, where a zip was expected."""
    kind = kind_of(head)
    if kind is None:
        return _("This is not a zip. Hand in a zip or the Python file itself.")
    return _("This is a {kind} file, not a zip. Hand in a zip or the Python file itself.").format(kind=kind)


def kind_of(head: bytes) -> str | None:
    """What a file that begins like this is, when it is something that students hand in for a zip or for Python."""
    return next((name for magic, name in _KNOWN_KINDS if head.startswith(magic)), None)
