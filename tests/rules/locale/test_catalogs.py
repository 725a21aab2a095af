"""Every language says everything, and says only what the registry gives it to say."""

from __future__ import annotations

import string

import pytest

from rules.knowledge import load
from rules.locale import LANGUAGES, catalog, language, render, render_fix, say
from rules.registry import FIXES, RULES

VARIANTS = {f"{rule.code}.{variant}": params for rule in RULES for variant, params in rule.variants.items()}


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_variant_of_every_rule_has_its_words(lang: str) -> None:
    assert catalog(lang)["messages"].keys() == VARIANTS.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_uses_only_the_parameters_of_its_variant(lang: str) -> None:
    wrong = {
        key: fields(text) - set(VARIANTS[key])
        for key, text in catalog(lang)["messages"].items()
        if not fields(text) <= set(VARIANTS[key])
    }
    assert wrong == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_variant_renders_and_names_its_name(lang: str) -> None:
    for rule in RULES:
        for variant, params in rule.variants.items():
            message = render(rule.code, variant, lang, **{param: f"<{param}>" for param in params})
            assert "{" not in message
            if "name" in params:
                assert "<name>" in message, f"{rule.code}.{variant}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_fixes_have_words(lang: str) -> None:
    assert {key: fields(text) for key, text in catalog(lang)["fixes"].items()} == {
        key: fields(catalog("en")["fixes"][key]) for key in FIXES
    }
    assert all(fields(text) <= set(FIXES[key]) for key, text in catalog(lang)["fixes"].items())


def test_advice_is_what_the_knowledge_files_ask_for() -> None:
    wanted = {blocking.instead for blocking in load().blocking.values()}
    assert {lang: set(catalog(lang)["advice"]) for lang in LANGUAGES} == dict.fromkeys(LANGUAGES, wanted)


def test_languages_have_the_same_texts_for_reports() -> None:
    def singular_free(lang: str) -> dict[str, set[str]]:
        return {key: fields(text) for key, text in catalog(lang)["ui"].items() if not key.endswith("-one")}

    assert singular_free("en") == singular_free("zh-CN")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh", "zh-CN"),
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh-Hans", "zh-CN"),
        ("zh.utf8", "zh-CN"),
        ("en_GB", "en"),
        ("C.UTF-8", "en"),
        ("zhx", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_locale_name_gives_a_language(tag: str | None, expected: str) -> None:
    assert language(tag) == expected


def test_a_language_without_catalog_is_refused() -> None:
    with pytest.raises(ValueError, match='no messages in "fr"; there are en, zh-CN'):
        catalog("fr")


def test_advice_from_the_settings_becomes_a_sentence() -> None:
    message = render("LOOP107", "call", "en", name="fetch", target="mylib.fetch", advice="use mylib.afetch")
    assert message.endswith("both wait forever. Use mylib.afetch.")
    chinese = render(
        "LOOP107", "call", "zh-CN", name="fetch", target="mylib.fetch", advice="请用 mylib 的异步版"
    )
    assert chinese.endswith("请用 mylib 的异步版。")
    assert render("LOOP107", "call", "en", name="f", target="f", advice="").endswith("both wait forever.")


def test_known_advice_is_looked_up() -> None:
    message = render("LOOP101", "call", "en", name="time.sleep", target="time.sleep", advice="async-sleep")
    assert message.endswith("Use `await asyncio.sleep(...)`, which pauses this task only.")


def test_reports_count() -> None:
    assert [
        say("fixable", "en", count=1),
        say("fixable", "en", count=2),
        say("fixable", "zh-CN", count=1),
    ] == [
        "1 of them can be fixed with `--fix`.",
        "2 of them can be fixed with `--fix`.",
        "其中 1 处可以用 `--fix` 修复。",
    ]


def test_a_fix_says_what_it_does() -> None:
    assert render_fix("insert-await", "en", name="f") == "Insert `await` before `f`"
