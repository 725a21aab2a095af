"""The page of every rule: what it does, why that is bad, an example, what to write instead.

`CODE.<lang>.md` beside this file, one per rule and language. Their code blocks are real: a test lints them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["FOLDER", "page", "summary"]

FOLDER: Final = Path(__file__).parent


def page(code: str, lang: str = "en") -> str:
    """The page's Markdown.

    Raises:
        FileNotFoundError: there is no such page.
    """
    return (FOLDER / f"{code}.{lang}.md").read_text(encoding="utf-8")


def summary(code: str, lang: str = "en") -> str:
    """The first paragraph below the page's first section heading: what the rule does."""
    paragraphs = page(code, lang).split("\n\n")
    joint = "" if lang == "zh-CN" else " "
    return joint.join(line.strip() for line in paragraphs[2].split("\n"))
