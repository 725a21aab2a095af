"""What a hidden suite may say, known to every pytest.

A suite is ordinary pytest and has to pass under plain `pytest` beside its reference, so the markers it
uses and the `submission` fixture must exist there too. This file is an entry point: it is loaded in
every pytest run of everyone who has the package installed, whatever they test. So it stays tiny and
imports pytest alone.

The judge takes its place by putting a factory of facts under `FACTS` in the config's stash: then
`submission` is what the factory makes for a test, and tests that need the bridge run. Here nobody can
see into the submission, because it is in this very process: `submission` knows which tasks are left and
skips the test that asks for more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

FACTS = pytest.StashKey[Callable[[pytest.FixtureRequest], Any]]()
"""Set by the judge: request -> the facts about the submission in that test."""

MARKERS = (
    "points(n): how much a test is worth among the tests of its suite (default 1).",
    "hint(text, *, en=..., zh=...): a sentence that helps whoever fails the test, in each language.",
    "title(text, *, en=..., zh=...): what a student reads in place of the name of a test, a class or a file.",
    'feedback(level): what a student sees when the test fails: "full", "hint", "name" or "none".',
    "needs_bridge: the test needs the judge (virtual time, facts about the submission); else it is skipped.",
)


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_bridge") and FACTS not in item.config.stash:
        pytest.skip("needs the bridge: run it with `grader check`, `grader grade` or `grader audit`")


class PlainFacts:
    """Facts about a submission that shares the process with its suite: hardly any."""

    bridged = False

    def pending_tasks(self) -> list[str]:
        """Names of the tasks of the running loop that are not done, without the test's own."""
        import asyncio

        own = asyncio.current_task()
        return sorted(task.get_name() for task in asyncio.all_tasks() if task is not own)

    def __getattr__(self, fact: str) -> NoReturn:
        if fact.startswith("_"):
            raise AttributeError(fact)
        pytest.skip(f"submission.{fact} is known to the judge only; mark the test needs_bridge")


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Any:
    """Facts about the submission that the suite cannot see by calling it (complete only in the judge)."""
    facts = request.config.stash.get(FACTS, None)
    return PlainFacts() if facts is None else facts(request)
