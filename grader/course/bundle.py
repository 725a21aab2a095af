"""The student's half of a course, as a zip.

Only what is listed here goes in: a README that says how to begin, the READMEs of each exercise, its starter,
its visible tests, and exercise.toml written anew without what is for teachers only (equivalent mutants
describe the reference). Whatever else a teacher keeps in the folder stays there. The same course gives the
same bytes.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.exercise import FILE, REFERENCE, STARTER, VISIBLE
from grader.course.version import files_of
from grader.errors import GraderError
from grader.locale import _
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.course.exercise import Exercise

ROOT = "exercises"
_BEGIN = Path(__file__).resolve().parent / "for_students"
"""READMEs that say how to begin, one in each language."""
_FOR_STUDENTS = (STARTER, VISIBLE)
_README = re.compile(r"README(\.[A-Za-z-]+)?\.md")
_DATE = (1980, 1, 1, 0, 0, 0)


def bundle(exercises: Iterable[Exercise]) -> tuple[bytes, list[str]]:
    """The zip and the names in it.

    Raises:
        GraderError: A file for students is a link, or is the reference.
    """
    exercises = list(exercises)
    contents: dict[str, bytes] = how_to_begin(exercises) if exercises else {}
    for exercise in exercises:
        prefix = f"{ROOT}/{exercise.folder.name}"
        for name, content in student_files(exercise).items():
            contents[f"{prefix}/{name}"] = content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, contents[name])
    return buffer.getvalue(), sorted(contents)


def how_to_begin(exercises: Sequence[Exercise]) -> dict[str, bytes]:
    """READMEs for the whole bundle, with what is in it and the first exercise as the example: name -> content."""
    first = exercises[0]
    contents = {}
    for path in sorted(_BEGIN.glob("README*.md")):
        language = "zh-CN" if path.name.endswith(".zh-CN.md") else "en"
        rows = [
            f"| `{each.id}` | {_cell(each.title.in_language(language) or each.id)} | `{each.module}.py` |"
            for each in exercises
        ]
        text = path.read_text("utf-8").format(
            exercises="\n".join(rows), folder=first.folder.name, id=first.id, module=first.module
        )
        contents[path.name] = text.encode()
    return contents


def student_files(exercise: Exercise) -> dict[str, bytes]:
    """What students may have of one exercise: path in its folder -> content.

    Raises:
        GraderError: A file for students is a link, or is the reference.
    """
    places = [path for path in sorted(exercise.folder.glob("README*.md")) if _README.fullmatch(path.name)]
    for name in _FOR_STUDENTS:
        places += files_of(exercise.folder / name)
    secret = {path.read_bytes() for path in files_of(exercise.folder / REFERENCE) if path.suffix == ".py"}
    contents = {FILE: student_settings(exercise).encode()}
    for path in places:
        _check_own(path, exercise.folder)
        content = path.read_bytes()
        if content in secret and content.strip():
            raise GraderError(
                _("This file for students is a copy of the reference."),
                where=path,
                todo=_("Take the solution out of it."),
            )
        contents[path.relative_to(exercise.folder).as_posix()] = content
    return contents


def student_settings(exercise: Exercise) -> str:
    """exercise.toml for students: what was written, without what is for teachers."""
    written = exercise.model_dump(mode="json", by_alias=True, exclude={"equivalent"}, exclude_unset=True)
    plain = {key: value for key, value in written.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in written.items() if isinstance(value, dict) and value}
    if not plain.get("id"):
        plain["id"] = exercise.id
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items() if value is not None]
    for name, table in tables.items():
        entries = {key: value for key, value in table.items() if value is not None}
        lines += [
            "",
            f"[{_key(name)}]",
            *(f"{_key(key)} = {_value(value)}" for key, value in entries.items()),
        ]
    return "\n".join(lines) + "\n"


def _check_own(path: Path, folder: Path) -> None:
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        raise GraderError(
            _("This file for students is a symbolic link."), where=path, todo=_("Put the file itself there.")
        )


def _cell(text: str) -> str:
    return printable(text, limit=200).replace("|", "\\|")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    """A JSON value as TOML; a JSON string is a TOML string."""
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items() if item is not None)
            + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
