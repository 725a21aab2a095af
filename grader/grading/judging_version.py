"""What the verdicts of a suite depend on, as a hash: where it is the same, an earlier run's verdicts still hold.

Left out is what changes points and words only: points and prices of exercise.toml, and in the suite's Python files
comments, blank lines, blanks, and the marks `points`, `title` and `hint` with constant arguments, which are read anew
from the suite whenever a Grade is made. Of the code, its syntax tree counts, with which parts share a line (warnings
are told apart by line). Everything else counts: every other file of the suite byte by byte, the reference, the limits,
the packages, whether students see everything of a test (its run is recorded then).

A suite may look at its own text, lines or marks. One whose files hold a word with which that could be done (`_LOOKS`)
counts byte by byte, too.

Why not file by file, so that after a change in `test_a.py` the verdicts of `test_b.py` are kept: they do not depend on
`test_b.py` alone. All files are collected before the first test, so the code of each may call the submission; one
process of the submission serves all of them in turn, with its modules' state, its tasks and threads, its virtual clock
and its allowance of processor time and of facts; which tests share a process depends on where an earlier one was lost;
fixtures of a session are made by the first test that asks; and the seed comes from the whole suite, since one that a
student could compute would be a guess. A submission that counts its calls passes or fails in `test_b.py` by what
`test_a.py` called. That is what a full run does, so keeping verdicts of single files would give other Grades than it.
It would be sound if the judge ran each file in a process of its own.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from typing import TYPE_CHECKING

from grader.course.exercise import HIDDEN, REFERENCE
from grader.course.feedback import Feedback
from grader.course.version import content_version, files_of

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course.exercise import Exercise

MARKS = frozenset({"points", "title", "hint"})
"""Marks that change nothing of how a test runs."""
_LOOKS = re.compile(
    rb"\binspect\b(?!\.is|\.signature|\.Parameter|[ \t]*(?:#.*)?$)|getsource|linecache|tokenize|importlib|\bast\b"
    rb"|traceback|lineno|_getframe|currentframe|__(?:file|code|loader|spec|cached)__"
    rb"|def[ \t]+pytest_|marker|own_mark|fspath|rootpath|rootdir|request\.(?!getfixturevalue|addfinalizer|param\b)"
    rb"|getcwd|\bcwd\(|test_\w*\.py|_test\.py|subtests?\b|subTest",
    re.MULTILINE,
)
"""Words with which a suite could see its own text, lines or marks, or what it was started with."""


def judging_version(exercise: Exercise, suite: str) -> str:
    """A hash of what the verdicts of `suite` ("hidden" or "visible") depend on. Reads its files."""
    feedback = exercise.feedback.hidden if suite == HIDDEN else exercise.feedback.visible
    settings = exercise.model_dump(
        mode="json", by_alias=True, include={"module", "packages", "stated_limits"}
    )
    settings["recorded"] = feedback is Feedback.FULL
    settings["suite"] = _suite(exercise.folder / suite)
    return content_version(settings, exercise.folder, (REFERENCE,))


def _suite(folder: Path) -> list[list[str]]:
    """Each file of the suite with a hash of what counts of it."""
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files_of(folder)}
    sources = [content for name, content in contents.items() if name.endswith(".py")]
    looks = any(_LOOKS.search(source) for source in sources)
    return [
        [name, hashlib.sha256(content if looks or not name.endswith(".py") else essence(content)).hexdigest()]
        for name, content in contents.items()
    ]


def essence(source: bytes) -> bytes:
    """What counts of a Python file whose text nobody looks at; the file itself when it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in a text
            tree = _Unmarked().visit(ast.parse(source))
        lines = {getattr(node, "lineno", 0) for node in ast.walk(tree)}
        rank = {line: number for number, line in enumerate(sorted(lines))}
        return repr(_plain(tree, rank)).encode("utf-8", "surrogatepass")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


def _plain(node: object, rank: dict[int, int]) -> object:
    """A tree as tuples, the same on every Python: what is empty is left out, for later versions have more fields."""
    if isinstance(node, list):
        return [_plain(each, rank) for each in node]
    if not isinstance(node, ast.AST):
        return node
    fields = ((name, getattr(node, name, None)) for name in node._fields)
    return (
        type(node).__name__,
        rank[getattr(node, "lineno", 0)],
        *((name, _plain(value, rank)) for name, value in fields if value is not None and value != []),
    )


_MARK = ast.dump(ast.parse("pytest.mark", mode="eval").body)


class _Unmarked(ast.NodeTransformer):
    """Takes away the marks that change nothing of how a test runs."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._undecorated(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._undecorated(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._undecorated(node)

    def _undecorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.AST:
        node.decorator_list = [each for each in node.decorator_list if not _is_mark(each)]
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        if [target.id for target in node.targets if isinstance(target, ast.Name)] != ["pytestmark"]:
            return self.generic_visit(node)
        if _is_mark(node.value):
            return None
        if isinstance(node.value, (ast.List, ast.Tuple)):
            node.value.elts = [each for each in node.value.elts if not _is_mark(each)]
            if not node.value.elts:
                return None
        return node


def _is_mark(node: ast.expr) -> bool:
    """`pytest.mark.points(2)`: one of `MARKS`, with constant arguments."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    where = node.func.value
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    return (
        node.func.attr in MARKS
        and ast.dump(where) == _MARK
        and all(isinstance(each, ast.Constant) for each in arguments)
    )
