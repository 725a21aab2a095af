"""Many programs before the judges of one exercise: several judges at once, and no program twice.

In: programs (sources of the exercise's module). Out: for each, how every test of the suite ended. Each
worker thread has a judge of its own, since a judge serves one thread; the work itself happens in the
judges' processes. What was judged before is remembered by content, in the user's cache folder: the key
holds the suite, the limits, the program, the seed, the interpreter, and the files of the judge itself,
so that nothing old is believed.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import grader
from grader.grading.judging_version import judging_version
from grader.judge.verdicts import Kind
from grader.submissions import Submission, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grader.course.exercise import Exercise
    from grader.grading.settings import GradingSettings
    from grader.judge.verdicts import Judge, Judgement, SuiteTest

    JudgeFactory = Callable[[Exercise, GradingSettings, int], Judge]

Kinds = dict[str, Kind]
"""Test -> how it ended."""
NOT_NOTICED = frozenset({Kind.PASSED, Kind.SKIPPED, Kind.SUITE_ERROR})
"""Ends of a test that say nothing against the program."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is put before a judge: files, under a name for people."""

    name: str
    files: Mapping[str, bytes]

    def submission(self) -> Submission:
        return Submission(id=self.name, files=dict(self.files), content_hash=content_hash(self.files))


def failing(kinds: Kinds) -> list[str]:
    """Tests that noticed something, in the order of the suite."""
    return [test for test, kind in kinds.items() if kind not in NOT_NOTICED]


class Memory:
    """Outcomes of earlier audits of one exercise, a JSON file; without a folder it remembers nothing."""

    def __init__(
        self, folder: Path | None, exercise: Exercise, settings: GradingSettings, version: str
    ) -> None:
        parts = [
            version,
            settings.isolation,
            settings.suite,
            settings.seed,
            sys.version,
            _stamp_of_judge(),
        ]
        self._prefix = json.dumps(parts)
        self._path = folder / f"{exercise.id}-{settings.suite}.json" if folder is not None else None
        self._known: dict[str, dict[str, str]] = {}
        self._asked: set[str] = set()
        if self._path is not None:
            try:
                self._known = _checked(json.loads(self._path.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                self._known = {}

    def recall(self, program: Program) -> Kinds | None:
        key = self._key(program)
        self._asked.add(key)
        found = self._known.get(key)
        return {test: Kind(kind) for test, kind in found.items()} if found is not None else None

    def keep(self, program: Program, kinds: Kinds) -> None:
        self._known[self._key(program)] = {test: kind.value for test, kind in kinds.items()}

    def save(self) -> None:
        """Write down what this audit asked for; what it did not is out of date. A cache that can't be
        written is none.
        """
        if self._path is None:
            return
        known = {key: kinds for key, kinds in self._known.items() if key in self._asked}
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_text(json.dumps(known), encoding="utf-8")
                temporary.replace(self._path)
            finally:
                temporary.unlink(missing_ok=True)

    def _key(self, program: Program) -> str:
        return hashlib.sha256(f"{self._prefix}{content_hash(program.files)}".encode()).hexdigest()


class Trials:
    """The judges of one suite of an exercise, opened when they are needed; a context manager."""

    def __init__(
        self,
        exercise: Exercise,
        settings: GradingSettings,
        open_judge: JudgeFactory,
        *,
        jobs: int = 1,
        cache: Path | None = None,
    ) -> None:
        self._exercise = exercise
        self._settings = settings
        self._version = judging_version(exercise, settings.suite)
        self._open = open_judge
        self._jobs = max(1, jobs)
        self._memory = Memory(cache, exercise, settings, self._version)
        self._judges: list[Judge] = []

    def __enter__(self) -> Self:
        self._judge(0)
        return self

    def __exit__(self, *what: object) -> None:
        self._memory.save()
        for judge in self._judges:
            judge.__exit__(None, None, None)

    @property
    def tests(self) -> tuple[SuiteTest, ...]:
        """The suite's tests."""
        return self._judges[0].tests

    def judge(self, program: Program) -> Judgement:
        """One program, with everything that the judge says about it."""
        return self._put_before(self._judges[0], program)

    def kinds(
        self, programs: Sequence[Program], done: Callable[[Program], None] = lambda _: None
    ) -> list[Kinds]:
        """How the tests ended for each program; `done` is called after each, in this thread."""
        results: list[Kinds | None] = [self._memory.recall(program) for program in programs]
        for program, known in zip(programs, results, strict=True):
            if known is not None:
                done(program)
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        missing = [place for place, known in enumerate(results) if known is None]
        for place in missing:
            waiting.put(place)
        finished: queue.SimpleQueue[tuple[int, Kinds | BaseException]] = queue.SimpleQueue()
        workers = [
            threading.Thread(target=self._work, args=(number, programs, waiting, finished), daemon=True)
            for number in range(min(self._jobs, len(missing)))
        ]
        for worker in workers:
            worker.start()
        try:
            for _ in missing:
                place, outcome = finished.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                results[place] = outcome
                self._memory.keep(programs[place], outcome)
                done(programs[place])
        finally:
            _drain(waiting)
            for worker in workers:
                worker.join()
        return [kinds for kinds in results if kinds is not None]

    def _work(
        self,
        number: int,
        programs: Sequence[Program],
        waiting: queue.SimpleQueue[int],
        finished: queue.SimpleQueue[tuple[int, Kinds | BaseException]],
    ) -> None:
        while True:
            try:
                place = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                judgement = self._put_before(self._judge(number), programs[place])
                finished.put((place, {verdict.test: verdict.kind for verdict in judgement.verdicts}))
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
                finished.put((place, error))
                return

    def _put_before(self, judge: Judge, program: Program) -> Judgement:
        submission = program.submission()
        seed = self._settings.seed_for(self._version, submission.content_hash)
        return judge.judge(submission, seed=seed)

    def _judge(self, number: int) -> Judge:
        with _OPENING:
            while len(self._judges) <= number:
                judge = self._open(self._exercise, self._settings, len(self._judges))
                judge.__enter__()
                self._judges.append(judge)
        return self._judges[number]


_OPENING = threading.Lock()


def _drain(waiting: queue.SimpleQueue[int]) -> None:
    while True:
        try:
            waiting.get_nowait()
        except queue.Empty:
            return


def _checked(data: Any) -> dict[str, dict[str, str]]:
    """A cache file's content, or ValueError: another version or another program may have written it."""
    if not isinstance(data, dict):
        raise ValueError("not a cache")
    for kinds in data.values():
        if not isinstance(kinds, dict):
            raise ValueError("not a cache")
        for kind in kinds.values():
            Kind(kind)
    return data


def _stamp_of_judge() -> str:
    """A hash that changes with the code that judges."""
    digest = hashlib.sha256()
    home = Path(grader.__file__).resolve().parent
    for path in _sources(home):
        status = path.stat()
        digest.update(f"{path.relative_to(home)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources(home: Path) -> Iterable[Path]:
    for room in ("bridge", "judge", "sandbox"):
        yield from sorted((home / room).rglob("*.py"))
