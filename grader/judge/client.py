"""The judge as the rest of the program sees it: a warm process per exercise, verdicts per submission.

A test is judged once. When the submission's process is lost in one (a crash, a limit, a deadlock), the next tests run
in a new one. A judge process that dies or says nothing is a failure of the grader, unless the test that it was in can
only have been brought down by what the submission handed over: then that test is lost to it, and the rest goes on.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn, Self

from grader.course.feedback import Feedback
from grader.errors import GraderError, GraderInternalError
from grader.judge.messages import (
    ZYGOTE_LOST,
    Answer,
    Began,
    Broke,
    Collected,
    Done,
    Ended,
    Event,
    Job,
    Notes,
    Order,
    Over,
    Reader,
    Ready,
    Setup,
    Survey,
    Uncollected,
    Unready,
    Writer,
)
from grader.judge.verdicts import Fact, Judgement, Kind, SuiteTest, Timings, Verdict
from grader.locale import _, current

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from grader.course.exercise import Exercise
    from grader.sandbox.limits import Limits
    from grader.submissions import Submission

STARTING = 60.0
"""Seconds for a judge process to get warm, on a busy machine."""
SPARE = 20.0
"""Seconds that a judge may be silent beyond the limits of the test that it is in."""
LOOK = 1.0
"""Seconds between two looks at what a judge tells, while it judges."""


class WarmJudge:
    """Judges submissions against one suite, one at a time; a context manager."""

    def __init__(
        self,
        suite: Path,
        module: str,
        limits: Limits,
        *,
        isolation: str = "strong",
        packages: tuple[str, ...] = (),
        reference: Mapping[str, bytes] | None = None,
        core: int | None = None,
        feedback: Feedback = Feedback.HINT,
    ) -> None:
        """`reference`: files with which every test of the suite is expected to run; None: there are none."""
        self._setup = Setup(str(suite.resolve()), module, limits, isolation, packages, core, feedback)
        self._reference = dict(reference) if reference is not None else None
        self._process: subprocess.Popen[bytes] | None = None
        self._write: Writer
        self._read: Reader
        self._notes: Notes
        self._tests: tuple[SuiteTest, ...] = ()
        self._isolation = isolation
        self.missing: dict[str, str] = {}
        """Layers of confinement that this machine does not give, with the reason."""
        self.early = False
        """The suite does nothing when it is imported: it has been collected once, for all submissions."""

    @property
    def tests(self) -> tuple[SuiteTest, ...]:
        return self._tests

    def __enter__(self) -> Self:
        self._start()
        try:
            self._collect()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def judge(self, submission: Submission, *, seed: int) -> Judgement:
        """Run the suite. Raises GraderInternalError when the judge itself failed."""
        return self.judge_files(submission.files, seed=seed)

    def judge_files(self, files: Mapping[str, bytes], *, seed: int = 0) -> Judgement:
        """The same for bare files (relative POSIX path -> content)."""
        began = time.monotonic()
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._start()
        run = _Run(self._tests)
        while True:
            self._order(Job(dict(files), seed, current(), tuple(run.verdicts)))
            judged = len(run.verdicts)
            self._follow(run)
            if not run.more or len(run.verdicts) == judged:
                break
        verdicts = run.complete()
        timings = Timings(
            wall=time.monotonic() - began,
            cpu=sum(v.cpu for v in verdicts),
            virtual=sum(v.virtual for v in verdicts),
        )
        return Judgement(verdicts, self._isolation, tuple(run.facts), timings, run.printed)

    def _collect(self) -> None:
        """What the suite's tests are. With a reference, all of its files must be collected."""
        self._order(Survey(self._reference or {}, current()))
        if self._next(STARTING) is None:
            self._fail(f"the suite was not collected within {STARTING:.0f} seconds")
        lost: Uncollected | None = None
        for event in self._notes.new():
            match event:
                case Collected(tests):
                    self._tests = tests
                case Uncollected():
                    lost = lost or event
        why = lost.message.strip() if lost is not None else ""
        if self._reference and (lost is not None or not self._tests):
            raise GraderError(
                _("The suite cannot be collected with the reference: {reason}").format(reason=why),
                where=lost.file if lost is not None else self._setup.suite,
                todo=_("Mend the suite or the reference: nobody can be graded with it."),
            )
        if not self._tests:
            raise GraderError(
                "\n".join([_("The suite has no tests that can be collected."), *why.splitlines()[-12:]]),
                where=self._setup.suite,
                todo=_("Run pytest in this folder, with the reference on the path, to see why."),
            )

    def _follow(self, run: _Run) -> None:
        """Take in the events of one session."""
        run.begin()
        silent_since = time.monotonic()
        while True:
            answer = self._next(LOOK)
            for event in self._notes.new():
                silent_since = time.monotonic()
                if isinstance(event, Broke):
                    self._fail(f"pytest failed in the judge: {event.reason}")
                run.take(event)
            match answer:
                case None:
                    if time.monotonic() - silent_since >= self._setup.limits.wall + SPARE:
                        self._stop()
                        self._start()
                        run.end(Kind.WALL_LIMIT)
                        return
                case Ended(status):
                    if status == ZYGOTE_LOST:
                        self._fail("the process that starts sandboxes was killed")
                    run.end(Kind.ERROR, status)
                    return
                case _:
                    self._fail(f"the judge said {type(answer).__name__}")

    def _fail(self, reason: str) -> NoReturn:
        self._stop()
        raise GraderInternalError(reason)

    # The process

    def _start(self) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self._notes = Notes(Event)
        theirs = [theirs_in, theirs_out, self._notes.descriptor]
        environment = {
            **{name: value for name, value in os.environ.items() if name in _KEPT},
            "PYTHONHASHSEED": "0",
            "MALLOC_ARENA_MAX": "2",  # of the many threads of a session one runs at a time
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TZ": "UTC0",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.judge.server", *map(str, theirs)],
            pass_fds=theirs,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("GRADER_DEBUG") else subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._write, self._read = Writer(ours_out), Reader(ours_in, Answer)
        self._descriptors = (ours_in, ours_out, self._notes.descriptor)
        self._write(self._setup)
        match self._next(STARTING):
            case Ready(isolation, missing, early):
                self._isolation, self.missing, self.early = isolation, missing, early
            case Unready("isolation", reason):
                self._stop()
                raise GraderError(
                    _("This machine confines submissions less well than required."),
                    where=reason,
                    todo=_("Run `grader doctor`: it says what is missing and what can be done."),
                )
            case Unready("exposed", reason):
                self._stop()
                raise GraderError(
                    _(
                        "A submission could read this suite: it lies in a folder that the sandbox has to show."
                    ),
                    where=reason,
                    todo=_(
                        "Keep the course outside of Python's own folders, or ask for a stronger isolation."
                    ),
                )
            case Unready(_, reason):
                self._stop()
                raise GraderInternalError(reason)
            case _:
                self._stop()
                raise GraderInternalError("the judge's process did not start")

    def _stop(self) -> None:
        if self._process is None:
            return
        for descriptor in self._descriptors:
            os.close(descriptor)
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _order(self, order: Order) -> None:
        self._notes.clear()
        self._write(order)

    def _next(self, patience: float) -> Answer | None:
        """The next answer; None when nothing comes. A process that died is an internal error."""
        ready, _unused, _unused2 = select.select([self._read.descriptor], [], [], patience)
        if not ready:
            return None
        try:
            return self._read()  # type: ignore[no-any-return]
        except EOFError:
            status = self._process.wait(2) if self._process is not None else None
            self._stop()
            raise GraderInternalError(f"the judge's process ended ({status})") from None


