"""`grader explain`: pages by code or name, the list of rules, and near misses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader import locale
from grader.cli import run
from rules.pages import page
from rules.registry import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """`--lang` speaks for the whole process."""
    locale.use("en")
    yield
    locale.use("en")


@pytest.mark.parametrize("word", ["LOOP101", "loop101", "blocking-sleep"])
def test_a_rule_is_named_by_its_code_or_name(capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert run(["explain", word]) == 0
    assert capsys.readouterr().out == page("LOOP101", "en")


def test_a_page_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "AWAIT208", "--lang", "zh-CN"]) == 0
    assert capsys.readouterr().out == page("AWAIT208", "zh-CN")


def test_a_page_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "LOOP112", "--format", "json"]) == 0
    (rule,) = json.loads(capsys.readouterr().out)
    assert {key: rule[key] for key in ("code", "name", "default", "fix", "page")} == {
        "code": "LOOP112",
        "name": "blocking-metadata",
        "default": False,
        "fix": "unsafe",
        "page": page("LOOP112", "en"),
    }


def test_without_a_code_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines[::2]] == list(BY_CODE)
    assert "  LOOP112   blocking-metadata  (off by default)" in lines
    assert {line[:12].strip() for line in lines[1::2]} == {""}
    assert lines[1].strip().startswith("Finds `time.sleep` and its kin")
    assert run(["explain", "--lang", "zh"]) == 0
    said = capsys.readouterr().out.splitlines()[2::2]
    assert [line for line in said if not line.endswith("。") or line.count("。") != 1 or "。 " in line] == []
    assert run(["explain", "--format", "json"]) == 0
    assert [rule["code"] for rule in json.loads(capsys.readouterr().out)] == list(BY_CODE)


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("LOP101", "Did you mean LOOP101?"),
        ("unawaited-corutine", "Did you mean unawaited-coroutine?"),
        ("???", "`grader explain` lists all rules."),
    ],
)
def test_a_near_miss_gets_the_nearest_rule(
    capsys: pytest.CaptureFixture[str], word: str, advice: str
) -> None:
    assert run(["explain", word]) == 2
    assert capsys.readouterr().err == f'grader: There is no rule "{word}".\n{advice}\n'
