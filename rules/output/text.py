"""Findings for people: place, rule and message on one line, the source line with a caret, the chain as a
tree, the fix.

Calls that block through the same primitive stand together under it: mending that one place mends them all.
Colours are plain ANSI sequences, so that a terminal costs no import.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rules.locale import say
from rules.output.edits import changed_lines, lines_of
from rules.output.escape import printable, width
from rules.registry import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rules.findings import ChainLink, Finding

    Sources = Callable[[str], str | None]

_TAB = "    "
_WIDEST = 120


class Style(NamedTuple):
    """The escape sequences in use; all empty without colour."""

    place: str = ""
    code: str = ""
    caret: str = ""
    dim: str = ""
    added: str = ""
    removed: str = ""
    off: str = ""


PLAIN = Style()
COLOURED = Style("\033[1m", "\033[1;31m", "\033[31m", "\033[2m", "\033[32m", "\033[31m", "\033[0m")


def render(
    findings: Sequence[Finding],
    source: Sources,
    *,
    lang: str = "en",
    colour: bool = False,
    statistics: bool = False,
) -> str:
    """The whole report, ending in a newline.

    source: the text of a file by the path that findings name it with; None when it can't be read.
    """
    writer = _Writer(source, lang, COLOURED if colour else PLAIN)
    groups = [(root, group) for root, group in _by_root(findings) if len(group) > 1]
    grouped = {id(finding) for _, group in groups for finding in group}
    blocks = [writer.finding(finding) for finding in findings if id(finding) not in grouped]
    blocks += [writer.group(root, group) for root, group in groups]
    blocks.append(summary(findings, lang=lang, statistics=statistics))
    return "\n".join(blocks)


def summary(findings: Sequence[Finding], *, lang: str = "en", statistics: bool = False) -> str:
    """How many findings in how many files, and what `--fix` can do about them."""
    if not findings:
        return say("clean", lang) + "\n"
    files = len({finding.path for finding in findings})
    key = "found" if files > 1 or len(findings) == 1 else "found-in-one-file"
    lines = [say(key, lang, count=len(findings), files=files)]
    safe = sum(1 for finding in findings if finding.fix and finding.fix.applicability == "safe")
    unsafe = sum(1 for finding in findings if finding.fix and finding.fix.applicability == "unsafe")
    if len(findings) == 1 and safe + unsafe:
        lines.append(say("fixable-alone" if safe else "fixable-alone-unsafe", lang))
    elif safe:
        lines.append(say("fixable", lang, count=safe))
    if unsafe and len(findings) > 1:
        lines.append(say("fixable-unsafe" if safe else "fixable-only-unsafe", lang, count=unsafe))
    if statistics:
        lines += ["", *statistics_table(findings, lang=lang)]
    return "\n".join(lines) + "\n"


def statistics_table(findings: Iterable[Finding], *, lang: str = "en") -> list[str]:
    """A line per rule, the most frequent first, and the sum."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    digits = len(str(counts.total()))
    rows = [
        f"{count:>{digits}}  {code:<8}  {name}"
        for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return [*rows, f"{counts.total():>{digits}}  {say('total', lang)}"]


def _root(finding: Finding) -> ChainLink | None:
    return finding.chain[-1] if finding.code == "LOOP110" and finding.chain else None


def _by_root(findings: Iterable[Finding]) -> list[tuple[ChainLink, list[Finding]]]:
    groups: dict[ChainLink, list[Finding]] = {}
    for finding in findings:
        if (root := _root(finding)) is not None:
            groups.setdefault(root, []).append(finding)
    return sorted(
        groups.items(), key=lambda item: (-len(item[1]), item[0].path, item[0].line, item[0].column)
    )


class _Writer:
    """Writes single findings in one language and style."""

    def __init__(self, source: Sources, lang: str, style: Style) -> None:
        self.source = source
        self.lang = lang
        self.style = style
        self._lines: dict[str, list[str]] = {}

    def group(self, root: ChainLink, findings: list[Finding]) -> str:
        heading = say(
            "root-cause",
            self.lang,
            count=len(findings),
            name=printable(root.name),
            path=printable(root.path),
            line=root.line,
        )
        blocks = [f"{self.style.dim}{heading}{self.style.off}\n", *map(self.finding, findings)]
        return "\n".join(blocks)

    def finding(self, finding: Finding) -> str:
        style = self.style
        place = f"{style.place}{printable(finding.path)}:{finding.line}:{finding.column}:{style.off}"
        rule = f"{style.code}{finding.code}{style.off} {finding.name}"
        lines = [f"{place} {rule}: {printable(finding.message)}"]
        lines += self._excerpt(finding)
        lines += self._tree(finding.chain)
        lines += self._fix(finding)
        return "\n".join(lines) + "\n"

    def _lines_of(self, path: str) -> list[str]:
        """The lines of a file; none when it can't be read."""
        if path not in self._lines:
            self._lines[path] = lines_of(self.source(path) or "")
        return self._lines[path]

    def _excerpt(self, finding: Finding) -> list[str]:
        lines = self._lines_of(finding.path)
        line = lines[finding.line - 1].rstrip("\r\n") if finding.line <= len(lines) else ""
        if not line.strip():
            return []
        end = finding.end_column if finding.end_line == finding.line else len(line.rstrip()) + 1
        before = _shown(line[: finding.column - 1])
        marked = _shown(line[finding.column - 1 : max(end, finding.column + 1) - 1])
        after = _shown(line[max(end, finding.column + 1) - 1 :]).rstrip()
        before, marked, after = _windowed(before, marked, after)
        number = str(finding.line)
        style = self.style
        indent, caret = " " * width(before), "^" * max(width(marked), 1)
        return [
            f"  {style.dim}{number} |{style.off} {before}{marked}{after}",
            f"  {' ' * len(number)} {style.dim}|{style.off} {indent}{style.caret}{caret}{style.off}",
        ]

    def _tree(self, chain: Sequence[ChainLink]) -> list[str]:
        style = self.style
        lines = []
        for depth, link in enumerate(chain):
            branch = f"{'   ' * (depth - 1)}└─ " if depth else ""
            end = f"  {say('chain-blocks', self.lang)}" if depth == len(chain) - 1 else ""
            place = f"{style.dim}{printable(link.path)}:{link.line}{end}{style.off}"
            lines.append(f"  {style.dim}={style.off} {branch}{printable(link.name)}  {place}")
        return lines

    def _fix(self, finding: Finding) -> list[str]:
        if finding.fix is None or not (lines := self._lines_of(finding.path)):
            return []
        changed = changed_lines(lines, finding.fix)
        if not changed:
            return []
        style = self.style
        title = say("safe-fix" if finding.fix.applicability == "safe" else "unsafe-fix", self.lang)
        shown = [f"  {style.dim}={style.off} {title}{printable(finding.fix.message)}"]
        for line in changed:
            colour = style.removed if line.startswith("-") else style.added
            shown.append(f"    {colour}{_shown(line)}{style.off}")
        return shown


def _shown(text: str) -> str:
    return printable(text).replace("\t", _TAB)


def _windowed(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """Long lines are cut around the marked part."""
    if len(before) + len(marked) + len(after) <= _WIDEST:
        return before, marked, after
    if len(marked) > _WIDEST // 2:
        marked, after = marked[: _WIDEST // 2] + "…", ""
    room = _WIDEST - len(marked)
    if len(before) > room // 2:
        before = "…" + before[-(room // 2) :]
    if len(after) > room // 2:
        after = after[: room // 2] + "…"
    return before, marked, after


def rule_line(code: str, lang: str = "en") -> str:
    """Code and name of a rule, for lists."""
    rule = BY_CODE[code]
    off = "" if rule.default else f"  ({say('off-by-default', lang)})"
    return f"{code:<8}  {rule.name}{off}"
