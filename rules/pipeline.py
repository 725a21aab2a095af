"""From paths to findings: discovery, cache, facts, project, rules, suppressions, words.

`lint` is the analyzer's public entry. A run that finds everything unchanged reads nothing but the cache;
otherwise only changed files are parsed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .analysis.cache import Cache, Result, digest, folder
from .analysis.sources import Listed, PathError, discover
from .findings import Finding, Fix, RawFinding
from .registry import BY_CODE
from .settings import Settings, project_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .analysis.facts import Facts

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
            from .analysis.facts import with_deep_stack

            result: Result = with_deep_stack(lambda: self._analyse(paths, listed, cache))
            cache.keep_result(key, result)
            return result.findings
        finally:
            cache.close()

    def _analyse(self, paths: list[Path], listed: list[Listed], cache: Cache) -> Result:
        from .analysis.project import Finder
        from .analysis.reach import needed
        from .engine import Engine

        finder = Finder(self.root, self.settings.first_party)
        contents = {item.path: content for item in listed if (content := self.read(item.path)) is not None}

        def resolve(importer: str, level: int, dotted: str) -> str | None:
            if level:
                return finder.relative(importer, level, dotted)
            return finder.find(dotted, importer)

        chosen = needed(contents, resolve)
        named = {os.path.abspath(path) for path in paths}
        if len(named) <= _NAMED_AT_MOST:
            chosen |= named & contents.keys()
        facts = FactSource(self.read, cache)
        facts.prepare(sorted(chosen))
        engine = Engine(self.root, self.settings, finder, facts.get)
        raw = engine.findings(sorted(chosen), self._source)
        facts.keep()
        own = {item.path for item in listed}
        files = tuple(_state(path) for path in sorted(facts.used - own))
        return Result(tuple(raw), files, dict(finder.asked))

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it has vanished or can't be read."""
        if path in self.overlay:
            return self.overlay[path]
        if path not in self.contents:
            try:
                with open(path, "rb") as file:
                    self.contents[path] = file.read()
            except OSError:
                self.contents[path] = None
        return self.contents[path]

    def _source(self, path: str) -> str:
        from .analysis.sources import decode

        return decode(self.read(path) or b"")


class FactSource:
    """Facts by path: from the cache, or made; many at once in several processes."""

    def __init__(self, read: Callable[[str], bytes | None], cache: Cache) -> None:
        self._read = read
        self._cache = cache
        self._made: list[tuple[bytes, bytes]] = []
        self._encoded: dict[str, bytes] = {}
        self._decoded: dict[str, Facts | None] = {}
        self.used: set[str] = set()

    def prepare(self, paths: list[str]) -> None:
        """Have the facts of these files ready."""
        from .analysis.worker import build_all

        keys = {path: digest(content) for path in paths if (content := self._read(path)) is not None}
        known = self._cache.facts(set(keys.values()))
        missing: dict[bytes, bytes] = {}
        for path, key in keys.items():
            if key not in known:
                missing[key] = self._read(path) or b""
        made = dict(zip(missing, build_all(list(missing.values())), strict=True))
        self._made.extend(made.items())
        for path, key in keys.items():
            self._encoded[path] = known[key] if key in known else made[key]

    def get(self, path: str) -> Facts | None:
        """The facts of one file; None when it can't be read."""
        from .analysis.facts import load

        if path not in self._decoded:
            self.used.add(path)
            if path not in self._encoded and self._read(path) is not None:
                self.prepare([path])
            encoded = self._encoded.pop(path, None)
            try:
                self._decoded[path] = load(encoded) if encoded is not None else None
            except msgspec.DecodeError:  # a damaged row of the cache
                self._decoded[path] = load(self._anew(path))
        return self._decoded[path]

    def _anew(self, path: str) -> bytes:
        """The facts of a file from its bytes, whatever the cache holds."""
        from .analysis.worker import build_all

        content = self._read(path) or b""
        made = build_all([content])[0]
        self._made.append((digest(content), made))
        return made

    def keep(self) -> None:
        """Remember what was made."""
        self._cache.keep_facts(self._made)
        self._made = []


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
