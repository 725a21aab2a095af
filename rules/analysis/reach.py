"""Which listed files the async part of a project can reach: a look at the text, before anything is parsed.

Needed are the files that speak of async code, what they import (transitively: that is where chains to
blocking calls lead), and files that import them and call a name that some `async def` has (that is where
coroutines are dropped).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

_SEED: Final = re.compile(rb"async|await|coroutine|anyio|trio|tornado|concurrent\.futures")
# A pattern that begins with one certain character is found three times as fast as one that begins with `^` or `\b`.
_ASYNC_NAME: Final = re.compile(rb"async[ \t]+def[ \t]+(\w+)")
# Nothing here may look twice at the same run of letters, blanks or dots: a file may be one such run.
_CALLED: Final = re.compile(rb"\b(\w++)[ \t]*+\(")
_IMPORT: Final = re.compile(
    rb"\n[ \t]*+(?:from\b[ \t]*+(?P<dots>\.*+)[ \t]*+(?P<module>(?!import\b)[\w.]*+)[ \t]*+import\b[ \t]*+"
    rb"(?P<names>\([^)]*\)|[^\n;#]*)"
    rb"|import[ \t]++(?P<plain>[^\n;#]+))",
)
_WORD: Final = re.compile(rb"\w+")

Resolve = Callable[[str, int, str], str | None]  # importer, level, dotted name -> path


def seeds(contents: Mapping[str, bytes]) -> set[str]:
    """The paths of files that speak of async code; they are needed whatever else is."""
    return {path for path, content in contents.items() if _SEED.search(content)}


def needed(contents: Mapping[str, bytes], seeds: AbstractSet[str], resolve: Resolve) -> set[str]:
    """The paths, among those of `contents`, that must be parsed. seeds: see above."""
    links: dict[str, frozenset[str]] = {}

    def imports(path: str) -> frozenset[str]:
        if path not in links:
            links[path] = _imports(path, contents[path], resolve) & contents.keys()
        return links[path]

    reached = _closure(seeds, imports)
    names = {name for path in seeds for name in _ASYNC_NAME.findall(contents[path])}
    leading: dict[str, bool] = dict.fromkeys(seeds, True)
    for path, content in contents.items():
        if path in reached or names.isdisjoint(_CALLED.findall(content)):
            continue
        if _leads(path, imports, leading):
            reached.add(path)
    return reached


def _closure(start: Iterable[str], imports: Callable[[str], frozenset[str]]) -> set[str]:
    reached = set(start)
    waiting = list(reached)
    while waiting:
        for path in imports(waiting.pop()):
            if path not in reached:
                reached.add(path)
                waiting.append(path)
    return reached


def _leads(path: str, imports: Callable[[str], frozenset[str]], known: dict[str, bool]) -> bool:
    """Do the imports of a file lead to a seed?"""
    reached = _closure([path], imports)
    answer = any(known.get(other, False) for other in reached)
    known[path] = answer
    return answer


def _imports(path: str, content: bytes, resolve: Resolve) -> frozenset[str]:
    found: set[str] = set()

    def add(level: int, dotted: str) -> None:
        target = resolve(path, level, dotted)
        if target is not None:
            found.add(target)

    for match in _IMPORT.finditer(b"\n" + content):
        if match["plain"] is not None:
            for part in match["plain"].decode("ascii", "replace").split(","):
                words = part.split()
                pieces = words[0].split(".") if words else []
                for count in range(1, len(pieces) + 1):
                    add(0, ".".join(pieces[:count]))
            continue
        level, module = len(match["dots"]), match["module"].decode("ascii", "replace")
        add(level, module)
        for word in _WORD.findall(match["names"]):
            name = word.decode("ascii", "replace")
            add(level, f"{module}.{name}" if module else name)
    return frozenset(found)
