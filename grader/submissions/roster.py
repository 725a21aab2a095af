"""The roster: who is in the class, from a CSV file as schools export it.

Columns are found by their headings (id, name, group in English or Chinese); without headings the first
column is the id and the second the name. What Moodle and Canvas export is a roster, too. UTF-8 with or without BOM,
UTF-16, and GBK are read; commas, semicolons and tabs separate.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import GraderError, reason_of
from grader.locale import _
from grader.submissions.submission import Student
from grader.text import printable

if TYPE_CHECKING:
    from pathlib import Path

_ID_HEADINGS = (
    *(
        "id",
        "idnumber",
        "studentid",
        "studentno",
        "studentnumber",
        "sid",
        "number",
        "username",
        "login",
        "user",
    ),
    *("学号", "编号", "账号", "用户名"),
)
_HEADINGS = {
    "id": frozenset(_ID_HEADINGS),
    "name": frozenset({"name", "fullname", "studentname", "student", "姓名", "学生姓名", "名字"}),
    "first": frozenset({"firstname", "givenname"}),
    "last": frozenset({"lastname", "surname", "familyname"}),
    "group": frozenset({"group", "class", "section", "team", "班级", "班", "组", "小组"}),
}
_SEPARATORS = ",;\t，"
_POINTS = "Points Possible"
"""The name in the second row of Canvas's gradebook, which is nobody's."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Roster:
    """The students of a class, in the order of the file."""

    students: tuple[Student, ...]

    def owner_of(self, name: str) -> Student | None:
        """Whose submission an entry called `name` is: an id in it as a word of its own, else a full name in
        it.

        An id inside a longer one does not count (`17` in `17-2`); None when nobody fits or several do.
        """
        text = _folded(name)
        for words in (
            {student: _folded(student.id) for student in self.students},
            {student: _folded(student.name) for student in self.students if student.name},
        ):
            exact = [student for student, word in words.items() if word == text]
            fitting = exact or [student for student, word in words.items() if _is_in(word, text)]
            if fitting:
                longest = max(fitting, key=lambda student: len(words[student]))
                others = [student for student in fitting if student is not longest]
                return longest if all(words[other] in words[longest] for other in others) else None
        return None


def read_roster(path: Path) -> Roster:
    """Read the roster at `path`.

    Raises:
        GraderError: It cannot be read, is empty, has a row without id, or an id twice; with the line.
    """
    rows = list(_rows(path, _text_of(path)))
    if not rows:
        raise GraderError(
            _("The roster is empty."),
            where=path,
            todo=_("A roster has the columns id, name and, if you like, group."),
        )
    columns = _columns(rows[0][1])
    body = rows[1:] if columns else rows
    columns = columns or {"id": 0, "name": 1}
    students: dict[str, Student] = {}
    for line, row in body:
        cells = {key: row[index].strip() if index < len(row) else "" for key, index in columns.items()}
        name = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}".strip()
        student = Student(cells["id"], name, cells.get("group", ""))
        if not student.id and name == _POINTS:
            continue
        if not student.id:
            raise GraderError(
                _("This row has no id."),
                where=f"{path}:{line}",
                todo=_("Give every student an id, or delete the row."),
            )
        if student.id in students:
            raise GraderError(
                _("The id {id} is there twice.").format(id=printable(student.id, limit=60)),
                where=f"{path}:{line}",
                todo=_("Every student needs an id of their own."),
            )
        students[student.id] = student
    if not students:
        raise GraderError(
            _("The roster has headings but no students."), where=path, todo=_("Add a row for each student.")
        )
    return Roster(tuple(students.values()))


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise GraderError(
                _("This file is too large for a roster."), where=path, todo=_("Is it the right file?")
            )
        content = path.read_bytes()
    except OSError as error:
        raise GraderError(
            _("The roster cannot be read: {reason}.").format(reason=reason_of(error)),
            where=path,
            todo=_("Check that it exists and that you may read it."),
        ) from None
    if content.startswith(_WORKBOOKS):
        raise GraderError(_("This is an Excel workbook."), where=path, todo=_("Save it as CSV in UTF-8."))
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise GraderError(
        _("The roster is neither UTF-8 nor GBK text."), where=path, todo=_("Save it as CSV in UTF-8.")
    )


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its line."""
    first = text.partition("\n")[0].strip()
    separator = max(_SEPARATORS, key=first.count)
    if re.fullmatch("sep=[,;\t]", first):  # a line for Excel
        separator = first[-1]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise GraderError(
            _("The roster is not valid CSV: something is wrong with the quotation marks."),
            where=f"{path}:{reader.line_num}",
            todo=_("Save it as CSV in UTF-8."),
        ) from None
    return rows[1:] if rows and rows[0][1][0].startswith("sep=") else rows


def _columns(row: list[str]) -> dict[str, int] | None:
    """Which column holds what, when `row` is the headings."""
    names = [re.sub(r"[\s_.-]", "", cell).casefold() for cell in row]
    columns: dict[str, int] = {}
    for key, known in _HEADINGS.items():
        for index, name in enumerate(names):
            if name in known:
                columns.setdefault(key, index)
    return columns if "id" in columns else None


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _is_in(word: str, text: str) -> bool:
    """Whether `word` is in `text` with no letter or digit of its own script right beside it."""
    if not word:
        return False
    if re.search(r"[^\x00-\x7f]", word):
        return word in text
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text) is not None
