"""From paths to findings: discovery, cache, facts, project, rules, suppressions, words.

`lint` is the analyzer's public entry. A run that finds everything unchanged reads nothing but the cache;
otherwise only changed files are parsed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from .analysis.cache import Cache, Result, digest, folder
from .analysis.sources import Listed, PathError, discover, relative
from .findings import Finding, Fix, RawFinding, in_order
from .registry import BY_CODE
from .settings import Settings, project_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .analysis.finder import Finder
    from .analysis.store import FactStore

__all__ = ["PathError", "lint"]

_NAMED_AT_MOST = 30  # so many files named one by one are parsed whatever they hold, for their syntax


def lint(
    paths: Iterable[Path | str],
    settings: Settings,
    *,
    lang: str = "en",
    root: Path | str | None = None,
    overlay: Mapping[str, bytes] | None = None,
) -> list[Finding]:
    """The findings of these files and folders, sorted by place.

    root: the project's folder (default: the nearest one upwards from the current folder with a
    pyproject.toml or .git). overlay: contents that stand for files, by their path as findings say it; they
    need not exist.

    Raises:
        PathError: a path does not exist or can't be read.
    """
    base = str(Path(root).resolve()) if root is not None else str(project_root())
    run = _Run(base, settings, dict(overlay or {}))
    raw = run.findings([Path(path) for path in paths])
    return [_finished(item, lang) for item in raw]


class _Run:
    """One call of `lint`."""

    def __init__(self, root: str, settings: Settings, overlay: dict[str, bytes]) -> None:
        self.root = root
        self.settings = settings
        self.overlay = {os.path.join(root, *name.split("/")): content for name, content in overlay.items()}
        self.contents: dict[str, bytes | None] = {}
        self.unreadable: dict[str, str] = {}  # why a file that is there could not be read

    def findings(self, paths: list[Path]) -> tuple[RawFinding, ...]:
        on_disk = [path for path in paths if os.path.abspath(path) not in self.overlay]
        listed = discover(on_disk, Path(self.root), self.settings)
        for path in paths:
            if path not in on_disk:
                name = os.path.abspath(path)
                listed.append(Listed(name, 0, len(self.overlay[name])))
        usable = self.settings.cache and not self.overlay
        cache = Cache(folder() / "analyzer.sqlite" if usable else None)
        try:
            key = digest(
                cache.stamp, self.root.encode(), msgspec.msgpack.encode(self.settings),
                msgspec.msgpack.encode((listed, [path.is_file() for path in paths])),
            )  # fmt: skip
            known = cache.result(key)
            if known is not None:
                return known.findings
            result = self._analyse(paths, listed, cache)
            if unread := self._unread(listed):  # asked again next time: rights change without a trace
                return tuple(sorted((*unread, *result.findings), key=lambda raw: (raw.path, raw.line)))
            cache.keep_result(key, result)
            return result.findings
        finally:
            cache.close()

    def _analyse(self, paths: list[Path], listed: list[Listed], cache: Cache) -> Result:
        from .analysis.finder import Finder
        from .analysis.reach import seeds
        from .analysis.store import FactStore

        finder = Finder(self.root, self.settings.first_party, self.overlay)
        contents = {item.path: content for item in listed if (content := self.read(item.path)) is not None}
        store = FactStore(self.read, cache)
        named = {os.path.abspath(path) for path in paths}
        named = named & contents.keys() if len(named) <= _NAMED_AT_MOST else set()
        work = _Work(contents, seeds(contents), named, finder, store)
        raw = self._in_processes(work)
        if raw is None:
            raw = self._here(work)
        store.remember()
        own = {item.path for item in listed}
        files = tuple(_state(path) for path in sorted(store.used - own))
        return Result(tuple(raw), files, dict(finder.asked))

    def _in_processes(self, work: _Work) -> list[RawFinding] | None:
        """The findings, from workers; None when the work is too little for that."""
        from .analysis import pool

        first = work.seeds | work.named
        missing = work.store.missing(sorted(first))
        size = sum(map(len, missing.values()))
        known = sum(len(work.contents[path]) for path in first) - size
        count = pool.processes()
        if count < 2 or size + known // pool.KNOWN_COSTS < pool.ENOUGH:
            return None

        try:
            with pool.Pool(count, self.root, self.settings, work.store, list(self.overlay)) as workers:
                workers.parse(missing)
                chosen = work.chosen()
                with workers.lock:
                    missing = work.store.missing(chosen)
                workers.parse(missing)
                found = workers.findings(chosen, [len(work.contents[path]) for path in chosen])
        except pool.Unavailable:
            return None
        work.finder.asked.update(workers.asked)
        return in_order(found)

    def _here(self, work: _Work) -> list[RawFinding]:
        """The findings, in this process."""
        from .analysis.facts import with_deep_stack
        from .engine import Engine

        chosen = work.chosen()
        work.store.missing(chosen)  # asks the cache for all of them at once
        engine = Engine(self.root, self.settings, work.finder, work.store.get)
        found: list[RawFinding] = with_deep_stack(lambda: engine.findings(chosen, self._source))
        return found

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it has vanished or can't be read."""
        if path in self.overlay:
            return self.overlay[path]
        if path not in self.contents:
            try:
                with open(path, "rb") as file:
                    self.contents[path] = file.read()
            except FileNotFoundError:
                self.contents[path] = None
            except OSError as error:
                self.contents[path] = None
                self.unreadable[path] = error.strerror or type(error).__name__
        return self.contents[path]

    def _unread(self, listed: list[Listed]) -> list[RawFinding]:
        """A finding for each file that is there and can't be read."""
        return [
            RawFinding(relative(item.path, self.root), 1, 1, 1, 1, "SYNTAX", "unreadable", {"detail": detail})
            for item in listed
            if (detail := self.unreadable.get(item.path)) is not None
        ]

    def _source(self, path: str) -> str:
        from .analysis.sources import decode

        return decode(self.read(path) or b"")


class _Work(NamedTuple):
    """What a run has to look at: the files that speak of async code, and those that were named."""

    contents: dict[str, bytes]
    seeds: set[str]
    named: set[str]
    finder: Finder
    store: FactStore

    def chosen(self) -> list[str]:
        """The paths to analyse: these, and what async code can reach."""
        from .analysis.reach import needed

        def resolve(importer: str, level: int, dotted: str) -> str | None:
            if level:
                return self.finder.relative(importer, level, dotted)
            return self.finder.find(dotted, importer)

        return sorted(needed(self.contents, self.seeds, resolve) | self.named)


def _state(path: str) -> tuple[str, int, int]:
    try:
        state = os.stat(path)
    except OSError:
        return path, 0, -1
    return path, state.st_mtime_ns, state.st_size


def _finished(raw: RawFinding, lang: str) -> Finding:
    """A finding with its words."""
    from .locale import render, render_fix

    fix = None
    if raw.fix is not None:
        message = render_fix(raw.fix.key, lang, **raw.fix.params)
        fix = Fix(raw.fix.applicability, message, raw.fix.edits)
    message = render(raw.code, raw.variant, lang, **raw.params)
    return Finding(
        raw.path, raw.line, raw.column, raw.end_line, raw.end_column, raw.code, BY_CODE[raw.code].name,
        message, raw.chain, fix,
    )  # fmt: skip
