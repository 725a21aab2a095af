"""Which of the files is the exercise's module.

Wrapping folders are taken off, zips inside are unpacked, wrong names are mended.

Rules, in this order:

1. `kitchen.py` or `kitchen/__init__.py`, wherever it is: the shallowest counts, and its folder becomes the
   root. When several lie equally deep (folders of attempts), the one whose path sorts last by its numbers
   counts (`old`, `backup`, `starter` before all others), and a note says so.
2. A file whose name differs only by case, blanks, a copy's number or what a learning platform puts before it:
   `Kitchen.py`, `kitchen (1).py`, `kitchen-2.py`, `smithanna_123_456_kitchen.py`.
3. The only Python file that is no test: clearly the module.

Otherwise the submission has a problem that names the files that were found.
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

from grader.locale import _
from grader.submissions.archives import is_zip, members_of, open_zip, read_members
from grader.submissions.limits import Budget, Refused
from grader.text import joined, printable

_COPY = re.compile(r"(?:[\s_-]*(?:\(\d+\)|copy|副本|final|\d+))+$", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")
_OLD = re.compile(r"(?<![a-z])(?:old|backup|starter|template|original)(?![a-z])|备份|旧|模板", re.IGNORECASE)
"""Names of folders whose module is hardly the one that was meant."""
_NOT_THE_MODULE = re.compile(r"(test_.*|.*_test|conftest|setup|noxfile|__init__|__main__)\.py")
_CODECS = re.compile(
    r"(utf[-_]?8([-_]sig)?|(us[-_])?ascii|latin[-_]?1|iso[-_]?8859.*|cp\d+|windows.*|gb.*|big5.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The files with the module at their root, and what was done to get there."""

    files: dict[str, bytes]
    notes: tuple[str, ...]


def lay_out(files: dict[str, bytes], module: str, budget: Budget) -> Layout:
    """Find `module` among `files` (see the rules above).

    Raises:
        Refused: It is not there, or a source in it is not Python text.
    """
    files = _unpacked(files, budget)
    notes = list(budget.notes)
    root = _root_of(files, module, notes)
    if root is None:
        files, root = _renamed(files, module, notes)
    kept = {path.removeprefix(root): content for path, content in files.items() if path.startswith(root)}
    if root:
        notes.append(_("Taken from its folder {folder}.").format(folder=printable(root, limit=60)))
    for path, content in kept.items():
        if path.endswith(".py"):
            check_source(path, content)
    if not kept.get(f"{module}.py", b"x").strip():
        notes.append(_("{module} is empty.").format(module=f"{module}.py"))
    return Layout(kept, tuple(notes))


def holds_module(paths: list[str], module: str) -> bool:
    """Whether the module lies at the root of `paths`."""
    return f"{module}.py" in paths or f"{module}/__init__.py" in paths


