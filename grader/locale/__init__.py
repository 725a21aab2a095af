"""Messages in English and Simplified Chinese.

The English sentence in the code is the message's key; `zh_CN/LC_MESSAGES/grader.po` holds the Chinese one.

    from grader.locale import _
    raise GraderError(_("There is no exercise {name}.").format(name=name))

`_` translates when it is called, so it belongs inside functions. A text that is written down at import time
(a command's help, a table of sentences) is marked with `N_`, which returns it unchanged, and translated
with `_` where it is shown. `n_` is for messages that depend on a number. README.md says how to add a
message.

The current language belongs to the process, not to a thread: a command has one reader. `speaking` changes
it for a block, which is how one run can write reports in another language.
"""

from __future__ import annotations

import gettext
import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGLISH = "en"
CHINESE = "zh-CN"
LANGUAGES = (ENGLISH, CHINESE)
DOMAIN = "grader"
FOLDER = Path(__file__).resolve().parent

_language: str | None = None


def _(message: str) -> str:
    """The message in the current language; the message itself where no translation exists."""
    return _catalog(current()).gettext(message) if message else ""


def n_(singular: str, plural: str, number: int) -> str:
    """The form of a message that fits `number`, in the current language."""
    return _catalog(current()).ngettext(singular, plural, number)


def N_(message: str) -> str:  # noqa: N802  # the name that gettext users know
    """Mark a message for translation without translating it yet."""
    return message


def current() -> str:
    """The current language: the one given to `use`, else the one that the environment asks for."""
    global _language  # noqa: PLW0603  # one process, one reader
    if _language is None:
        _language = detect()
    return _language


def use(language: str | None) -> str:
    """Make `language` the current one (None: what the environment asks for) and return it as one of
    LANGUAGES.

    Raises:
        ValueError: `language` is none of ours.
    """
    global _language  # noqa: PLW0603
    chosen = detect() if language is None else parse(language)
    if chosen is None:
        msg = f"unknown language: {language}"
        raise ValueError(msg)
    _language = chosen
    return chosen


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use `language` inside the block."""
    global _language  # noqa: PLW0603
    before = _language
    use(language)
    try:
        yield
    finally:
        _language = before


def parse(name: str) -> str | None:
    """One of LANGUAGES for names such as `zh`, `zh_CN.UTF-8`, `zh-Hans-CN`, `en_GB`; None for any other
    language.
    """
    primary = name.replace("_", "-").split(".")[0].split("@")[0].casefold().split("-")[0]
    if primary == "zh":
        return CHINESE
    return ENGLISH if primary in {"en", "c", "posix"} else None


def detect() -> str:
    """The language that the environment asks for: GRADER_LANG, then LC_ALL, LC_MESSAGES, LANG, then the
    system's.
    """
    for variable in ("GRADER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return parse(value) or ENGLISH
    if os.name == "nt":
        import locale

        return parse((locale.getlocale()[0] or ENGLISH).replace("Chinese", "zh")) or ENGLISH
    return ENGLISH


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [language.replace("-", "_")])
