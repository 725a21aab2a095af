"""Every rule has a page in every language, and the code on it is what it says: flagged, and clean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import rules
from rules import Settings
from rules.locale import LANGUAGES
from rules.pages import FOLDER, page, summary
from rules.registry import BY_CODE, RULES

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_HEADINGS = {
    "en": ["What it does", "Why is this bad", "Example", "Use instead", "Fix", "Silent"],
    "zh-CN": ["查什么", "为什么不好", "例子", "改成这样", "自动修复", "什么时候不报"],
}
ABOUT_THE_FILE = {"SYNTAX", "NOQA"}  # no code to show
WITH_EXAMPLE = sorted(BY_CODE.keys() - ABOUT_THE_FILE)


def lint(text: str, settings: Settings, folder: Path) -> list[str]:
    findings = rules.lint(["page.py"], settings, root=folder, overlay={"page.py": text.encode()})
    return [finding.code for finding in findings]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_rule_has_a_page_in_every_language_and_no_page_is_left_over() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} - {"README.md"} == {
        f"{code}.{lang}.md" for code in BY_CODE for lang in LANGUAGES
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", BY_CODE)
def test_a_page_has_its_sections(code: str, lang: str) -> None:
    rule = BY_CODE[code]
    text = page(code, lang)
    expected = list(_HEADINGS[lang])
    if code in ABOUT_THE_FILE:
        del expected[2:4]
    if rule.fixable == "none":
        expected.remove(_HEADINGS[lang][4])
    assert text.startswith(f"# {code} {rule.name}\n\n## ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == expected


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_the_languages_show_the_same_code(code: str) -> None:
    assert _BLOCK.findall(page(code, "en")) == _BLOCK.findall(page(code, "zh-CN"))


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_the_example_is_flagged(code: str, here: Path) -> None:
    example, _ = _BLOCK.findall(page(code))
    assert set(lint(example, Settings(select=(code,) if code != "LOOP110" else ("LOOP1",)), here)) == {code}


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_what_to_use_instead_is_clean(code: str, here: Path) -> None:
    _, instead = _BLOCK.findall(page(code))
    assert lint(instead, Settings(select=("LOOP", "AWAIT", "TASK301", "TASK305", code)), here) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_summary_is_the_first_paragraph(lang: str) -> None:
    assert (
        summary("LOOP108", lang)
        == {
            "en": "Finds `input`, `getpass` and reading from `sys.stdin` on the event loop.",
            "zh-CN": "找出事件循环上的 `input`、`getpass` 和对 `sys.stdin` 的读取。",
        }[lang]
    )
    assert all("#" not in summary(rule.code, lang) and summary(rule.code, lang) for rule in RULES)
