"""The words of the analyzer in every language it speaks.

A catalog is a TOML file per language. Table `messages` holds one text per `CODE.variant` of the registry,
`fixes` one per key of `registry.FIXES`, `advice` one per `instead` of the knowledge files, `ui` what the
reports say themselves. Texts are `str.format` templates. Catalogs are read when the first message is needed.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "catalog", "language", "render", "render_fix", "say"]

LANGUAGES: Final = ("en", "zh-CN")
DEFAULT_LANGUAGE: Final = "en"
_FOLDER = Path(__file__).parent
_ENDS = ".!?。！？"


def language(tag: str | None) -> str:
    """The language for a tag or a locale name: `zh`, `zh_CN.UTF-8`, `zh-Hans` -> `zh-CN`; else English."""
    primary = (tag or "").replace("_", "-").partition("-")[0].partition(".")[0].lower()
    return "zh-CN" if primary == "zh" else DEFAULT_LANGUAGE


@cache
def catalog(lang: str) -> dict[str, dict[str, str]]:
    """The tables of one language, with flat keys.

    Raises:
        ValueError: there is no catalog for this language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f'no messages in "{lang}"; there are {", ".join(LANGUAGES)}')
    tables = tomllib.loads((_FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))
    flat = {
        f"{code}.{variant}": text
        for code, variants in tables["messages"].items()
        for variant, text in variants.items()
    }
    return {**tables, "messages": flat}


def render(code: str, variant: str, /, lang: str = DEFAULT_LANGUAGE, **params: str) -> str:
    """The message of a finding.

    params: those that the registry names for this variant. `advice` is a key of the advice texts or, where a
    project's own settings say what to use, those words.

    Raises:
        KeyError: the registry has no such variant, or a parameter is missing.
    """
    tables = catalog(lang)
    if "advice" in params:
        params["advice"] = _advice(params["advice"], tables["advice"])
    return tables["messages"][f"{code}.{variant}"].format(**params).rstrip()


def render_fix(key: str, /, lang: str = DEFAULT_LANGUAGE, **params: str) -> str:
    """What a fix does, for a key of `registry.FIXES`."""
    return catalog(lang)["fixes"][key].format(**params)


def say(key: str, /, lang: str = DEFAULT_LANGUAGE, *, count: int | None = None, **params: object) -> str:
    """A text of the reports and commands; with `count`, `{count}` and the form `KEY-one` where it is 1."""
    texts = catalog(lang)["ui"]
    if count is not None:
        params["count"] = count
        if count == 1 and f"{key}-one" in texts:
            key = f"{key}-one"
    return texts[key].format(**params)


def _advice(text: str, known: dict[str, str]) -> str:
    if text in known:
        return known[text]
    text = text.strip()
    if text and text[-1] not in _ENDS:
        text += "。" if ord(text[-1]) > 0x2E80 else "."
    return text[:1].upper() + text[1:]
