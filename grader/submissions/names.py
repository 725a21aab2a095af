"""Names inside of submissions: decoded, checked, and told apart from litter.

A path that comes out of here is relative, POSIX, in NFC (a Mac hands in decomposed names), without `..`,
root, drive or control characters. Anything else is refused rather than repaired: an honest tool does not
write it.
"""

from __future__ import annotations

import os
import re
import unicodedata

from grader.locale import _
from grader.submissions.limits import Refused
from grader.text import printable

_LITTER_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})
_LITTER_FILES = frozenset({"Thumbs.db", "desktop.ini", "Desktop.ini", "pyvenv.cfg"})
_LITTER_ENDINGS = (".pyc", ".pyo", "~", ".swp", ".tmp", ".bak", ".orig")
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def safe_path(name: str) -> str:
    """`name` as a checked relative POSIX path; backslashes of old Windows zips are separators.

    Raises:
        Refused: It leads out of its folder, is absolute, or holds control characters.
    """
    path = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if _CONTROL.search(path):
        raise Refused(_("The name {path} holds control characters.").format(path=printable(path, limit=60)))
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        raise Refused(_("The path {path} leads out of its folder.").format(path=printable(path, limit=60)))
    return "/".join(parts)


def harmless_path(name: str) -> str:
    """A name that was refused as something to show and to sort by: inside of its folder and printable."""
    path = printable(unicodedata.normalize("NFC", name.replace("\\", "/")), limit=200)
    return "/".join(part for part in path.split("/") if part not in {"", ".", ".."}) or "_"


def is_litter(path: str) -> bool:
    """Whether tools left this behind: hidden files, bytecode, macOS and Windows extras, virtual
    environments.
    """
    return is_hidden(path) or path.endswith(_LITTER_ENDINGS)


def is_hidden(path: str) -> bool:
    """Whether people do not see it in their file manager, and never meant to hand it in."""
    parts = path.split("/")
    return (
        any(part.startswith(".") or part in _LITTER_FOLDERS for part in parts) or parts[-1] in _LITTER_FILES
    )


def environments(paths: list[str]) -> tuple[str, ...]:
    """The folders (with a `/` at the end) among `paths` that are virtual environments."""
    return tuple(
        path.removesuffix("pyvenv.cfg")
        for path in paths
        if path.endswith("/pyvenv.cfg") and path != "/pyvenv.cfg"
    )


def readable_name(name: str) -> str:
    """A file name of the disk as text: bytes that are not UTF-8 are read as GBK when they can be (Chinese
    Windows).
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        name = decode_name(raw)
    return unicodedata.normalize("NFC", name)


def decode_name(raw: bytes) -> str:
    """Bytes of a name as text: UTF-8, else GBK, else escaped bytes."""
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "backslashreplace")
