"""A course in a temporary folder, and a judge and a linter that are as simple as the exam's interface allows.

The judge here runs a suite of plain functions in this process; the real one has tests of its own, and audits
an exercise of the real course in test_real_course.py.
"""

from __future__ import annotations

import sys
import threading
from textwrap import dedent
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

import pytest

from grader.audit.examination import examine
from grader.course.exercise import load_exercise
from grader.grading.grade import GradedFinding
from grader.grading.linting import Linted
from grader.judge.verdicts import Judgement, Kind, SuiteTest, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.audit.results import ExerciseAudit

ID = "07-double"
EXERCISE = {
    "exercise.toml": """
        id = "07-double"
        title = { en = "Double", zh-CN = "加倍" }
        module = "double"
        """,
    "README.md": "# Double\n",
    "README.zh-CN.md": "# 加倍\n",
    "starter/double.py": """
        def double(n):
            # TODO: return twice n
            return None
        """,
    "reference/double.py": """
        def double(n):
            return n * 2
        """,
    "hidden/test_double.py": """
        import pytest
        from double import double

        @pytest.mark.title(zh="零的两倍")
        @pytest.mark.hint(en="How much is nothing?", zh="零的两倍是多少?")
        def test_zero():
            assert double(0) == 0

        @pytest.mark.title(zh="三的两倍")
        @pytest.mark.points(2)
        def test_three():
            assert double(3) == 6
        """,
    "visible/test_one.py": """
        from double import double

        def test_one():
            assert double(1) == 2
        """,
    "wrong/adds_one.py": """
        # fails: test_zero, test_three
        def double(n):
            return n + 1
        """,
    "wrong/squares.py": """
        # fails: test_three
        # lint: LOOP101
        def double(n):
            return n * n  # LOOP101
        """,
}


class InProcessJudge:
    """Runs test functions one after another against a module made from the submission's file."""

    lock = threading.Lock()

    def __init__(self, folder: Path, module: str) -> None:
        self.files = sorted(folder.glob("test_*.py"))
        self.module = module
        self.judged: list[str] = []

    @property
    def tests(self) -> tuple[SuiteTest, ...]:
        names = [
            f"{path.name}::{line[4:].partition('(')[0]}"
            for path in self.files
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith("def test_")
        ]
        return tuple(SuiteTest(name) for name in names)

    def judge(self, submission: Any, *, seed: int) -> Judgement:
        self.judged.append(submission.id)
        with self.lock:
            verdicts = [self._verdict(test.test, submission.files) for test in self.tests]
        return Judgement(tuple(verdicts), "none")

    def _verdict(self, test: str, files: dict[str, bytes]) -> Verdict:
        file, _, name = test.partition("::")
        path = next(path for path in self.files if path.name == file)
        module = ModuleType(self.module)
        sys.modules[self.module] = module
        try:
            exec(compile(files[f"{self.module}.py"], "solution", "exec"), module.__dict__)
            suite: dict[str, Any] = {}
            exec(compile(path.read_bytes(), str(path), "exec"), suite)
            suite[name]()
        except pytest.skip.Exception:
            return Verdict(test, Kind.SKIPPED)
        except AssertionError as error:
            return Verdict(test, Kind.FAILED, str(error))
        except Exception as error:
            return Verdict(test, Kind.ERROR, repr(error))
        finally:
            del sys.modules[self.module]
        return Verdict(test, Kind.PASSED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *what: object) -> None:
        return None


class CommentLinter:
    """Finds the codes that stand in comments behind code: `x = 1  # LOOP101`."""

    problem: str | None = None

    def lint(self, files: Any, policy: Any, *, language: str) -> Linted:
        if self.problem is not None:
            return Linted(problem=self.problem)
        findings = [
            GradedFinding(
                path=path,
                line=number,
                column=1,
                end_line=number,
                end_column=2,
                code=line.rpartition("  # ")[2],
                name="a-rule",
                message="found",
            )
            for path, content in files.items()
            for number, line in enumerate(content.decode().splitlines(), start=1)
            if "  # LOOP" in line
        ]
        return Linted(tuple(findings))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one exercise, as it should be."""
    write(tmp_path / ID, EXERCISE)
    return tmp_path


@pytest.fixture
def linter() -> CommentLinter:
    return CommentLinter()


@pytest.fixture
def judges() -> list[InProcessJudge]:
    """The judges that were opened, in their order."""
    return []


@pytest.fixture
def open_judge(judges: list[InProcessJudge]) -> Callable[..., InProcessJudge]:
    def open_one(exercise: Any, settings: Any, number: int) -> InProcessJudge:
        judges.append(InProcessJudge(exercise.folder / settings.suite, exercise.module))
        return judges[-1]

    return open_one


@pytest.fixture
def change(course: Path) -> Callable[[str, str | None], None]:
    """Write or remove a file of the exercise."""

    def write_one(name: str, text: str | None) -> None:
        if text is None:
            (course / ID / name).unlink()
        else:
            write(course / ID, {name: text})

    return write_one


@pytest.fixture
def exam(course: Path, linter: CommentLinter, open_judge: Any) -> Callable[..., ExerciseAudit]:
    """Hold the exam of the exercise as it is now."""

    def hold(**options: Any) -> ExerciseAudit:
        return examine(
            load_exercise(course / ID), open_judge=open_judge, linter=linter, root=course, **options
        )

    return hold


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    from grader.locale import speaking

    with speaking("en"):
        yield


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
