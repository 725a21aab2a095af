"""Which files are meant, and what text they hold.

Discovery walks folders without following links, honours .gitignore files and the project's `exclude`.
Decoding follows PEP 263: a byte order mark, else the coding cookie of the first two lines, else UTF-8.
"""

from __future__ import annotations

import codecs
import os
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rules.settings import Settings

SUFFIXES: Final = (".py", ".pyw")
# Never code of the project, whatever .gitignore says.
SKIPPED: Final = frozenset(
    {
        "__pycache__",
        "node_modules",
        "site-packages",
        "venv",
        "env",
        "build",
        "dist",
        "__pypackages__",
        "buck-out",
    }
)
_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK: Final = re.compile(rb"^[ \t\f]*(?:#.*)?$")


class PathError(Exception):
    """A path on the command line does not exist or can't be read."""


class DecodeProblem(Exception):  # noqa: N818 -- a problem of a file, to be reported as a finding
    """The bytes are no Python source. `variant` and `detail` are those of the rule `SYNTAX`."""

    def __init__(self, variant: str, detail: str, line: int) -> None:
        super().__init__(detail)
        self.variant = variant
        self.detail = detail
        self.line = line


class Listed(NamedTuple):
    """A file to lint: its absolute path, and its state when it was listed (for "unchanged since")."""

    path: str
    modified: int
    size: int


def discover(paths: Iterable[Path], root: Path, settings: Settings) -> list[Listed]:
    """The Python files that `paths` mean, each once, sorted.

    A folder means what is under it; a file means itself, unless `exclude` says otherwise.

    Raises:
        PathError: a path does not exist.
    """
    found: dict[str, Listed] = {}
    for path in paths:
        absolute = os.path.abspath(path)
        try:
            state = os.stat(absolute)
        except OSError as error:
            raise PathError(f"{path}: {error.strerror}") from error
        if os.path.isdir(absolute):
            for listed in _Folder(str(root), settings).walk(absolute):
                found[listed.path] = listed
        elif not excluded(relative(absolute, str(root)), settings.exclude):
            found[absolute] = Listed(absolute, state.st_mtime_ns, state.st_size)
    return [found[path] for path in sorted(found)]


def relative(path: str, root: str) -> str:
    """`path` as users type it: relative to the root with slashes, absolute when it lies elsewhere."""
    if path.startswith(root.rstrip(os.sep) + os.sep):
        path = path[len(root.rstrip(os.sep)) + 1 :]
    return path.replace(os.sep, "/")


def excluded(name: str, patterns: Iterable[str]) -> bool:
    """Does a pattern mean this file? A pattern names a file, a folder (and all in it), or uses `*` and `?`.

    A pattern without a slash matches any part of the path.
    """
    for raw in patterns:
        pattern = raw.removeprefix("./").rstrip("/")
        parts = name.split("/")
        if "/" in pattern:
            prefixes = ("/".join(parts[: count + 1]) for count in range(len(parts)))
            if any(fnmatchcase(prefix, pattern) for prefix in prefixes):
                return True
        elif any(fnmatchcase(part, pattern) for part in (parts[:-1] if raw.endswith("/") else parts)):
            return True
    return False


class _Folder:
    """One walk below a folder of the command line."""

    def __init__(self, root: str, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.specs: list[tuple[str, Any]] = []  # (folder with a final separator, its .gitignore)

    def walk(self, folder: str) -> Iterator[Listed]:
        if self.settings.respect_gitignore:
            for parent in self._parents(folder):
                self._load(parent)
        yield from self._walk(folder)

    def _parents(self, folder: str) -> list[str]:
        """The folders above that belong to the same git work tree, outermost first."""
        chain = [folder]
        while not os.path.exists(os.path.join(chain[-1], ".git")):
            parent = os.path.dirname(chain[-1])
            if parent == chain[-1]:
                return []  # no work tree: only .gitignore files below count
            chain.append(parent)
        return chain[:0:-1]

    def _load(self, folder: str) -> bool:
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
                lines = [
                    line for line in file.read().splitlines() if line.strip() and not line.startswith("#")
                ]
        except OSError:
            return False
        if not lines:
            return False
        from pathspec import GitIgnoreSpec

        self.specs.append((folder.rstrip(os.sep) + os.sep, GitIgnoreSpec.from_lines(lines)))
        return True

    def _ignored(self, path: str, *, folder: bool) -> bool:
        verdict = False
        for base, spec in self.specs:
            name = path[len(base) :].replace(os.sep, "/") + ("/" if folder else "")
            answer = spec.check_file(name).include
            if answer is not None:
                verdict = answer
        return verdict

    def _walk(self, folder: str) -> Iterator[Listed]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return  # vanished or forbidden: nothing of it can be read
        loaded = self.settings.respect_gitignore and any(entry.name == ".gitignore" for entry in entries)
        loaded = loaded and self._load(folder)
        for entry in entries:
            yield from self._entry(entry)
        if loaded:
            self.specs.pop()

    def _entry(self, entry: os.DirEntry[str]) -> Iterator[Listed]:
        name, path = entry.name, entry.path
        try:
            if entry.is_dir(follow_symlinks=False):
                if name.startswith(".") or name in SKIPPED or self._left_out(path, folder=True):
                    return
                if not os.path.exists(os.path.join(path, "pyvenv.cfg")):
                    yield from self._walk(path)
            elif name.endswith(SUFFIXES) and entry.is_file() and not self._left_out(path, folder=False):
                state = entry.stat()
                yield Listed(path, state.st_mtime_ns, state.st_size)
        except OSError:
            return  # vanished between listing and looking

    def _left_out(self, path: str, *, folder: bool) -> bool:
        if self.settings.exclude and excluded(relative(path, self.root), self.settings.exclude):
            return True
        return bool(self.specs) and self._ignored(path, folder=folder)


def decode(content: bytes) -> str:
    """The text of a source file, line endings kept, byte order mark dropped.

    Raises:
        DecodeProblem: no such encoding, bytes that are not of it, or null characters.
    """
    encoding = "utf-8"
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
    elif (cookie := _cookie(content)) is not None:
        encoding = cookie
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            raise LookupError
        text = content.decode(encoding)
        text.encode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start] if error.start < len(content) else 0
        raise DecodeProblem("encoding", f"byte 0x{byte:02x} is not {encoding}", line) from error
    except UnicodeEncodeError as error:
        raise DecodeProblem("encoding", f"{encoding} gives half a character", 1) from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise DecodeProblem("encoding", f"there is no text encoding {encoding}", 1) from error
    if "\0" in text:
        raise DecodeProblem("null-byte", "", text.count("\n", 0, text.index("\0")) + 1)
    return text


def _cookie(content: bytes) -> str | None:
    head = content[:2000].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)[:2]
    for line in head:
        match = _COOKIE.match(line)
        if match is not None:
            return match.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None
