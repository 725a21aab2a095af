"""The pure function of the project: an exercise, a submission and settings become a Grade.

Its inputs and its output are plain values; what it needs of the world are a judge and a linter, which it is
given. So it runs in a worker process here and on a cluster elsewhere, and is tested without either.

Nothing passes by default. The suite's tests come from the judge's own collection against the reference; a
test without an explicit pass gets none of its points, one that the judgement does not mention is an
`error`, and one that it mentions twice counts as the worse of the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.grading.grade import Grade, GradedFrame, GradedVerdict, GradeFact, GradeTimings
from grader.grading.judging_version import judging_version
from grader.grading.linting import Linted
from grader.grading.points import add, shares
from grader.grading.sources import Sources
from grader.grading.student_view import render_markdown
from grader.judge.verdicts import Judgement, Kind, SuiteTest, Verdict
from grader.locale import _, speaking
from grader.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.course.exercise import Exercise
    from grader.course.feedback import Feedback
    from grader.grading.linting import Linter
    from grader.grading.settings import GradingSettings
    from grader.judge.verdicts import Judge
    from grader.submissions import Submission

NOT_RUN = "not run"
"""The confinement level of a submission of which nothing was run."""
_TEXT_LIMIT = 4000
_PRINTED_LIMIT = 2000
_NOTICE = 40
"""Characters that saying what was cut may take."""
_MOST_FACTS = 50


def grade_submission(
    exercise: Exercise,
    submission: Submission,
    settings: GradingSettings,
    *,
    judge: Judge,
    linter: Linter,
    grader_version: str = "",
    version: str = "",
) -> Grade:
    """Grade one submission.

    Args:
        exercise: What was asked.
        submission: What was handed in; with a problem, nothing of it is run and every test is an `error`.
        settings: Seed, language, suite.
        judge: Entered, for the suite of `settings`.
        linter: Looks at the sources.
        grader_version: Recorded in the Grade.
        version: The `judging_version`, from who grades many; else it is found here.

    Raises:
        GraderError: The suite has no tests.
        Exception: Whatever else is raised is a failure of the grader, never of the submission.
    """
    tests = judge.tests
    if not tests:
        raise GraderError(
            _("The {suite} suite of exercise {id} has no tests.").format(
                suite=settings.suite, id=exercise.id
            ),
            where=exercise.folder / settings.suite,
            todo=_("Run `grader audit` on the exercise."),
        )
    version = version or judging_version(exercise, settings.suite)
    seed = settings.seed_for(version, submission.content_hash)
    with speaking(settings.language):
        if submission.problem is None:
            linted = linter.lint(submission.files, exercise.lint, language=settings.language)
            judgement = judge.judge(submission, seed=seed)
        else:
            linted, judgement = Linted(), _unjudged(tests, submission.problem)
        default = exercise.feedback.hidden if settings.suite == "hidden" else exercise.feedback.visible
        sources = Sources(submission.files)
        verdicts = _graded(tests, judgement.verdicts, exercise.points, default, sources)
        grade = Grade(
            exercise=exercise.id,
            title=exercise.title,
            exercise_version=exercise.version,
            submission=submission.id,
            student=submission.student,
            content_hash=submission.content_hash,
            points=max(0.0, round(add(verdict.points for verdict in verdicts) - linted.cost, 2)),
            max_points=add(verdict.max_points for verdict in verdicts),
            verdicts=verdicts,
            findings=linted.findings,
            lint_cost=linted.cost,
            lint_problem=linted.problem,
            suite=settings.suite,
            isolation=judgement.isolation,
            seed=seed,
            timings=GradeTimings(
                wall=judgement.timings.wall,
                cpu=judgement.timings.cpu,
                virtual=judgement.timings.virtual,
                lint=linted.seconds,
            ),
            facts=tuple(
                GradeFact(
                    kind=fact.kind,
                    message=_kept(fact.message, _TEXT_LIMIT),
                    where=fact.where,
                    source=sources.at(fact.where),
                    test=fact.test,
                )
                for fact in judgement.facts[:_MOST_FACTS]
            ),
            printed=_kept(judgement.printed, _PRINTED_LIMIT),
            problem=submission.problem,
            notes=submission.notes,
            language=settings.language,
            grader_version=grader_version,
        )
        return grade.model_copy(update={"feedback": render_markdown(grade, settings.language)})


def _graded(
    tests: tuple[SuiteTest, ...],
    verdicts: tuple[Verdict, ...],
    points: float | None,
    default: Feedback,
    sources: Sources,
) -> tuple[GradedVerdict, ...]:
    """One graded verdict per test of the suite, in its order; then what the judge reported beyond it, worth
    nothing.
    """
    said: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = said.get(verdict.test)
        if known is None or known.kind is Kind.PASSED:
            said[verdict.test] = verdict
    graded = []
    for test, most in zip(tests, shares([test.weight for test in tests], points), strict=True):
        verdict = said.pop(test.test) if test.test in said else _unreached(test)
        level, hint = test.feedback or default, test.hint or verdict.hint
        named = {"title": test.title, "step": test.step}
        graded.append(_graded_verdict(verdict, most, level, hint, sources).model_copy(update=named))
    extra = (
        _graded_verdict(other, 0.0, other.feedback or default, other.hint, sources) for other in said.values()
    )
    return (*graded, *extra)


def _graded_verdict(
    verdict: Verdict, most: float, feedback: Feedback, hint: dict[str, str], sources: Sources
) -> GradedVerdict:
    return GradedVerdict(
        test=verdict.test,
        kind=verdict.kind,
        points=most if verdict.kind is Kind.PASSED else 0.0,
        max_points=most,
        message=_kept(verdict.message, _TEXT_LIMIT),
        expected=None if verdict.expected is None else _kept(verdict.expected, _TEXT_LIMIT),
        actual=None if verdict.actual is None else _kept(verdict.actual, _TEXT_LIMIT),
        where=verdict.where,
        explanation=None if verdict.explanation is None else _kept(verdict.explanation, _TEXT_LIMIT),
        trace=tuple(
            GradedFrame(
                path=frame.file,
                line=frame.line,
                function=frame.function,
                source=sources.line(frame.file, frame.line),
            )
            for frame in verdict.trace
        ),
        hint={language: _kept(text, _TEXT_LIMIT) for language, text in hint.items()},
        feedback=feedback,
        virtual=verdict.virtual,
        cpu=verdict.cpu,
        printed=_kept(verdict.printed, _PRINTED_LIMIT),
        recording=verdict.recording,
    )


def _kept(text: str, limit: int) -> str:
    """`text`, cut when it is much longer than `limit`; what was cut once stays as it is, by whomever."""
    return text if len(text) <= limit + _NOTICE else cut(text, limit)


def _unreached(test: SuiteTest) -> Verdict:
    return Verdict(test.test, Kind.ERROR, explanation=_("This test was never reached."))


def _unjudged(tests: Iterable[SuiteTest], problem: str) -> Judgement:
    verdicts = tuple(Verdict(test.test, Kind.ERROR, message=problem, explanation=problem) for test in tests)
    return Judgement(verdicts, NOT_RUN)