_KEPT = frozenset(
    {
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "LANGUAGE",
        "TMPDIR",
        "VIRTUAL_ENV",
        "PYTHONPATH",
        "GRADER_DEBUG",
        "COVERAGE_PROCESS_START",
        "COVERAGE_PROCESS_CONFIG",
    }
)


class _Run:
    """What is known of one submission so far."""

    def __init__(self, tests: tuple[SuiteTest, ...]) -> None:
        self._tests = tests
        self.verdicts: dict[str, Verdict] = {}
        self.uncollected: list[Uncollected] = []
        self.facts: list[Fact] = []
        self.printed = ""
        self.begin()

    def begin(self) -> None:
        """A session is about to run."""
        self.more = False
        self._ended_well = False
        self._test: str | None = None
        """The test that is under way. "": none is, and the submission has been started."""

    def take(self, event: Event) -> None:
        """The session has told something."""
        match event:
            case Began(test):
                self._test = test
            case Done(verdict):
                self._test = ""
                self.verdicts[verdict.test] = verdict
            case Uncollected():
                self.uncollected.append(event)
            case Over():
                self._ended_well, self.more = True, event.more
                self.facts += event.facts
                self.printed = self.printed or event.printed

    def end(self, kind: Kind, status: int | None = None) -> None:
        """The session is over. When it was lost in a test, that test has no pass, and the others go on; between tests,
        or while the suite was collected with the submission, none goes on."""
        if self._ended_well:
            return
        if self._test is None:
            raise GraderInternalError(f"the judge's process was lost before it began ({status})")
        text = _(
            "The judge could not finish this test: what your code handed over was more than it could carry."
        )
        unreached = [each.test for each in self._tests if each.test not in self.verdicts]
        for each in [self._test] if self._test else unreached:
            self.verdicts[each] = Verdict(each, kind, explanation=text)
        self.more = bool(self._test)

    def complete(self) -> tuple[Verdict, ...]:
        """A verdict for every test of the suite, in its order: what was never reached has not passed, and what the
        suite does not have (tests that a submission brings by `import *`) has none."""
        return tuple(self._with_markers(test) for test in self._tests)

    def _with_markers(self, test: SuiteTest) -> Verdict:
        import msgspec

        verdict = self.verdicts.get(test.test) or self._unreached(test.test)
        return msgspec.structs.replace(verdict, weight=test.weight, feedback=test.feedback, hint=test.hint)

    def _unreached(self, test: str) -> Verdict:
        file = test.partition("::")[0]
        why = next((each for each in self.uncollected if each.file == file), None)
        why = why or next((each for each in self.uncollected if each.kind is not Kind.ERROR), None)
        why = why or next(iter(self.uncollected), None)
        if why is None:
            return Verdict(test, Kind.ERROR, explanation=_("This test was never reached."))
        return Verdict(
            test, why.kind, why.message, where=why.where, explanation=why.explanation, trace=why.trace
        )


def judge_for(
    exercise: Exercise, *, suite: str = "hidden", isolation: str = "strong", core: int | None = None
) -> WarmJudge:
    """The judge of an exercise's hidden or visible suite."""
    folder = exercise.solution_folder()
    reference = None
    if folder is not None:
        reference = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    return WarmJudge(
        exercise.suite(suite),
        exercise.module,
        exercise.limits(),
        isolation=isolation,
        packages=exercise.packages,
        reference=reference,
        core=core,
        feedback=exercise.feedback.hidden if suite == "hidden" else exercise.feedback.visible,
    )
