"""The exams of several exercises: what `grader audit` does.

An exercise that cannot even be read is a problem of that exercise, not the end of the audit; two
exercises with one id are a problem of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.audit.examination import as_problem, examine, shown_path
from grader.audit.results import AuditReport, ExerciseAudit
from grader.course.catalog import exercise_folders
from grader.course.exercise import FILE, Exercise, load_exercise
from grader.errors import GraderError
from grader.grading import judging
from grader.grading.linting import LintProcess
from grader.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.audit.examination import Progress
    from grader.grading.settings import GradingSettings


def audit_folders(
    folders: Sequence[Path],
    *,
    root: Path,
    settings: GradingSettings | None = None,
    jobs: int = 1,
    cache: Path | None = None,
    judge: str = judging.DEFAULT,
    report: Callable[[Progress], None] = lambda _progress: None,
    finished: Callable[[ExerciseAudit], None] = lambda _result: None,
) -> AuditReport:
    """Audit the exercises in `folders`, one after another, each with `jobs` judges.

    Args:
        folders: Folders with an exercise.toml.
        root: What paths in problems are relative to.
        settings: Seed and confinement.
        jobs: Judges at once.
        cache: Where outcomes are remembered; None: nowhere.
        judge: The judge's factory, `module:function`.
        report: Called after each program that was judged.
        finished: Called after each exercise.

    Raises:
        GraderError: This machine cannot judge.
    """
    others = _ids(folders)
    results = []
    with LintProcess() as linter:
        for folder in folders:
            try:
                exercise = load_exercise(folder)
            except GraderError as error:
                result = ExerciseAudit(id=folder.name, ok=False, problems=(as_problem(error, folder, root),))
            else:
                result = examine(
                    exercise,
                    open_judge=judging.factory(judge),
                    linter=linter,
                    root=root,
                    settings=settings,
                    jobs=jobs,
                    cache=cache,
                    report=report,
                )
                result = _with_duplicates(result, exercise, others.get(exercise.id, []), root)
            results.append(result)
            finished(result)
    return AuditReport(exercises=tuple(results))


def _ids(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Id -> folders of the course (of all exercises beside those that are audited) that have it."""
    found: dict[str, list[Path]] = {}
    beside = {path for folder in folders for path in exercise_folders(folder.resolve().parent)}
    for folder in sorted(beside):
        try:
            found.setdefault(load_exercise(folder).id, []).append(folder)
        except GraderError:
            continue  # reported when, and only when, it is audited itself
    return found


def _with_duplicates(
    result: ExerciseAudit, exercise: Exercise, folders: Sequence[Path], root: Path
) -> ExerciseAudit:
    others = [shown_path(folder / FILE, root) for folder in folders if folder != exercise.folder]
    if not others:
        return result
    toml = exercise.folder / FILE
    lines = toml.read_text(encoding="utf-8", errors="replace").splitlines()
    line = next((number for number, text in enumerate(lines, start=1) if text.lstrip().startswith("id")), 1)
    what = _("Another exercise has the id {id}: {names}.").format(id=exercise.id, names=", ".join(others))
    problem = f"{shown_path(toml, root)}:{line}: {what}"
    return result.model_copy(update={"ok": False, "problems": (problem, *result.problems)})
