"""One submission's process, and everything that the judge has of it: endpoint, kernel, limits.

Limits of real time and processor time are the sandbox's own watchdog's: armed anew for each test, it
kills what takes too
long, and the judge, waiting for the token, finds the other end gone. `ending` then says how.
"""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

import msgspec

from grader.bridge import blocking, tasks, virtual
from grader.bridge.channel import Channel
from grader.bridge.protocol import SUITE_THREADS
from grader.bridge.simulation.clock import SECOND, Budget
from grader.bridge.simulation.explain import cut
from grader.bridge.simulation.handover import Waiting
from grader.bridge.simulation.kernel import Kernel
from grader.judge.endpoint import JudgeEndpoint
from grader.judge.messages import ZYGOTE_LOST
from grader.sandbox.last_words import innermost
from grader.sandbox.launcher import ExitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.bridge.simulation.process import Process
    from grader.sandbox.launcher import Exit, SandboxProcess
    from grader.sandbox.limits import Limits

HEARD = 1 << 20
"""Characters of log records, warnings and the like in one test, besides printed text."""
SLACK = 3.0
"""Seconds to wait for the watchdog to report an end that has happened."""


STACK = 2 << 20
"""Bytes of stack of a thread here."""


class JudgeKernel(Kernel):
    """Makes room for the suite's threads."""

    _most = 0
    """Threads of the suite that there was room for."""

    def spawn(self, body: Callable[[], object], name: str = "thread") -> Process:
        """A thread of the suite brings its own stack: it is not what a submission handed over."""
        own = sum(not each.twin for each in self.by_thread.values())
        if own > self._most:
            self._most = own
            soft, hard = resource.getrlimit(resource.RLIMIT_AS)
            if soft != hard:
                more = soft + STACK if hard == resource.RLIM_INFINITY else min(soft + STACK, hard)
                resource.setrlimit(resource.RLIMIT_AS, (more, hard))
        return super().spawn(body, name)


class Connection:
    """`files` maps the submission's file names to this side's copies."""

    def __init__(self, process: SandboxProcess, files: Mapping[str, str], limits: Limits) -> None:
        self.process = process
        self.limits = limits
        self.import_errors: dict[str, Exception] = {}
        """Why modules of the submission cannot be imported."""
        self._cpu_at_start = 0.0
        self._severed = False
        """It was ended here, for it had closed its end of the line."""
        self._channel = Channel(process.channel.detach())
        self.endpoint = JudgeEndpoint(self._channel, files)
        self.kernel = JudgeKernel(
            owns_clock=True,
            exchange=self.endpoint.exchange,
            side="J",
            budget=self._budget(),
        )
        self.endpoint.attach(self.kernel)
        virtual.activate(self.kernel)
        tasks.install(self.endpoint)
        self.begin()
        blocking.record(self.kernel, self.endpoint.seen, self.endpoint.is_serving)

    def _budget(self) -> Budget:
        """The suite may have many threads; of the submission's, as many as its limits allow have halves here."""
        return Budget(
            virtual_time=round(self.limits.virtual * SECOND), threads=SUITE_THREADS, twins=self.limits.threads
        )

    def begin(self) -> None:
        """A new test: nothing of its limits is used."""
        self.kernel.begin(self._budget())
        self.began = self.kernel.now
        """Virtual nanoseconds at which the test began."""
        self.endpoint.seen.clear()
        self.endpoint.hears(HEARD + self.limits.output)
        self._cpu_at_start = self._cpu()
        self.process.renew(cpu=self.limits.cpu, wall=self.limits.wall)

    def cpu(self) -> float:
        """Processor seconds of the submission since `begin`; 0 when its process is gone."""
        return max(0.0, round(self._cpu() - self._cpu_at_start, 6))

    def _cpu(self) -> float:
        return self.process.cpu_seconds()

    def ending(self) -> Exit:
        """How the process ended. One that has closed its end of the line without ending is ended now."""
        try:
            ending = self.process.wait(SLACK)
            if ending.kind is ExitKind.KILLED and not self._severed:
                os._exit(ZYGOTE_LOST)
        except TimeoutError:
            self._severed = True
            ending = self.process.kill()
        if "GRADER_DEBUG" in os.environ:
            os.write(2, self.process.last_words)
        return ending

    def place(self) -> Waiting | None:
        """Where the process was when the watchdog asked it or when it crashed, as it says itself."""
        words = self.process.last_words
        for line in reversed(words.splitlines()):
            try:
                return msgspec.json.decode(line, type=Waiting)
            except msgspec.MsgspecError:
                continue
        found = innermost(words, self.process.files_root)
        if found is None:
            return None
        file, line_number, function = found
        return Waiting("S", "thread", "main", cut(file), line_number, cut(function), "")

    def close(self) -> None:
        """Let go of the process, and end it."""
        self.kernel.connect(None)
        self.endpoint.calls.close()
        self._channel.close()
        virtual.deactivate()
        self.process.close()
