"""Bring the message catalogs up to date with the sources: `python -m grader.locale.update`.

Extracts every `_("...")`, `N_("...")` and `n_("...", "...", n)` under grader/ (Python files and Jinja
templates), merges them into each `*/LC_MESSAGES/grader.po` and compiles that to `grader.mo`. Both are in
the repository, so that installing needs no compiler. Messages whose sentence is gone are dropped; new ones
are listed until someone translates them.

The files carry neither dates nor line numbers: a catalog changes only when a message does.
"""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from grader.locale import DOMAIN, FOLDER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_KEYWORDS = {"_": None, "N_": None, "n_": (1, 2)}
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A message that keeps a catalog from being complete."""

    catalog: Path
    message: str
    reason: str

    def __str__(self) -> str:
        return f"{self.catalog}: {self.reason}: {self.message!r}"


def extract(package: Path = FOLDER.parent) -> Catalog:
    """The messages of the sources under `package`, without translations."""
    template = Catalog(project=DOMAIN, creation_date=_NO_DATE, charset="utf-8")
    for name, _line, message, comments, _context in extract_from_dir(
        package, _METHODS, keywords=_KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        template.add(message, locations=[(f"{package.name}/{name}", 0)], auto_comments=comments)
    return template


def catalogs(folder: Path = FOLDER) -> list[Path]:
    """The catalogs (`.po`) of all languages."""
    return sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def merged(path: Path, template: Catalog) -> Catalog:
    """The catalog at `path` with exactly the messages of `template`; known translations are kept."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parent.parent.name, domain=DOMAIN, charset="utf-8")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    catalog.header_comment = "# Simplified Chinese messages of async-grader."
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """The catalog as the text of a `.po` file."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, include_lineno=False, omit_header=False)
    return buffer.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The catalog compiled."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def problems(path: Path, catalog: Catalog) -> list[Problem]:
    """Messages that are not translated, or whose translation has other placeholders than the message."""
    found = []
    for entry in catalog:
        if not entry.id:
            continue
        sources, targets = _forms(entry.id), _forms(entry.string)
        if not all(targets) or entry.fuzzy:
            found.append(Problem(path, sources[0], "not translated"))
            continue
        wanted = set(_PLACEHOLDER.findall(sources[-1]))
        if any(set(_PLACEHOLDER.findall(target)) != wanted for target in targets):
            found.append(Problem(path, sources[0], "placeholders differ"))
    return found


def _forms(text: str | Sequence[str] | None) -> list[str]:
    """The one form of a message, or its singular and plural."""
    return [text or ""] if text is None or isinstance(text, str) else [form or "" for form in text]


def main() -> int:
    """Update all catalogs; list what is left to translate. 0 when nothing is, else 1."""
    template = extract()
    left = []
    for path in catalogs():
        catalog = merged(path, template)
        path.write_bytes(as_po(catalog))
        path.with_suffix(".mo").write_bytes(as_mo(catalog))
        left += problems(path, catalog)
    for problem in left:
        sys.stdout.write(f"{problem}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
