"""The analyzer at work on a submission, in a process of its own.

A submission's source may be made to hurt an analyzer: a million nested brackets, a gigabyte of findings. So
the analyzer runs in a child process with a memory limit and a time limit; when it dies or hangs, that
submission is told so, the next one gets a new child, and nothing else happens. The child is warm: importing
the analyzer takes longer than analysing. It is started at once, so that it gets warm beside the judge.

A problem of the analyzer is never "no findings": the Grade says that it could not look.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader.course.exercise import FILE
from grader.errors import GraderError
from grader.grading.frames import FrameBuffer, encode_frame
from grader.grading.grade import ChainLink, GradedFinding
from grader.grading.lint_messages import LintAnswer, LintRequest
from grader.grading.points import cost
from grader.locale import _
from grader.text import cut

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from grader.course.exercise import Exercise, LintPolicy
    from rules.findings import Finding

TIME_LIMIT = 30.0
"""Real seconds for one submission."""
LONGEST_ANSWER = 8 * 1024 * 1024
_RENEW_AFTER = 500
_SOURCE_LIMIT = 240
_MESSAGE_LIMIT = 1000
_CHAIN_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Linted:
    """The analyzer's part of a Grade."""

    findings: tuple[GradedFinding, ...] = ()
    cost: float = 0.0
    problem: str | None = None
    seconds: float = 0.0


class Linter(Protocol):
    """Looks at the sources of a submission."""

    def lint(self, files: Mapping[str, bytes], policy: LintPolicy, *, language: str) -> Linted:
        """The findings in `files`, by the exercise's policy; never raises for what is in them."""


def check_policy(exercise: Exercise) -> None:
    """See that the exercise names rules that exist, before anything is graded by them.

    Raises:
        GraderError: It names one that does not; with the nearest.
    """
    from rules import Settings, SettingsError

    try:
        Settings(select=exercise.lint.select, ignore=exercise.lint.ignore)
    except SettingsError as error:
        raise GraderError(
            _("The lint policy names an unknown rule: {reason}.").format(reason=error),
            where=exercise.folder / FILE,
            todo=_("`grader explain` lists the rules."),
        ) from None


class LintProcess:
    """A Linter whose work is done by a child process; a context manager, used by one thread."""

    def __init__(
        self,
        *,
        time_limit: float = TIME_LIMIT,
        command: tuple[str, ...] = ("-m", "grader.grading.lint_server"),
    ) -> None:
        self._time_limit = time_limit
        self._command = [sys.executable, *command]
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Self:
        self._running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def lint(self, files: Mapping[str, bytes], policy: LintPolicy, *, language: str) -> Linted:
        """The findings in `files`; a problem when the child died, hung or answered nonsense."""
        started = time.monotonic()
        sources = {path: content for path, content in files.items() if path.endswith(".py")}
        answer = self._ask(LintRequest(sources, policy.select, policy.ignore, language))
        if answer.problem is not None:
            self._stop()
        each, together = cost([finding.code for finding in answer.findings], policy)
        findings = tuple(
            _graded(finding, sources, points) for finding, points in zip(answer.findings, each, strict=True)
        )
        return Linted(findings, together, answer.problem, round(time.monotonic() - started, 3))

    def _ask(self, request: LintRequest) -> LintAnswer:
        try:
            return self._exchange(self._running(), encode_frame(request))
        except TimeoutError:
            text = _("The analyzer needed more than {n} seconds.").format(n=round(self._time_limit))
        except (OSError, EOFError, msgspec.DecodeError):
            text = _("The analyzer could not cope with this code.")
        return LintAnswer(problem=text)

    def _exchange(self, child: subprocess.Popen[bytes], frame: bytes) -> LintAnswer:
        """Send a frame and wait for the answer. A child need not read before it writes, nor do either."""
        assert child.stdin is not None
        assert child.stdout is not None
        to_child, from_child = child.stdin.fileno(), child.stdout.fileno()
        self._served += 1
        buffer, left = FrameBuffer(LONGEST_ANSWER), memoryview(frame)
        deadline = time.monotonic() + self._time_limit
        while True:
            patience = max(0.0, deadline - time.monotonic())
            ready = select.select([from_child], [to_child] if left else [], [], patience)
            if not any(ready):
                raise TimeoutError
            if ready[1]:
                left = left[os.write(to_child, left) :]
            if ready[0]:
                piece = os.read(from_child, 1 << 16)
                if not piece:
                    raise EOFError
                for body in buffer.feed(piece):
                    return msgspec.msgpack.decode(body, type=LintAnswer)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (self._served >= _RENEW_AFTER or self._child.poll() is not None):
            self._stop()
        if self._child is None:
            self._served = 0
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            assert self._child.stdin is not None
            os.set_blocking(self._child.stdin.fileno(), False)
        return self._child

    def _stop(self) -> None:
        if self._child is None:
            return
        child, self._child = self._child, None
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # bytes that the child did not read any more


def _graded(finding: Finding, sources: Mapping[str, bytes], points: float) -> GradedFinding:
    lines = sources.get(finding.path, b"").decode("utf-8", "replace").splitlines()
    source = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
    return GradedFinding(
        path=finding.path,
        line=finding.line,
        column=finding.column,
        end_line=finding.end_line,
        end_column=finding.end_column,
        code=finding.code,
        name=finding.name,
        message=cut(finding.message, _MESSAGE_LIMIT),
        chain=tuple(
            ChainLink(path=link.path, line=link.line, column=link.column, name=cut(link.name, _SOURCE_LIMIT))
            for link in finding.chain[:_CHAIN_LIMIT]
        ),
        source=source[:_SOURCE_LIMIT],
        cost=points,
    )
