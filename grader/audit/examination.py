"""The exam of an exercise: is everything that its folder claims true?

- The reference gets full marks and breaks no rule that the exercise sets; it passes the visible suite, too.
- The starter says TODO and does not pass the visible suite.
- Every wrong solution fails exactly the tests and breaks exactly the rules that its first lines declare.
- The mutants of the reference are noticed, or declared equivalent with a reason: at most one in twenty.
- What students read exists in both languages, and the suite's markers make sense.

A problem is a sentence that begins with `file:line:`. An exercise whose files cannot be read or judged
at all has that as its problem; the exam itself raises only for what is wrong with the machine.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.audit.declarations import (
    Declaration,
    read_declaration,
    stands_for,
    unexpected,
    without_case,
)
from grader.audit.mutants import mutants
from grader.audit.results import ExerciseAudit, Survivor
from grader.audit.suites import lines_of_tests, marker_problems
from grader.audit.trials import NOT_NOTICED, Program, Trials, failing
from grader.course.exercise import FILE, HIDDEN, STARTER, VISIBLE
from grader.course.version import files_of
from grader.errors import GraderError
from grader.grading.linting import check_policy
from grader.grading.settings import GradingSettings
from grader.judge.verdicts import short_name
from grader.locale import _, current, n_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from grader.audit.mutants import Mutant
    from grader.audit.trials import JudgeFactory, Kinds
    from grader.course.exercise import Exercise
    from grader.grading.linting import Linter

MOST_EQUIVALENT = 20
"""One mutant in so many may be declared equivalent."""
READMES = ("README.md", "README.zh-CN.md")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the exam of an exercise is: programs judged, of those known so far."""

    exercise: str
    done: int
    total: int


@dataclass(slots=True)
class _Exam:
    """An exam under way."""

    exercise: Exercise
    trials: Trials
    linter: Linter
    root: Path
    problems: list[str] = field(default_factory=list)

    def note(self, path: Path, line: int, what: str) -> None:
        self.problems.append(f"{shown_path(path, self.root)}:{line}: {what}")


def examine(
    exercise: Exercise,
    *,
    open_judge: JudgeFactory,
    linter: Linter,
    root: Path,
    settings: GradingSettings | None = None,
    jobs: int = 1,
    cache: Path | None = None,
    report: Callable[[Progress], None] = lambda _progress: None,
) -> ExerciseAudit:
    """Hold the exam of one exercise.

    Args:
        exercise: The exercise, read from its folder.
        open_judge: Makes a judge of a suite of an exercise; as `grader.grading.judging.open_judge`.
        linter: Looks at sources.
        root: The folder that paths in problems are relative to.
        settings: Seed and confinement.
        jobs: Judges at once.
        cache: Folder where outcomes are remembered; None: nowhere.
        report: Called after each program.

    Raises:
        GraderError: This machine cannot judge.
    """
    settings = settings or GradingSettings()
    problems = [f"{shown_path(path, root)}:{line}: {what}" for path, line, what in _by_reading(exercise)]
    reference = exercise.solution_folder()
    if reference is None:
        where = shown_path(exercise.folder / FILE, root)
        what = _("There is no reference/{module}.py: nothing shows that the exercise can be solved.")
        return _refused(exercise, [*problems, f"{where}:1: {what.format(module=exercise.module)}"])
    try:
        check_policy(exercise)
        exercise.suite(HIDDEN)
        trials = Trials(exercise, settings, open_judge, jobs=jobs, cache=cache).__enter__()
    except GraderError as error:
        if _is_about_the_machine(error):
            raise
        return _refused(exercise, [*problems, as_problem(error, exercise.folder, root)])
    with trials:
        exam = _Exam(exercise, trials, linter, root, problems)
        program = Program(
            "reference", {p.relative_to(reference).as_posix(): p.read_bytes() for p in files_of(reference)}
        )
        if not _check_reference(exam, program):
            return _refused(exercise, exam.problems, tests=len(trials.tests))
        result = _check_wrong_and_mutants(exam, program, reference, report)
    problems += _visible_problems(exercise, program, settings, open_judge, root)
    return result.model_copy(update={"problems": tuple(problems), "ok": not problems})


def as_problem(error: GraderError, folder: Path, root: Path) -> str:
    """An error about an exercise's files as a problem with file and line."""
    where = error.where or ""
    path, _colon, line = where.rpartition(":")
    if not line.isdigit():
        path, line = where, "1"
    inside = folder / path if path and (folder / path).exists() else None
    for suite in (HIDDEN, VISIBLE):
        if inside is None and path and (folder / suite / path).is_file():
            inside = folder / suite / path
    name = shown_path(inside, root) if inside is not None else shown_path(folder / FILE, root)
    todo = f" {error.todo}" if error.todo else ""
    return f"{name}:{line}: {error.what}{todo}"


