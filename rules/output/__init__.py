"""Findings as text for people and as formats for machines.

Every format is a function from findings to one string; nothing here reads a file or knows about the analysis.
What comes from the linted project (paths, names, source lines) is somebody else's text and is escaped for
where it goes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.findings import Finding

__all__ = ["MACHINE_FORMATS", "Format", "render_machine"]

Format = Literal["text", "json", "sarif", "github", "junit"]
MACHINE_FORMATS: Final = ("json", "sarif", "github", "junit")


def render_machine(findings: Sequence[Finding], form: str, *, lang: str = "en") -> str:
    """The findings in one of `MACHINE_FORMATS`, ending in a newline unless empty.

    lang: of what the format itself says (the rules' names in SARIF stay English: they are identifiers).
    """
    if form not in MACHINE_FORMATS:
        raise ValueError(f'no format "{form}"; there are text, {", ".join(MACHINE_FORMATS)}')
    module = import_module(f"rules.output.{form}")
    text: str = module.render(findings, lang=lang)
    return text
