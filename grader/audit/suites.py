"""What can be said of a suite by reading it: where its tests are, and whether their markers make sense.

The judge ignores a marker that makes no sense, so that no student pays for it; here the teacher is told.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.exercise import is_test_file
from grader.course.feedback import Feedback
from grader.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LANGUAGES = {"en": "en", "zh": "zh", "zh_cn": "zh", "zh_CN": "zh"}


@dataclass(frozen=True, slots=True)
class Place:
    """A problem of a suite, and where it is."""

    path: Path
    line: int
    what: str


def lines_of_tests(folder: Path) -> dict[str, tuple[Path, int]]:
    """Name of each test function (`test_x`, `TestX::test_x`) -> its file and line."""
    found: dict[str, tuple[Path, int]] = {}
    for path in _files(folder):
        tree = _parsed(path)
        for name, node in _functions(tree) if tree is not None else ():
            found.setdefault(name, (path, node.lineno))
    return found


def marker_problems(folder: Path) -> list[Place]:
    """Markers whose arguments make no sense, and texts that exist in one language only."""
    found = []
    for path in _files(folder):
        tree = _parsed(path)
        if tree is None:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                what = _complaint(node)
                if what is not None:
                    found.append(Place(path, node.lineno, what))
        found += [Place(path, line, what) for line, what in _missing_titles(tree)]
    return found


def _missing_titles(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Tests without a Chinese title, where the file says anything in Chinese. (An English one is the name itself.)"""
    if not any(isinstance(node, ast.Call) and "zh" in _languages(node) for node in ast.walk(tree)):
        return
    for name, node in _functions(tree):
        if name.rpartition("::")[2].startswith("test") and not any(
            isinstance(mark, ast.Call) and _marker_name(mark.func) == "title" and "zh" in _languages(mark)
            for mark in node.decorator_list
        ):
            yield node.lineno, _('This test has no Chinese title: say @pytest.mark.title(zh="...").')


def _languages(call: ast.Call) -> set[str]:
    """The languages that a marker's texts are in; "?" for a keyword that names none."""
    if _marker_name(call.func) not in {"hint", "title"}:
        return set()
    return {_LANGUAGES.get(keyword.arg or "", "?") for keyword in call.keywords}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if is_test_file(path))


def _parsed(path: Path) -> ast.Module | None:
    """The file's tree; None for one that is not Python, which the judge reports better."""
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, ValueError):
        return None


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}::{inner.name}", inner


def _complaint(call: ast.Call) -> str | None:
    marker = _marker_name(call.func)
    if marker == "points":
        value = _constant(call)
        if value is not _UNKNOWN and (
            not isinstance(value, int | float) or isinstance(value, bool) or value < 0
        ):
            return _("points() takes a number that is not negative.")
    elif marker == "feedback":
        value = _constant(call)
        if value is not _UNKNOWN and value not in list(Feedback):
            return _("feedback() takes one of: {choices}.").format(choices=", ".join(Feedback))
    elif marker in {"hint", "title"}:
        named = _languages(call)
        if "?" in named:
            return _("{marker}() takes a text, or one text per language: en=..., zh=....").format(
                marker=marker
            )
        if marker == "hint" and named and not call.args and len(named) == 1:
            return _("This hint is missing in the other language: say it in en= and zh=.")
    return None


_UNKNOWN = object()


def _constant(call: ast.Call) -> object:
    """The only argument, when it is written there as a constant."""
    if (
        len(call.args) == 1
        and isinstance(call.args[0], ast.UnaryOp)
        and isinstance(call.args[0].op, ast.USub)
    ):
        operand = call.args[0].operand
        return (
            -operand.value
            if isinstance(operand, ast.Constant) and isinstance(operand.value, int)
            else _UNKNOWN
        )
    if len(call.args) == 1 and not call.keywords:
        return call.args[0].value if isinstance(call.args[0], ast.Constant) else _UNKNOWN
    return None


def _marker_name(function: ast.expr) -> str | None:
    """`points` for `pytest.mark.points`."""
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == "mark"
        and isinstance(function.value.value, ast.Name)
        and function.value.value.id == "pytest"
    ):
        return function.attr
    return None