def shown_path(path: Path, root: Path) -> str:
    """A path as people write it: relative to `root` when it is in there."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)


def _refused(exercise: Exercise, problems: Iterable[str], *, tests: int = 0) -> ExerciseAudit:
    return ExerciseAudit(id=exercise.id, ok=False, problems=tuple(problems), tests=tests)


def _is_about_the_machine(error: GraderError) -> bool:
    """Whether judging fails here for every exercise: the machine confines too little."""
    return "grader doctor" in (error.todo or "")


def _by_reading(exercise: Exercise) -> list[tuple[Path, int, str]]:
    """What is wrong with the texts of an exercise, found without running anything."""
    found: list[tuple[Path, int, str]] = []
    folder = exercise.folder
    there = [name for name in READMES if (folder / name).is_file()]
    if len(there) == 1:
        other = next(name for name in READMES if name not in there)
        found.append(
            (folder / there[0], 1, _("It is missing in the other language: {name}.").format(name=other))
        )
    title = exercise.title
    if (title.en is None) != (title.zh_cn is None) and title.en != folder.name:
        line = _line_with(folder / FILE, "title")
        found.append(
            (folder / FILE, line, _("The title is missing in the other language: { en = ..., zh-CN = ... }."))
        )
    for suite in (HIDDEN, VISIBLE):
        if (folder / suite).is_dir():
            found += [(place.path, place.line, place.what) for place in marker_problems(folder / suite)]
    starter = folder / STARTER / f"{exercise.module}.py"
    if starter.is_file() and "TODO" not in starter.read_text(encoding="utf-8", errors="replace"):
        found.append((starter, 1, _("The starter does not say TODO: students look for it.")))
    return found


def _check_reference(exam: _Exam, program: Program) -> bool:
    """Whether the reference gets full marks; what it does not is noted."""
    exercise = exam.exercise
    judgement = exam.trials.judge(program)
    lines = lines_of_tests(exercise.folder / HIDDEN)
    passed = True
    for verdict in judgement.verdicts:
        if verdict.kind in NOT_NOTICED and verdict.kind != "suite_error":
            continue
        passed = False
        path, line = lines.get(without_case(short_name(verdict.test)), (exercise.folder / HIDDEN, 1))
        what = _("The reference does not pass {test}: {kind}. {message}")
        said = " ".join((verdict.explanation or verdict.message).split())[:300]
        exam.note(
            path, line, what.format(test=short_name(verdict.test), kind=verdict.kind, message=said).rstrip()
        )
    linted = exam.linter.lint(program.files, exercise.lint, language=current())
    folder = exercise.solution_folder()
    assert folder is not None
    for finding in linted.findings:
        what = _("The reference breaks a rule: {code} {message}")
        exam.note(
            folder / finding.path, finding.line, what.format(code=finding.code, message=finding.message)
        )
    if linted.problem is not None:
        exam.note(folder, 1, linted.problem)
    return passed


def _check_wrong_and_mutants(
    exam: _Exam, reference: Program, folder: Path, report: Callable[[Progress], None]
) -> ExerciseAudit:
    exercise = exam.exercise
    wrong = exercise.wrong_solutions()
    broken = [
        mutant
        for path in sorted(reference.files)
        if path.endswith(".py")
        for mutant in mutants(reference.files[path].decode("utf-8-sig"), path)
    ]
    programs = [Program(f"wrong/{path.name}", {f"{exercise.module}.py": path.read_bytes()}) for path in wrong]
    programs += [
        Program(mutant.description, {**reference.files, mutant.path: mutant.source.encode()})
        for mutant in broken
    ]
    done = 0

    def count(_program: Program) -> None:
        nonlocal done
        done += 1
        report(Progress(exercise.id, done, len(programs)))

    outcomes = exam.trials.kinds(programs, count)
    for path, program, kinds in zip(wrong, programs, outcomes, strict=False):
        _check_wrong(exam, path, program, kinds)
    return _check_mutants(exam, folder, reference, broken, outcomes[len(wrong) :])


def _check_wrong(exam: _Exam, path: Path, program: Program, kinds: Kinds) -> None:
    """Compare what a wrong solution declares with what happened."""
    source = path.read_bytes().decode("utf-8", "replace")
    declared = read_declaration(source)
    bad = failing(kinds)
    linted = exam.linter.lint(program.files, exam.exercise.lint, language=current())
    codes = sorted({finding.code for finding in linted.findings})
    if linted.problem is not None and declared.lint:
        exam.note(path, min(declared.lint.values()), linted.problem)
        codes = sorted(declared.lint)
    if declared.is_empty:
        exam.note(
            path, 1, _("It does not say what catches it: begin it with `# fails: ...` or `# lint: ...`.")
        )
    if not bad and not codes:
        exam.note(path, 1, _("This wrong solution passes: no test and no rule notices it."))
    _compare_tests(exam, path, declared, list(kinds), bad)
    for code in codes:
        if code not in declared.lint:
            line = next(finding.line for finding in linted.findings if finding.code == code)
            exam.note(path, line, _("It breaks a rule that it does not declare: {code}.").format(code=code))
    for code, line in declared.lint.items():
        if code not in codes:
            exam.note(path, line, _("It declares {code}, but does not break that rule.").format(code=code))


def _compare_tests(exam: _Exam, path: Path, declared: Declaration, tests: list[str], bad: list[str]) -> None:
    for name, line in declared.fails.items():
        if not any(stands_for(name, test) for test in tests):
            known = sorted(
                {without_case(short_name(test)) for test in tests} | {short_name(test) for test in tests}
            )
            near = difflib.get_close_matches(name, known, n=1)
            what = _("The suite has no test {test}.").format(test=name)
            hint = _("Did you mean: {names}?").format(names=near[0]) if near else ""
            exam.note(path, line, f"{what} {hint}".rstrip())
        elif not any(stands_for(name, test) for test in bad):
            exam.note(path, line, _("It declares that it fails {test}, but it passes.").format(test=name))
    line = min(declared.fails.values(), default=1)
    for test in unexpected(declared.fails, bad):
        what = _("It fails a test that it does not declare: {test}.").format(test=short_name(test))
        exam.note(path, line, what)


def _check_mutants(
    exam: _Exam, folder: Path, reference: Program, broken: list[Mutant], outcomes: list[Kinds]
) -> ExerciseAudit:
    exercise = exam.exercise
    survived = [mutant for mutant, kinds in zip(broken, outcomes, strict=True) if not failing(kinds)]
    names = {mutant.description for mutant in broken}
    surviving = {mutant.description for mutant in survived}
    toml = exercise.folder / FILE
    for entry in exercise.equivalent:
        line = _line_with(toml, entry.mutant)
        if entry.mutant not in names:
            near = difflib.get_close_matches(entry.mutant, sorted(surviving) or sorted(names), n=1)
            what = _("There is no mutant {name}.").format(name=entry.mutant)
            hint = _("Did you mean: {names}?").format(names=near[0]) if near else ""
            exam.note(toml, line, f"{what} {hint}".rstrip())
        elif entry.mutant not in surviving:
            what = _("A test notices the mutant {name}: it is not equivalent.")
            exam.note(toml, line, what.format(name=entry.mutant))
    excused = {entry.mutant for entry in exercise.equivalent} & surviving
    if len(excused) * MOST_EQUIVALENT > len(broken):
        what = n_(
            "{n} of {total} mutants is declared equivalent; at most one in {most} may be.",
            "{n} of {total} mutants are declared equivalent; at most one in {most} may be.",
            len(excused),
        )
        line = _line_with(toml, "[[equivalent]]")
        exam.note(toml, line, what.format(n=len(excused), total=len(broken), most=MOST_EQUIVALENT))
    left = [mutant for mutant in survived if mutant.description not in excused]
    for mutant in left:
        what = _("No test notices this mutant: {name}.").format(name=mutant.description)
        exam.note(folder / mutant.path, mutant.line, what)
    killed = len(broken) - len(survived)
    counted = len(broken) - len(excused)
    return ExerciseAudit(
        id=exercise.id,
        ok=not exam.problems,
        mutants=len(broken),
        killed=killed,
        equivalent=len(excused),
        score=killed / counted if counted else 1.0,
        tests=len(exam.trials.tests),
        wrong=len(exercise.wrong_solutions()),
        survivors=tuple(
            Survivor(
                mutant=mutant.description,
                operator=mutant.operator,
                diff=mutant.diff(reference.files[mutant.path].decode("utf-8-sig")),
            )
            for mutant in left
        ),
    )


def _visible_problems(
    exercise: Exercise, reference: Program, settings: GradingSettings, open_judge: JudgeFactory, root: Path
) -> list[str]:
    """What is wrong between the visible suite, the reference and the starter."""
    folder = exercise.folder / VISIBLE
    starter = exercise.solution_folder(STARTER)
    try:
        exercise.suite(VISIBLE)
    except GraderError:
        return []  # a visible suite is a kindness, not a duty
    found = []
    visible = GradingSettings(seed=settings.seed, isolation=settings.isolation, suite=VISIBLE)
    try:
        with Trials(exercise, visible, open_judge) as trials:
            lines = lines_of_tests(folder)
            for test in failing(_kinds(trials, reference)):
                path, line = lines.get(without_case(short_name(test)), (folder, 1))
                what = _("The reference does not pass the visible test {test}.").format(test=short_name(test))
                found.append(f"{shown_path(path, root)}:{line}: {what}")
            if starter is not None:
                files = {
                    path.relative_to(starter).as_posix(): path.read_bytes() for path in files_of(starter)
                }
                kinds = _kinds(trials, Program("starter", files))
                if not failing(kinds):
                    where = shown_path(starter / f"{exercise.module}.py", root)
                    problem = _("The starter passes the visible suite: nothing is left to do.")
                    found.append(f"{where}:1: {problem}")
    except GraderError as error:
        found.append(as_problem(error, exercise.folder, root))
    return found


def _kinds(trials: Trials, program: Program) -> Kinds:
    return {verdict.test: verdict.kind for verdict in trials.judge(program).verdicts}


def _line_with(path: Path, text: str) -> int:
    """The first line of a file that has `text`; 1 when none has."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), 1)
