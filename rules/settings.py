"""What a project may say about its linting: `[tool.grader.lint]` in pyproject.toml.

Read with tomllib and msgspec (no pydantic: start-up). Unknown keys and codes are errors that name the
nearest valid one.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from .registry import BY_CODE, PRESETS, RULES, default_codes, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEST_FILES: Final = ("test_*.py", "*_test.py", "conftest.py", "tests/", "test/")


class SettingsError(Exception):
    """The configuration can't be used; the message says where and what to write instead."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """The analyzer's settings. Paths and patterns are relative to the project's root.

    select: codes, prefixes, names or "ALL"; None means the default rules. preset: adds a named set of rules.
    per_file_ignores: pattern of files -> selectors. first_party: folders that hold importable code, besides
    those found by looking. blocking: canonical name -> what to use instead. offloads: callables that run
    their arguments off the loop. awaitables: callables whose result must be awaited. test_files: where
    blocking file access is no finding.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    preset: Literal["course"] | None = None
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()
    blocking: dict[str, str] = {}
    offloads: tuple[str, ...] = ()
    awaitables: tuple[str, ...] = ()
    test_files: tuple[str, ...] = TEST_FILES
    respect_gitignore: bool = True
    cache: bool = True

    def __post_init__(self) -> None:
        for key, selectors in (("select", self.select or ()), ("ignore", self.ignore)):
            check_selectors(selectors, key)
        for pattern, selectors in self.per_file_ignores.items():
            check_selectors(selectors, f'per-file-ignores."{pattern}"')

    def codes(self) -> frozenset[str]:
        """The codes of the rules that are on. `SYNTAX` is always among them."""
        chosen = default_codes() if self.select is None else _expanded(self.select)
        if self.preset is not None:
            chosen |= _expanded(PRESETS[self.preset])
        return (chosen - _expanded(self.ignore)) | {"SYNTAX"}


def _expanded(selectors: Iterable[str]) -> frozenset[str]:
    return frozenset(code for selector in selectors for code in expand(selector))


def check_selectors(selectors: Iterable[str], where: str) -> None:
    """Raise `SettingsError` for a selector that names no rule."""
    for selector in selectors:
        if not expand(selector):
            raise SettingsError(f'{where}: "{selector}" names no rule{_nearest(selector, _choices())}')


def _choices() -> list[str]:
    prefixes = {code.rstrip("0123456789") for code in BY_CODE}
    return [*BY_CODE, *(rule.name for rule in RULES), *prefixes, "ALL"]


def _nearest(word: str, choices: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else ""


def load_settings(root: Path | str) -> Settings:
    """The settings of the project at `root`; the defaults when it has no pyproject.toml or no section.

    Raises:
        SettingsError: the file is no TOML, or its section has an unknown key, a wrong type or an unknown
        code.
    """
    path = Path(root) / "pyproject.toml"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path}: can't be read: {error.strerror}") from error
    if b"grader" not in content:
        return Settings()
    import tomllib

    try:
        document = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    table = document.get("tool", {}).get("grader", {}).get("lint", {})
    return settings_from(table, f"{path}: [tool.grader.lint]")


def settings_from(table: Mapping[str, object], where: str) -> Settings:
    """Settings from a table of keys as pyproject.toml spells them.

    Raises:
        SettingsError: see `load_settings`; messages begin with `where`.
    """
    known = [field.encode_name for field in msgspec.structs.fields(Settings)]
    for key in table:
        if key not in known:
            hint = _nearest(key, known) or f"; there are {', '.join(known)}"
            raise SettingsError(f'{where}: unknown key "{key}"{hint}')
    try:
        return msgspec.convert(table, Settings)
    except (msgspec.ValidationError, SettingsError) as error:
        raise SettingsError(f"{where}: {error}") from error


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards from `start` that has a pyproject.toml or a .git; `start` when there is
    none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file() or (folder / ".git").exists():
            return folder
    return here
