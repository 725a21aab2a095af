"""The plugin that everyone has: markers, a skip with a reason, and facts as far as plain pytest has them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import grader.pytest_plugin
from grader.pytest_plugin import FACTS

pytest_plugins = ["pytester"]

SUITE = """
    import asyncio
    import pytest

    @pytest.mark.points(2)
    @pytest.mark.hint("Look.", zh="看。")
    @pytest.mark.feedback("none")
    def test_markers(submission):
        assert submission.bridged is {bridged}

    @pytest.mark.needs_bridge
    def test_bridge(submission):
        assert submission.never_awaited() == []

    def test_unknown_fact(submission):
        assert submission.printed == ""

    def test_private_names_are_no_facts(submission):
        assert not hasattr(submission, "_anything")

    async def test_pending_tasks(submission):
        task = asyncio.create_task(asyncio.sleep(1), name="left over")
        assert submission.pending_tasks() == ["left over"]
        task.cancel()
        await asyncio.wait([task])
        assert submission.pending_tasks() == []
    """

OPTIONS = ("--strict-markers", "-rs", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")
SCOPE = ("-o", "asyncio_default_fixture_loop_scope=function")


class Facts:
    """What a judge might know."""

    bridged = True
    printed = ""

    def never_awaited(self) -> list[str]:
        return []


class Judge:
    """Takes the plugin's place, as the judge does."""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[FACTS] = lambda _request: Facts()


@pytest.fixture
def plugins(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    import pytest_asyncio.plugin

    return [pytest_asyncio.plugin, grader.pytest_plugin]


def test_under_plain_pytest_what_needs_the_bridge_is_skipped(pytester, plugins):
    """With a reason; everything else runs."""
    pytester.makepyfile(SUITE.format(bridged=False))
    result = pytester.inline_run(*OPTIONS, *SCOPE, plugins=plugins)
    passed, skipped, failed = result.listoutcomes()
    assert [report.nodeid.partition("::")[2] for report in passed] == [
        "test_markers",
        "test_private_names_are_no_facts",
        "test_pending_tasks",
    ]
    assert [report.longrepr[2] for report in skipped] == [
        "Skipped: needs the bridge: run it with `grader check`, `grader grade` or `grader audit`",
        "Skipped: submission.printed is known to the judge only; mark the test needs_bridge",
    ]
    assert failed == []


def test_a_judge_takes_its_place(pytester, plugins):
    """Facts come from its factory, and nothing is skipped."""
    pytester.makepyfile(
        SUITE.format(bridged=True).replace("async def test_pending", "async def no_test_pending")
    )
    result = pytester.inline_run(*OPTIONS, *SCOPE, plugins=[*plugins, Judge()])
    result.assertoutcome(passed=4)


def test_it_imports_pytest_and_nothing_else():
    """It is loaded in every pytest run of everyone who has the package."""
    tree = ast.parse(Path(grader.pytest_plugin.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert imported == {"__future__", "collections.abc", "typing", "pytest"}
