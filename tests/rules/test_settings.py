"""`[tool.grader.lint]`: what it means, and that mistakes in it are named with the nearest valid word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.registry import BY_CODE, RULES, default_codes, expand
from rules.settings import Settings, SettingsError, load_settings, project_root

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, text: str) -> Path:
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    return root


def test_without_a_section_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    assert load_settings(write(tmp_path, "[tool.other]\nx = 1\n")) == Settings()
    assert Settings().codes() == default_codes() | {"SYNTAX"}


def test_every_key_is_read(tmp_path: Path) -> None:
    text = (
        '[tool.grader.lint]\nselect = ["LOOP", "unawaited-coroutine"]\nignore = ["LOOP104"]\n'
        'preset = "course"\n'
        'exclude = ["gen"]\nfirst-party = ["lib"]\noffloads = ["a.b"]\nawaitables = ["c.d"]\ncache = false\n'
        'per-file-ignores = { "tests" = ["TASK"] }\nblocking = { "e.f" = "use g" }\ntest-files = ["t_*.py"]\n'
        "respect-gitignore = false\n"
    )
    read = load_settings(write(tmp_path, text))
    assert read == Settings(
        select=("LOOP", "unawaited-coroutine"), ignore=("LOOP104",), preset="course", exclude=("gen",),
        first_party=("lib",), offloads=("a.b",), awaitables=("c.d",), cache=False, blocking={"e.f": "use g"},
        per_file_ignores={"tests": ("TASK",)}, test_files=("t_*.py",), respect_gitignore=False,
    )  # fmt: skip
    codes = read.codes()
    assert {"LOOP101", "LOOP112", "AWAIT201", "TASK302", "SYNTAX"} <= codes
    assert not codes & {"LOOP104", "TASK307", "NOQA"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.grader.lint]\nselct = []\n", ('"selct"', '"select"')),
        ('[tool.grader.lint]\nselect = ["LOOP11O"]\n', ('"LOOP11O"', 'did you mean "LOOP11')),
        ('[tool.grader.lint]\nignore = ["blocking-slep"]\n', ('"blocking-sleep"',)),
        ('[tool.grader.lint.per-file-ignores]\n"a" = ["X"]\n', ('per-file-ignores."a"', '"X"')),
        ("[tool.grader.lint]\nselect = 3\n", ("select",)),
        ("[tool.grader.lint\n", ("TOML",)),
        ("[tool.grader.lint]\nzzzzzzzz = 1\n", ("there are select",)),
    ],
)
def test_a_mistake_is_named_with_what_was_meant(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert all(word in str(caught.value) for word in ("pyproject.toml", *words))


def test_the_root_is_the_nearest_project(tmp_path: Path) -> None:
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    write(tmp_path, "")
    assert project_root(inner) == tmp_path.resolve()


def test_selectors_name_codes_prefixes_names_or_all() -> None:
    assert expand("LOOP101") == ("LOOP101",)
    assert expand("TASK30") == tuple(code for code in BY_CODE if code.startswith("TASK"))
    assert expand("busy-wait") == ("LOOP111",)
    assert len(expand("ALL")) == len(RULES)
    assert expand("") == expand("nothing") == ()


def test_every_rule_has_its_file() -> None:
    """The engine finds a rule's logic by the registry's room and file."""
    from importlib import import_module

    for rule in RULES:
        if rule.room:
            module = import_module(f"rules.{rule.room}.{rule.file}")
            assert rule.code == module.CODE
            assert (module.__doc__ or "").startswith(f"{rule.code} {rule.name}")
            assert "What it does:" in (module.__doc__ or "")
            assert "Why is this bad?" in (module.__doc__ or "")
