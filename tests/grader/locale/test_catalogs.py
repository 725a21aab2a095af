"""Both languages are complete, and what is compiled is what is written."""

from __future__ import annotations

import gettext
import io
import textwrap

import pytest
from babel.messages.mofile import read_mo

from grader import locale
from grader.locale import CHINESE, ENGLISH, N_, _, n_, parse, speaking, update, use

CATALOGS = update.catalogs()


@pytest.fixture(scope="module")
def template():
    return update.extract()


def messages(catalog):
    return {fixed(entry.id): fixed(entry.string) for entry in catalog if entry.id}


def fixed(text):
    return tuple(text) if isinstance(text, list | tuple) else text or ""


def test_there_is_a_catalog_for_every_language_but_english():
    assert [path.parent.parent.name for path in CATALOGS] == ["zh_CN"]
    assert locale.LANGUAGES == (ENGLISH, CHINESE)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_every_message_of_the_sources_is_translated_with_its_placeholders(path, template):
    problems = update.problems(path, update.merged(path, template))
    assert not problems, "run `python -m grader.locale.update` and translate:\n" + "\n".join(
        map(str, problems)
    )


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_the_catalog_has_the_messages_of_the_sources_and_no_others(path, template):
    with path.open("rb") as file:
        written = set(messages(update.read_po(file, locale="zh_CN")))
    assert written == set(messages(template)), "run `python -m grader.locale.update`"


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_the_compiled_catalog_is_not_stale(path):
    with path.open("rb") as written, path.with_suffix(".mo").open("rb") as compiled:
        expected, found = messages(update.read_po(written, locale="zh_CN")), messages(read_mo(compiled))
    assert found == {key: value for key, value in expected.items() if any(value)}


def test_an_update_extracts_python_and_templates_and_keeps_translations(tmp_path, monkeypatch):
    package = tmp_path / "package"
    (package / "templates").mkdir(parents=True)
    (package / "a.py").write_text(
        '_("one {x}")\nN_("two")\nn_("{n} day", "{n} days", 3)\nprint("not this")\n'
    )
    (package / "templates" / "b.html").write_text('<p>{{ _("three") }}</p>')
    assert set(messages(update.extract(package))) == {"one {x}", "two", ("{n} day", "{n} days"), "three"}
    place = tmp_path / "zh_CN" / "LC_MESSAGES" / "grader.po"
    place.parent.mkdir(parents=True)
    place.write_text(
        textwrap.dedent("""\
            msgid ""
            msgstr "Content-Type: text/plain; charset=utf-8\\n"
            "Plural-Forms: nplurals=1; plural=0;\\n"
            msgid "one {x}"
            msgstr "一 {y}"
            msgid "gone"
            msgstr "没了"
        """),
        encoding="utf-8",
    )
    merged = update.merged(place, update.extract(package))
    assert {problem.message: problem.reason for problem in update.problems(place, merged)} == {
        "one {x}": "placeholders differ",
        "two": "not translated",
        "{n} day": "not translated",
        "three": "not translated",
    }
    assert "gone" not in messages(merged)
    compiled = gettext.GNUTranslations(io.BytesIO(update.as_mo(merged)))
    assert compiled.gettext("one {x}") == "一 {y}"
    assert update.as_po(merged) == update.as_po(merged)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh", CHINESE),
        ("zh_CN.UTF-8", CHINESE),
        ("zh-Hans-CN", CHINESE),
        ("ZH-cn", CHINESE),
        ("en_GB.utf8@euro", ENGLISH),
        ("C.UTF-8", ENGLISH),
        ("POSIX", ENGLISH),
        ("de_DE", None),
    ],
)
def test_names_of_languages_are_understood(name, language):
    assert parse(name) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"GRADER_LANG": "zh", "LANG": "en_US.UTF-8"}, CHINESE),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en"}, CHINESE),
        ({"LANG": "zh_CN"}, CHINESE),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
        ({}, ENGLISH),
    ],
)
def test_the_environment_chooses_the_language(monkeypatch, environment, language):
    for name in ("GRADER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert use(None) == language


def test_messages_follow_the_current_language():
    assert (_("passed"), n_("{n} byte", "{n} bytes", 2), N_("passed"), _("")) == (
        "passed",
        "{n} bytes",
        "passed",
        "",
    )
    with speaking("zh-CN"):
        assert (_("passed"), n_("{n} byte", "{n} bytes", 2), N_("passed"), _("")) == (
            "通过",
            "{n} 字节",
            "passed",
            "",
        )
    assert _("passed") == "passed"
    with pytest.raises(ValueError, match="unknown language"):
        use("tlh")
