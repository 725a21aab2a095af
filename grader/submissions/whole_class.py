"""Whether what lies in a folder or a zip is one submission or those of a whole class, by the names in it.

A teacher names what a platform exported, a folder around that, or a zip of either. Nothing in it says which, so its
shape does: several things that each hold the module, or that are named after somebody, are a class; folders of one
student's attempts or of a project's parts are not. A roster knows the names, and is believed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.submissions.entries import is_python, is_submission_name, stem_of
from grader.submissions.layout import is_named_for, may_be_module
from grader.submissions.names import is_litter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.submissions.roster import Roster

_PART = re.compile(
    r"(?:(?:attempt|try|version|ver|v|submission|part|task|exercise|ex|hw|lab|week|尝试|提交|版本|第|作业|练习)[\s_.-]*)?\d{1,3}\D?"
    r"|\d{4}-\d\d-\d\d.*|old|new|final|backup|draft|src|lib|code|solution|starter|attempts?",
    re.IGNORECASE,
)
"""Names of folders of one student: attempts, versions, parts of a project."""
_MOST_PARTS = 10
"""More things than that are no parts, whatever they are called: a class whose ids are short."""
_BESIDE = 3
"""A module that lies beside so many folders with the module is not all that was handed in."""
_FILES = 5
"""So many files, none of them the module, are no project of one student."""


def is_class(paths: Iterable[str], module: str, roster: Roster | None = None) -> bool:
    """Whether a folder with these files (relative paths) is a whole class, and not what one student handed in.

    It is when two things or more are in it, none is named as an attempt is, and two of their names are in the roster;
    or each holds the module, is a zip or a file named after somebody (`smith_12_34_kitchen.py`); or most do and they
    are three or more; or it holds many Python files and nothing else.
    """
    groups = _groups(paths)
    if len(groups) < 2:
        return False
    if len(groups) <= _MOST_PARTS and any(_PART.fullmatch(stem_of(name)) for name in groups):
        return False
    if roster is not None and _owners(groups, roster) > 1:
        return True
    ones = sum(_is_one(name, inner, module) for name, inner in groups.items())
    if f"{module}.py" in groups:
        return ones >= _BESIDE
    most = ones > 2 and ones * 2 > len(groups)
    return ones == len(groups) or most or (len(groups) >= _FILES and all(map(_is_file, groups.items())))


def _groups(paths: Iterable[str]) -> dict[str, list[str]]:
    """What lies in each thing that may be a submission; `[""]` for a file."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        if not is_litter(path):
            name, _slash, rest = path.partition("/")
            groups.setdefault(name, []).append(rest)
    return {name: inner for name, inner in groups.items() if inner != [""] or is_submission_name(name)}


def _owners(groups: Iterable[str], roster: Roster) -> int:
    fitting = [roster.fitting(stem_of(name)) for name in groups]
    return len({students for students in fitting if students})


def _is_one(name: str, inner: list[str], module: str) -> bool:
    """Whether it is the submission of somebody."""
    if inner == [""]:
        return name.lower().endswith(".zip") or (is_python(name) and is_named_for(name, module))
    ends = (f"/{module}.py", f"/{module}/__init__.py", ".zip")
    return any(f"/{path}".endswith(ends) for path in inner)


def _is_file(group: tuple[str, list[str]]) -> bool:
    """Whether it is a Python file that may be somebody's."""
    name, inner = group
    return inner == [""] and is_python(name) and may_be_module(name)
