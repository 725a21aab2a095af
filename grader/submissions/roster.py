"""The roster: who is in the class, from a CSV file as schools export it.

Columns are found by their headings (id, name, group in English or Chinese); without headings the first
column is the id and the second the name. What Moodle, Canvas, Blackboard, Gradescope and GitHub Classroom export is a
roster, too. Where there is no id, an e-mail address is one, and at last the name. UTF-8 with or without BOM, UTF-16,
and GBK are read; commas, semicolons and tabs separate.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from grader.errors import GraderError, reason_of
from grader.locale import _
from grader.submissions.submission import Student
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
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
        "githubusername",
        "orgdefinedid",
    ),
    *("学号", "编号", "账号", "用户名", "学生编号"),
)
_HEADINGS = {
    "id": frozenset(_ID_HEADINGS),
    "other id": frozenset({"email", "emailaddress", "mail", "identifier", "邮箱", "电子邮箱", "电子邮件"}),
    "name": frozenset({"name", "fullname", "studentname", "student", "姓名", "学生姓名", "名字"}),
    "first": frozenset({"firstname", "givenname"}),
    "last": frozenset({"lastname", "surname", "familyname"}),
    "group": frozenset({"group", "class", "section", "team", "班级", "班", "组", "小组"}),
}
_SEPARATORS = ",;\t，"
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
"""What comes along when a cell is copied from a web page."""
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}")
"""What Excel makes of a long number: `2.02E+11`."""
_POINTS = "Points Possible"
"""The name in the second row of Canvas's gradebook, which is nobody's."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Roster:
    """The students of a class, in the order of the file."""

    students: tuple[Student, ...]

    def fitting(self, name: str) -> tuple[Student, ...]:
        """Whose submission an entry called `name` may be: those with their id in it as a word of its own, else
        those with their full name in it. One when it is clear, several when nothing tells them apart (two
        students of one name).

        An id inside a longer one does not count (`17` in `17-2`).
        """
        for words, text in ((self._ids, _folded(name)), (self._names, _folded_name(name))):
            inside = words.inside(text)
            if not inside:
                continue
            longest = max(inside, key=len)
            if any(word not in longest for word in inside):
                found = {student for word in inside for student in words.students[word]}
                return tuple(student for student in self.students if student in found)
            best = words.students[longest]
            if len(best) > 1:  # ids that differ by case only
                best = [each for each in best if _plain(each.id) in _plain(name)] or best
            return tuple(best)
        return ()

    @cached_property
    def _ids(self) -> _Words:
        return _Words.of((_folded(student.id), student) for student in self.students)

    @cached_property
    def _names(self) -> _Words:
        return _Words.of(
            (_folded_name(spelling), student)
            for student in self.students
            for spelling in _spellings(student.name)
        )


@dataclass(frozen=True, slots=True)
class _Words:
    """What students are told by, and whom each word tells."""

    students: dict[str, list[Student]]
    longest: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Student]]) -> _Words:
        words: dict[str, list[Student]] = {}
        for word, student in pairs:
            if word and student not in words.setdefault(word, []):
                words[word].append(student)
        return cls(words, max(map(len, words), default=0))

    def inside(self, text: str) -> set[str]:
        """The words that are in `text` with no letter or digit of their own script right beside them.

        Each piece of the text is looked up, since a class may be larger than its names are long.
        """
        return {
            text[start:end]
            for start in range(len(text))
            for end in range(start + 1, min(start + self.longest, len(text)) + 1)
            if text[start:end] in self.students and _is_apart(text, start, end)
        }


def read_roster(path: Path) -> Roster:
    """Read the roster at `path`.

    Raises:
        GraderError: It cannot be read, is empty, has a row without id, an id twice, or one that lost its last digits;
        with the line.
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
        student = _student(row, columns)
        if (not student.id and student.name == _POINTS) or students.get(student.id) == student:
            continue
        if not student.id:
            raise GraderError(
                _("This row has no id."),
                where=f"{path}:{line}",
                todo=_("Give every student an id, or delete the row."),
            )
        if _ROUNDED.fullmatch(student.id):
            raise GraderError(
                _("The id {id} was rounded by a spreadsheet.").format(id=student.id),
                where=f"{path}:{line}",
                todo=_("Format the column of the ids as text there, and export it again."),
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


def _student(row: list[str], columns: dict[str, int]) -> Student:
    cells = {key: row[index].strip() if index < len(row) else "" for key, index in columns.items()}
    name = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}".strip()
    only_names = not {"id", "other id"} & columns.keys()
    identity = cells.get("id") or cells.get("other id") or (name if only_names else "")
    return Student(identity, name, cells.get("group", ""))


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
            return _INVISIBLE.sub("", content.decode(encoding))
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
    """Which column holds what, when `row` is the headings: they tell who a student is in one way or another."""
    names = [re.sub(r"[\s_.-]", "", cell).casefold() for cell in row]
    columns: dict[str, int] = {}
    for key, known in _HEADINGS.items():
        for index, name in enumerate(names):
            if name in known:
                columns.setdefault(key, index)
    told = {"id", "other id", "name"} & columns.keys() or {"first", "last"} <= columns.keys()
    return columns if told else None


def _spellings(name: str) -> tuple[str, ...]:
    """How `Lee, Ann` or `Ann Lee` may be written: so, as the other, and as `leeann` (Canvas)."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _blank, last = name.rpartition(" ")
    first, last = first.strip(), last.strip()
    if not first or not last:
        return (name,)
    return (name, f"{first} {last}", re.sub(r"[\W_]", "", last + first))


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", text)).strip()


def _folded(text: str) -> str:
    return _plain(text).casefold()


def _folded_name(text: str) -> str:
    """Names are joined in many ways: `ann_lee`, `Ann-Lee`, `ann.lee`."""
    return re.sub(r"[\s.-]+", " ", _folded(text)).strip()


def _is_apart(text: str, start: int, end: int) -> bool:
    if not text[start:end].isascii():
        return True
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return not any(letter.isascii() and letter.isalnum() for letter in around)
