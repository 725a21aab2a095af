"""A warm judge: one pytest session that has everything imported, and a fork of it for each submission.

`main` gets three descriptors: for orders, for answers, and for what the forks tell. It reads a `Setup`, starts pytest,
and stops inside the session just before collection, with plugins and configuration in place: about 15 ms from there to
the first test, against 270 for a cold start. From there on it reads orders; each fork goes on from that very point with
its submission, writes its events itself, and ends.

A suite that does nothing when it is imported needs no collection for each submission, which takes as long as a fifth of
its tests. A second process is forked that collects it early, reads the orders, and has forks of its own, which go on at
the first test. Where that is of no use (the submission lacks a name, or cannot be imported) and for surveys it asks the
first one, which has seen nothing of the suite: what is told of such a submission does not depend on how it was tried.

Other suites are read in the forks and nowhere else. The suite's byte code is cached in a folder of this process, so
nothing is written beside a suite; that of pytest and its plugins, which are here before, is where Python always has it:
to compile those anew would take a sixth of the time that a judge needs to get warm.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import resource
import shutil
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from grader.bridge import recursion
from grader.bridge.simulation.errors import SimulationError
from grader.judge import examples, explanations
from grader.judge.blank import BlankFinder
from grader.judge.command_line import arguments
from grader.judge.connection import STACK, Connection
from grader.judge.early import EarlyCollection
from grader.judge.facts import Facts
from grader.judge.held_folder import HeldFolder
from grader.judge.imports import SubmissionFinder, modules_of
from grader.judge.inert import borrowed
from grader.judge.messages import (
    NOT_EARLY,
    Began,
    Broke,
    Collected,
    Ended,
    Job,
    Order,
    Reader,
    Ready,
    Setup,
    Survey,
    Uncollected,
    Unready,
    Writer,
)
from grader.judge.patches import SharedPatches, share_seeds
from grader.judge.session import SubmissionSession
from grader.judge.suite import suite_tests
from grader.judge.verdicts import Kind
from grader.locale import use
from grader.pytest_plugin import FACTS
from grader.sandbox import kernel as linux
from grader.sandbox.folder import check_name
from grader.sandbox.launcher import IsolationError, SandboxError, Zygote
from grader.sandbox.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.judge.inert import Borrowed

REPORTER = "terminalreporter"
MEMORY = 1 << 30
"""Bytes that a session may use at the least, besides what it has at its start."""


class Silent:
    """In place of pytest's terminal reporter: for whoever asks for it it is the same, but no hook reaches it. To write
    what nobody reads takes a twentieth of a test."""

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reporter, name)


class Server:
    """The plugin that stops the warm session before collection, and serves from there."""

    def __init__(
        self,
        setup: Setup,
        zygote: Zygote,
        read: Reader,
        answer: Writer,
        tell: Writer,
        folder: Path,
        let_go: Callable[[], None],
    ) -> None:
        """`folder`: for the files of one submission, and for what its tests write. `let_go`: ends the zygote and
        removes what is left on the disk."""
        self._setup = setup
        self._zygote = zygote
        self._read = read
        self._answer = answer
        self._tell = tell
        self._folder = folder
        self._let_go = let_go
        self._own = {path.stem for path in Path(setup.suite).rglob("*.py")}
        """The names of the suite's modules."""
        self._in_fork = False
        self._early: EarlyCollection | None = None
        self._second = 0
        """The process that collects early, seen from the first one."""
        self._survey = False
        self._connection: Connection | None = None
        self._judging = SubmissionSession(tell, setup.feedback)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """Returns in forks only: True where the suite has been collected already."""
        if self._in_fork:
            return None
        sys.pycache_prefix = str(self._folder.with_name("byte code"))
        plugins = session.config.pluginmanager
        plugins.register(Silent(plugins.unregister(name=REPORTER)), REPORTER)
        plugins.register(self._judging, "submission-session")
        gc.collect()
        names = borrowed(Path(self._setup.suite), self._setup.module)
        second = None if names is None else self._fork_early(session, names)
        if self._early is not None:
            return True
        gc.freeze()  # what is warm is shared with the forks: no collector touches its pages
        missing = {str(layer): reason for layer, reason in self._zygote.missing.items()}
        self._answer(Ready(self._zygote.level.value, missing, early=second is not None))
        self._serve(session, *(second or (self._read, self._answer)))
        return None

    def _fork_early(self, session: pytest.Session, names: list[Borrowed]) -> tuple[Reader, Writer] | None:
        """Start the process that collects early. Returns the ends of what it asks by; None where it has given up.
        It returns in its own forks, too: with `_early` set."""
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        server = os.getpid()
        pid = os.fork()
        if pid:
            os.close(theirs_in)
            os.close(theirs_out)
            if os.read(ours_in, 1):
                self._second = pid
                return Reader(ours_in, Order), Writer(ours_out)
            os.waitpid(pid, 0)
            return None
        if not linux.die_with(server):
            os._exit(1)
        os.close(ours_in)
        os.close(ours_out)
        session.config.pluginmanager._noconftest = False
        try:
            self._early = EarlyCollection(session, self._setup.module, names)
        except BaseException:  # noqa: BLE001 - whatever it is, collecting with a submission tells it better
            os._exit(1)
        gc.collect()
        gc.freeze()
        os.write(theirs_out, b".")
        ask, hear = Writer(theirs_out), Reader(theirs_in, Ended)

        def otherwise(order: Order) -> int:
            ask(order)
            return hear().status  # type: ignore[no-any-return]

        self._serve(session, self._read, self._answer, otherwise)
        return None

    def _serve(
        self,
        session: pytest.Session,
        read: Reader,
        answer: Writer,
        otherwise: Callable[[Order], int] | None = None,
    ) -> None:
        """Have a fork for each order; returns in it. `otherwise`: has one made elsewhere."""
        while True:
            try:
                order = read()
            except EOFError:
                if self._second:
                    os.waitpid(self._second, 0)  # its time is counted with ours
                if otherwise is None:
                    self._let_go()
                os._exit(0)
            status = NOT_EARLY
            if otherwise is None or isinstance(order, Job):
                sys.stdout.flush()
                server = os.getpid()
                pid = os.fork()
                if pid == 0:
                    if not linux.die_with(server):
                        os._exit(1)
                    self._in_fork = True
                    self._begin(session, order)
                    return
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                shutil.rmtree(self._folder, ignore_errors=True)
            if otherwise is not None and status == NOT_EARLY:
                status = otherwise(order)
            answer(Ended(status))

    def _begin(self, session: pytest.Session, order: Order) -> None:
        """In a fork, before its collection, or its first test."""
        session.config.pluginmanager._noconftest = False
        self._prepare(session.config, order)
        if self._early is None:
            return
        assert self._connection is not None
        try:
            self._early.fill()
        except BaseException:  # noqa: BLE001 - told by a fork that collects with this submission
            self._connection.close()
            os._exit(NOT_EARLY)
        self._judging.pytest_collection_modifyitems(session.config, session.items)

    @pytest.hookimpl(trylast=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """In a survey, what cannot be collected is the suite's own fault."""
        if self._survey and report.failed:
            self._tell(Uncollected(report.nodeid, Kind.SUITE_ERROR, str(report.longrepr)[-2000:]))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._survey:
            self._tell(Collected(suite_tests(items)))
            self.end()

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """No verdict comes of what broke in pytest. Memory and stack are what a submission can use up, and its process
        may end while pytest asks for the text of one of its exceptions: that is the verdict of the test."""
        if self._in_fork and not isinstance(excinfo.value, MemoryError | RecursionError | SimulationError):
            self._tell(Broke(str(excinfo.getrepr(style="short"))[-2000:]))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Iterator[None]:
        """The end of a fork. Fixtures that are left are torn down, and what they raise is nobody's: each test has its
        verdict. The innermost of the wrappers: the others write summaries that nobody reads, and Hypothesis would
        import all of itself for its own."""
        try:
            yield
        finally:
            self.end()

    def end(self) -> NoReturn:
        if self._connection is not None:
            self._judging.close()
        os._exit(0)

    def _prepare(self, config: pytest.Config, order: Job | Survey) -> None:
        if isinstance(order, Survey):
            self._survey = True
            if not order.files:
                config.pluginmanager.unregister(self._judging)
                suite = Path(self._setup.suite)
                BlankFinder(self._setup.module, suite).install()
                BlankFinder(None, suite).install()  # the submission may have more modules than one
                return
            order = Job(order.files, 0, order.language)
        use(order.language)
        random.seed(order.seed)
        copies = _copy(order.files, self._folder / "files")
        process = self._zygote.spawn(order.files, self._setup.limits)
        self._tell(Began(""))
        _limit_memory(max(MEMORY, 2 * self._setup.limits.memory))
        connection = Connection(process, copies, self._setup.limits)
        self._connection = connection
        places = {copy: name for name, copy in copies.items()}
        self._judging.attach(connection, places=places, judged=order.judged, seed=order.seed)
        examples.seed(order.seed, self._folder / ".hypothesis")
        names, packages = modules_of(order.files)
        SubmissionFinder(connection, {self._setup.module}, packages).install(first=True)
        SubmissionFinder(connection, names - self._own - {self._setup.module}, packages).install(first=False)
        shared = SharedPatches(connection.endpoint, self._own)
        shared.install()
        share_seeds(connection.endpoint)
        recursion.install(tell=lambda limit: connection.endpoint.events.append(["recursion", limit]))
        explanations.install()
        connection.endpoint.environment.install()
        config.stash[FACTS] = lambda _: Facts(connection)


def _limit_memory(more: int) -> None:
    """From now on at most `more` bytes of address space: what a submission hands over can be as large as it likes.
    The limit can be raised again: threads of the suite have their stacks beyond it."""
    threading.stack_size(STACK)
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or now + more < hard:
        resource.setrlimit(resource.RLIMIT_AS, (now + more, hard))


def _copy(files: dict[str, bytes], folder: Path) -> dict[str, str]:
    """Copies for tracebacks and `inspect.getsource`; where the disk is full, reports quote no source.

    Raises UnsafeNameError for a name that leads out of `folder`."""
    copies = {}
    for name in files:
        check_name(name)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        copies[name] = str(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError:
            continue
    return copies


def main(argv: Sequence[str]) -> NoReturn:
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    read, write = Reader(int(argv[0]), Order), Writer(int(argv[1]))
    tell = Writer(int(argv[2]))
    setup: Setup = Reader(int(argv[0]), Setup)()
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(HeldFolder("async-grader-judge-"))
        own = held.path / "submission"
        if setup.core is not None:
            os.sched_setaffinity(0, {setup.core})
        try:
            zygote = stack.enter_context(Zygote(Level(setup.isolation), setup.core, packages=setup.packages))
        except IsolationError as error:
            write(Unready("isolation", str(error)))
            sys.exit(0)
        except SandboxError as error:
            write(Unready("sandbox", str(error)))
            sys.exit(0)
        if zygote.level.meets(Level.STRONG) and zygote.exposes(Path(setup.suite)):
            write(Unready("exposed", setup.suite))
            sys.exit(0)
        server = Server(setup, zygote, read, write, tell, own, stack.close)
        examples.load(Path(setup.suite), held.path / "hypothesis")
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for good
        try:
            pytest.main([*arguments(setup.suite), f"--basetemp={own / 'tmp'}"], plugins=[server])
        except BaseException:  # noqa: BLE001 - told to the client, who raises it
            write(Unready("suite", traceback.format_exc()))
        write(Unready("suite", "pytest came to an end before it could collect the suite"))
    sys.exit(0)
