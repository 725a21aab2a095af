"""The pytest plugin that judges one submission: it watches each test and writes down its verdict.

A test has passed when its setup, call and teardown passed, nothing of it was skipped, nothing ended the simulation, and
no assertion that failed in a callback was swallowed by the submission. Whatever ends the simulation (a deadlock, a
crash, a limit, a broken frame) ends this session after the verdict of that test; the server goes on with the rest in a
new one.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from grader.bridge.modules import ModuleProxy
from grader.bridge.simulation.clock import SECOND
from grader.bridge.simulation.errors import SimulationError
from grader.course.feedback import Feedback
from grader.judge.files import SharedFolder
from grader.judge.messages import Began, Done, Over, Uncollected
from grader.judge.outcomes import Outcome, cut, innermost, of_exception, of_import
from grader.judge.own_words import OwnWords
from grader.judge.patches import seed_apart
from grader.judge.pictures import OUTCOMES, picture
from grader.judge.suite import suite_feedback
from grader.judge.verdicts import Fact, Kind, Verdict
from grader.locale import _

if TYPE_CHECKING:
    from pathlib import Path

    from grader.judge.connection import Connection

Record = Callable[..., None]
MOST_FACTS = 200
"""Facts of one session."""
REPRESENTATION = 1_000
"""Characters of an expected or actual value."""


class SubmissionSession:
    """Registered before there is a submission: pytest looks through a plugin for hooks and fixtures, which takes longer
    than anything else that is done for a submission before its suite is collected. Then `attach`."""

    def __init__(self, record: Record, feedback: Feedback = Feedback.HINT) -> None:
        self._record = record
        self._feedback = feedback
        self._recorded = b""
        self._printed_at_import = ""
        self._outcome: Outcome | None = None
        self._skipped: str | None = None
        self._phases: set[str] = set()
        self._facts: list[Fact] = []
        self._compared: tuple[str, str] | None = None
        self._began_at = 0
        self._kept: tuple[Done, ...] = ()
        """The last test's verdict, which goes with the next message."""
        self.fatal = False
        """The process of the submission is of no more use."""
        self._attached = False

    def attach(
        self, connection: Connection, *, places: Mapping[str, str], judged: Collection[str], seed: int
    ) -> None:
        """The submission that is to be judged. `places`: this side's copies of its files -> their names; `judged`:
        tests that have their verdict."""
        self._connection = connection
        self._places = places
        self._own = OwnWords(places)
        self._judged = frozenset(judged)
        self._seed = seed
        self._attached = True

    # Collection

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Without a submission the suite is only collected early: this is asked for again in the fork."""
        if not self._attached:
            return
        left = [item for item in items if item.nodeid not in self._judged]
        self._printed_at_import = cut("".join(self._connection.endpoint.printed))
        gone = [item for item in items if item.nodeid in self._judged]
        if gone:
            config.hook.pytest_deselected(items=gone)
            items[:] = left

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        report: Any = yield
        if report.failed and self._attached:
            self._uncollected(collector, report)
        return report  # type: ignore[no-any-return]

    def _uncollected(self, collector: pytest.Collector, report: pytest.CollectReport) -> None:
        failure, connection = self._failure(), self._connection
        file = collector.nodeid.partition("::")[0]
        if failure is not None:
            outcome = of_exception(failure, connection, self._places, self._own)
        elif connection.import_errors:
            error = next(iter(connection.import_errors.values()))
            first = not any(isinstance(module, ModuleProxy) for module in list(sys.modules.values()))
            outcome = of_import(error, self._places, self._own, first=first)
        else:
            outcome = Outcome(Kind.ERROR, cut(_raised(report)), None, self._missing_name(collector, report))
        self._record(
            Uncollected(
                file, outcome.kind, outcome.message, outcome.where, outcome.explanation, outcome.trace
            )
        )

    def _missing_name(self, collector: pytest.Collector, report: pytest.CollectReport) -> str | None:
        """Only what the file of the suite does import: the submission can raise what reads the same."""
        found = re.search(r"cannot import name '(\w+)' from '(\w+)'", str(report.longrepr))
        if found is None or (found[2], found[1]) not in _imports(collector.path):
            return None
        return _("The tests look for {name} in {module}, and it is not there.").format(
            name=found[1], module=found[2]
        )

    def _failure(self) -> BaseException | None:
        return self._connection.kernel.failure

    # Running

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        connection = self._connection
        self._record(*self._kept, Began(item.nodeid))
        self._kept = ()
        self._outcome, self._skipped, self._compared = None, None, None
        self._phases.clear()
        connection.begin()
        connection.endpoint.refused.clear()
        connection.endpoint.stops.clear()
        connection.endpoint.printed.clear()
        self._began_at = connection.kernel.now
        try:
            with contextlib.suppress(SimulationError):  # lost between two tests: this one finds nobody
                self._seed_for(item)
                if self._is_open(item):
                    connection.endpoint.events.append(["record"])
            return (yield)
        finally:
            self._finish(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self,
        fixturedef: pytest.FixtureDef[Any],
        request: pytest.FixtureRequest,  # noqa: ARG002
    ) -> Iterator[None]:
        result: Any = yield
        if fixturedef.argname == "tmp_path_factory":
            self._connection.endpoint.files = SharedFolder(str(result.getbasetemp()))
        return result  # type: ignore[no-any-return]

    def _seed_for(self, item: pytest.Item) -> None:
        seed_apart(self._connection.endpoint, f"{self._seed}:{item.nodeid}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:  # noqa: ARG002
        report: Any = yield
        self._phases.add(call.when)
        error = self._failure() or (call.excinfo.value if call.excinfo is not None else None)
        if self._outcome is None and error is not None:
            if report.outcome == "skipped" and not isinstance(error, SimulationError):
                self._skipped = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else "xfail"
            elif report.outcome == "failed" or isinstance(error, SimulationError):
                self._outcome = of_exception(error, self._connection, self._places, self._own)
        return report  # type: ignore[no-any-return]

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Also reports that no phase makes: those of failed subtests."""
        if report.outcome == "failed" and self._outcome is None:
            crash = getattr(report.longrepr, "reprcrash", None)  # its text begins with the path of the suite
            message = str(report.longrepr or "") if crash is None else crash.message
            self._outcome = Outcome(Kind.FAILED, cut(message))

    def pytest_assertrepr_compare(self, config: pytest.Config, op: str, left: Any, right: Any) -> None:  # noqa: ARG002
        if op == "==":
            self._compared = (_shown(left), _shown(right))

    def _finish(self, item: pytest.Item) -> None:
        connection = self._connection
        outcome = self._outcome
        failure = self._failure()
        if outcome is None and failure is not None:
            outcome = of_exception(failure, connection, self._places, self._own)
        if outcome is None and connection.endpoint.refused:
            outcome = self._of_refused(connection.endpoint.refused[0])
        if outcome is None and connection.endpoint.unseen_stops(self._places):
            text = _(
                "Your code raised StopIteration, and the test took that for the end of what it went through."
            )
            outcome = Outcome(Kind.FAILED, text, None, text)
        if outcome is None and self._skipped is not None:
            outcome = Outcome(Kind.SKIPPED, cut(self._skipped))
        if outcome is None and not {"setup", "call", "teardown"} <= self._phases:
            outcome = Outcome(Kind.ERROR, "the test did not run")
        passed = Outcome(Kind.PASSED)
        self._recorded = b""
        if outcome is not None and outcome.kind in OUTCOMES and self._is_open(item):
            self._recorded = connection.endpoint.seen.recorded or self._ask_for_recording()
        self._facts += connection.endpoint.seen.facts(item.nodeid, self._own)[: MOST_FACTS - len(self._facts)]
        self._kept = (Done(self._verdict(item, outcome or passed)),)
        if failure is not None:
            self._record(*self._kept)
            self._kept = ()
            self.fatal = True
            item.session.shouldstop = "the submission's process is of no more use"

    def _is_open(self, item: pytest.Item) -> bool:
        """Does a student get to see everything about this test?"""
        return (suite_feedback(item) or self._feedback) is Feedback.FULL

    def _ask_for_recording(self) -> bytes:
        try:
            data = self._connection.endpoint.ask("recorded")
        except (Exception, SimulationError):  # noqa: BLE001 - whatever is wrong over there: there is no picture
            return b""
        return data if type(data) is bytes else b""

    def _of_refused(self, error: BaseException) -> Outcome:
        where = innermost(error.__traceback__, self._places, self._own)
        told = _("An assertion of the test failed in a function that your code called, and your code hid it.")
        return Outcome(Kind.FAILED, cut(str(error)), where, told)

    def _verdict(self, item: pytest.Item, outcome: Outcome) -> Verdict:
        connection = self._connection
        expected = actual = None
        if outcome.kind is Kind.FAILED and self._compared is not None:
            actual, expected = self._compared
        return Verdict(
            test=item.nodeid,
            kind=outcome.kind,
            message=outcome.message,
            expected=expected,
            actual=actual,
            where=outcome.where,
            explanation=outcome.explanation,
            trace=outcome.trace,
            virtual=(connection.kernel.now - self._began_at) / SECOND,
            cpu=connection.cpu(),
            printed=cut("".join(connection.endpoint.printed), connection.limits.output),
            recording=picture(self._recorded, outcome.kind, connection.began, self._own),
        )

    def close(self) -> None:
        """The session is over: say so, and what was seen on the way."""
        connection = self._connection
        self._record(
            *self._kept,
            Over(
                facts=tuple(self._facts),
                more=self.fatal,
                virtual=connection.kernel.now / SECOND,
                printed=self._printed_at_import,
            ),
        )
        connection.close()


def _imports(suite: Path) -> set[tuple[str, str]]:
    """Module and name of each `from module import name` in a file."""
    return {
        (node.module or "", alias.name)
        for node in ast.walk(ast.parse(suite.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _raised(report: pytest.CollectReport) -> str:
    """What was raised, without the lines of the suite that lead there."""
    lines = str(report.longrepr).splitlines()
    return "\n".join(line[1:].strip() for line in lines if line.startswith("E ")) or (lines or [""])[-1]


def _shown(value: Any) -> str:
    try:
        return cut(repr(value), REPRESENTATION)
    except SimulationError:
        raise
    except BaseException as error:  # noqa: BLE001 - the submission's __repr__ may do anything
        return f"<{type(error).__name__} in __repr__>"
