"""What tests of grading share: an exercise, submissions, and judges that say what they are told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pytest

from grader import locale
from grader.course.exercise import Exercise, load_exercise
from grader.grading.linting import Linted
from grader.grading.settings import GradingSettings
from grader.grading.submission_grade import grade_submission
from grader.judge.verdicts import Judgement, Kind, SuiteTest, Timings, Verdict
from grader.submissions import Submission, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from grader.grading.grade import Grade


TEST = "from kitchen import cook\n\n\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests read English, whatever the machine speaks."""
    monkeypatch.setenv("GRADER_LANG", "en")
    locale.use("en")
    yield
    locale.use("en")


@pytest.fixture
def make_exercise(tmp_path: Path) -> Callable[..., Exercise]:
    """A function that writes an exercise folder and loads it."""

    def make(settings: str = "", name: str = "01-soup", files: Mapping[str, str] | None = None) -> Exercise:
        folder = tmp_path / "course" / name
        content = {
            "exercise.toml": 'module = "kitchen"\n' + settings,
            "hidden/test_kitchen.py": f"{TEST}def test_cook():\n    assert cook() == 'soup'\n",
            "visible/test_first.py": f"{TEST}def test_first():\n    assert cook()\n",
            "reference/kitchen.py": "def cook():\n    return 'soup'\n",
            **(files or {}),
        }
        for path, text in content.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        return load_exercise(folder)

    return make


@pytest.fixture
def make_submission() -> Callable[..., Submission]:
    """A function that makes a submission of one file."""

    def make(
        name: str = "alice", source: str = "def cook():\n    return 'soup'\n", **rest: Any
    ) -> Submission:
        files = {"kitchen.py": source.encode()}
        return Submission(name, files, content_hash(files), **rest)

    return make


class SaidJudge:
    """A judge that says what it was given."""

    def __init__(self, tests: tuple[SuiteTest, ...], judgement: Judgement) -> None:
        self.tests = tests
        self.judgement = judgement
        self.seeds: list[int] = []

    def judge(self, submission: Submission, *, seed: int) -> Judgement:
        self.seeds.append(seed)
        return self.judgement

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        return None


class SaidLinter:
    """A linter that says what it was given."""

    def __init__(self, linted: Linted | None = None) -> None:
        self.linted = linted or Linted()

    def lint(self, files: object, policy: object, *, language: str) -> Linted:
        return self.linted


@pytest.fixture
def make_grade(
    make_exercise: Callable[..., Exercise], make_submission: Callable[..., Submission]
) -> Callable[..., Grade]:
    """A function that grades a submission by the verdicts it is given (tests are those of the verdicts)."""

    def make(
        *verdicts: Verdict,
        settings: str = "",
        language: str = "en",
        suite: str = "hidden",
        submission: Submission | None = None,
        tests: tuple[SuiteTest, ...] | None = None,
        linted: Linted | None = None,
        **judgement: Any,
    ) -> Grade:
        if tests is None:
            tests = tuple(SuiteTest(item.test, item.weight, item.feedback, item.hint) for item in verdicts)
        said = Judgement(verdicts, "full", timings=Timings(0.5, 0.25, 60.0), **judgement)
        return grade_submission(
            make_exercise(settings),
            submission or make_submission(),
            GradingSettings(language=language, suite=suite),
            judge=SaidJudge(tests, said),
            linter=SaidLinter(linted),
            grader_version="1",
        )

    return make


@pytest.fixture
def passed() -> Verdict:
    """A test that passed."""
    return Verdict("test_kitchen.py::test_cook", Kind.PASSED)


@pytest.fixture
def said_judge() -> type[SaidJudge]:
    """The class of judges that say what they were given."""
    return SaidJudge


@pytest.fixture
def said_linter() -> type[SaidLinter]:
    """The class of linters that say what they were given."""
    return SaidLinter