def check_source(path: str, content: bytes) -> None:
    """See that a source can be read as text by Python.

    Raises:
        Refused: It cannot; the message guesses the encoding that it is in.
    """
    shown = printable(path, limit=60)
    advice = _("Save it as UTF-8.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(joined(_("{path} is UTF-16 text.").format(path=shown), advice))
    if content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise Refused(
            _("{path} is a web page, not a Python file. Download the file itself (on GitHub: Raw).").format(
                path=shown
            )
        )
    if content.startswith(b"{\\rtf"):
        raise Refused(_("{path} is an RTF document. Save it as plain text.").format(path=shown))
    if b"\0" in content:
        raise Refused(_("{path} holds null bytes: it is not a Python text file.").format(path=shown))
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
        if _CODECS.fullmatch(encoding) is None:
            raise Refused(
                joined(
                    _("{path} declares the unusual encoding {encoding}.").format(
                        path=shown, encoding=encoding
                    ),
                    advice,
                )
            )
        content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        guess = _("it may be GBK") if _is_gbk(content) else _("its encoding is unknown")
        raise Refused(
            joined(_("{path} is not UTF-8 text ({guess}).").format(path=shown, guess=guess), advice)
        ) from None


def natural_key(path: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `attempt10` after `attempt9`."""
    return tuple(
        (1, int(part), "") if part.isdecimal() and len(part) < 30 else (0, 0, part.casefold())
        for part in _NUMBER.split(path)
        if part
    )


def _unpacked(files: dict[str, bytes], budget: Budget) -> dict[str, bytes]:
    """`files` with every zip among them replaced by its files, as a folder of its name, a few levels deep."""
    for _level in range(budget.limits.nested_archives + 1):
        archives = [path for path, content in files.items() if _is_archive(path, content)]
        if not archives:
            return files
        for path in archives:
            content = files.pop(path)
            with open_zip(io.BytesIO(content), limit=budget.limits.archive_size) as archive:
                inner = read_members(archive, members_of(archive, budget), budget)
            prefix = path[:-4] if path.lower().endswith(".zip") else path
            for name, data in inner.items():
                files.setdefault(f"{prefix}/{name}", data)
    raise Refused(_("Zips are packed into zips too many times."))


def _is_archive(path: str, content: bytes) -> bool:
    """Whether to unpack it: it says that it is a zip, or has no ending and is one."""
    return path.lower().endswith(".zip") or ("." not in path.rpartition("/")[2] and is_zip(content[:4]))


def _root_of(files: dict[str, bytes], module: str, notes: list[str]) -> str | None:
    places = []
    for ending in (f"{module}.py", f"{module}/__init__.py"):
        places += [path.removesuffix(ending) for path in files if ("/" + path).endswith("/" + ending)]
    if not places:
        return None
    shallow = min(place.count("/") for place in places)
    equal = sorted(
        {place for place in places if place.count("/") == shallow},
        key=lambda place: (not _OLD.search(place), natural_key(place)),
    )
    if len(equal) > 1:
        notes.append(
            _("It holds {module} {n} times; the last was taken: {path}.").format(
                module=f"{module}.py", n=len(equal), path=printable(equal[-1], limit=60)
            )
        )
    return equal[-1]


def _renamed(files: dict[str, bytes], module: str, notes: list[str]) -> tuple[dict[str, bytes], str]:
    """`files` with the file that is clearly the module under its right name, and the root that it lies in."""
    sources = [path for path in files if path.rstrip().lower().endswith((".py", ".py.txt"))]
    candidates = [path for path in sources if may_be_module(path)]
    close = [path for path in candidates if is_like(path, module)]
    chosen = close if len(close) == 1 else candidates
    if len(chosen) != 1:
        raise Refused(_nothing_found(sorted(sources), sorted(files), module))
    folder, slash, name = chosen[0].rpartition("/")
    mended = dict(files)
    mended[f"{folder}{slash}{module}.py"] = mended.pop(chosen[0])
    notes.append(
        _("{path} was taken for {module}.").format(path=printable(name, limit=60), module=f"{module}.py")
    )
    return mended, folder + slash


def is_like(path: str, module: str) -> bool:
    """Whether a file's name is the module's but for case, blanks, a copy's number or what a platform puts before it."""
    return module.casefold() in _spellings(path) or is_named_for(path, module)


def is_named_for(path: str, module: str) -> bool:
    """Whether a file's name is the module's with something before it: `smith_12_kitchen.py`."""
    return any(text.endswith("_" + module.casefold()) for text in _spellings(path))


def may_be_module(path: str) -> bool:
    """Whether a Python file's name is none that has another meaning (tests, `__init__.py`, `setup.py`)."""
    return _NOT_THE_MODULE.fullmatch(path.rpartition("/")[2]) is None


def _spellings(path: str) -> tuple[str, ...]:
    """A file's name without its ending, with and without a copy's number, in lower case and with `_` for blanks."""
    stem = re.sub(r"\.py(\.txt)?$", "", path.rpartition("/")[2].strip(), flags=re.IGNORECASE)
    return tuple(re.sub(r"[\s-]+", "_", text.strip()).casefold() for text in (stem, _COPY.sub("", stem)))


def _nothing_found(sources: list[str], files: list[str], module: str) -> str:
    if sources:
        return _("There is no {module} in it. Found: {names}. Rename the right one.").format(
            module=f"{module}.py", names=_shown(sources)
        )
    nothing = _("There is no {module} in it, nor any other Python file.").format(module=f"{module}.py")
    if any(path.lower().endswith(".ipynb") for path in files):
        return joined(nothing, _("A Jupyter notebook has to be saved as a script."))
    return joined(nothing, _("Found: {names}.").format(names=_shown(files)) if files else "")


def _shown(paths: list[str]) -> str:
    return ", ".join(printable(path, limit=40) for path in paths[:5]) + (", …" if len(paths) > 5 else "")


def _is_gbk(content: bytes) -> bool:
    """Whether most of what is not ASCII would be Chinese characters in daily use."""
    try:
        letters = [letter for letter in content.decode("gbk") if letter > "\x7f"]
    except UnicodeDecodeError:
        return False
    common = sum(len(letter.encode("gb2312", "ignore")) == 2 for letter in letters)  # bytes
    return common * 2 > len(letters)
