"""Runs the rules over the modules of one project and turns what they say into findings."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from . import knowledge
from .analysis.graph import Graph
from .analysis.inference import Inference
from .analysis.project import Finder, Load, Module, Project
from .analysis.report import Reporter, Source, findings
from .analysis.sources import excluded, relative
from .analysis.units import Unit, World, units
from .findings import RawFinding
from .registry import RULES, expand
from .suppression import apply_noqa

if TYPE_CHECKING:
    from .analysis.events import Call
    from .settings import Settings

Check = Callable[[Unit, Reporter], None]


class Engine:
    """The analysis of one run."""

    def __init__(self, root: str, settings: Settings, finder: Finder, load: Load) -> None:
        self.root = root
        self.settings = settings
        self.codes = settings.codes()
        self.load = load
        self.project = Project(finder, load)
        known = knowledge.load()
        if settings.blocking or settings.offloads or settings.awaitables:
            known = known.extended(settings.blocking, settings.offloads, settings.awaitables)
        inference = Inference(self.project, known)
        ignored = {code for selector in settings.ignore for code in expand(selector)}
        default = {rule.code for rule in RULES if rule.default}
        # A primitive's own rule counts as on, for chains, unless it was switched off: `--select LOOP110`
        # works alone.
        self._chain_codes = (self.codes | default) - ignored
        self._tests: dict[str, bool] = {}
        self.world = World(inference, Graph(inference, self._allowed), self.codes, self._tests)
        self._sources: dict[str, Source] = {}
        self._text: Callable[[str], str] | None = None

    def findings(self, paths: Iterable[str], text: Callable[[str], str]) -> list[RawFinding]:
        """The findings of these files. text: the decoded text of a file."""
        self._text = text
        collecting = gc.isenabled()
        gc.disable()  # a run makes many small values that all live until its end
        try:
            return self._findings(paths)
        finally:
            if collecting:
                gc.enable()

    def _findings(self, paths: Iterable[str]) -> list[RawFinding]:
        reporter = Reporter()
        checks = self._checks()
        problems: list[RawFinding] = []
        modules = []
        for path in paths:
            self._is_test(path)
            facts = self.load(path)
            if facts is not None and facts.problem is not None:
                problem = facts.problem
                line, column = problem.line, problem.column
                problems.append(
                    RawFinding(
                        self.shown(path),
                        line,
                        column,
                        line,
                        column,
                        "SYNTAX",
                        problem.variant,
                        problem.params,
                    )
                )
                continue
            module = self.project.at(path)
            if module is not None:
                modules.append(module)
                try:
                    for unit in units(self.world, module):
                        for check in checks:
                            check(unit, reporter)
                except RecursionError:
                    params = {"detail": "the code is nested too deeply to be followed"}
                    problems.append(RawFinding(self.shown(path), 1, 1, 1, 1, "SYNTAX", "crashed", params))
        found = findings(reporter.said, self._source, self.shown)
        kept = apply_noqa(found, {self.shown(m.path): m.facts.suppressions for m in modules}, self.codes)
        return sorted(
            (raw for raw in (*problems, *kept) if not self._ignored(raw)),
            key=lambda raw: (raw.path, raw.line, raw.column, raw.code),
        )

    def shown(self, path: str) -> str:
        return relative(path, self.root)

    def _checks(self) -> list[Check]:
        return [
            import_module(f"rules.{rule.room}.{rule.file}").check
            for rule in RULES
            if rule.code in self.codes and rule.room
        ]

    def _source(self, module: Module) -> Source:
        found = self._sources.get(module.path)
        if found is None:
            assert self._text is not None
            found = self._sources[module.path] = Source(module, self._text(module.path))
        return found

    def _is_test(self, path: str) -> bool:
        if path not in self._tests:
            self._tests[path] = excluded(self.shown(path), self.settings.test_files)
        return self._tests[path]

    def _ignored(self, raw: RawFinding) -> bool:
        return self._per_file(raw.path, raw.code)

    def _per_file(self, name: str, code: str) -> bool:
        return any(
            excluded(name, (pattern,)) and any(code in expand(selector) for selector in selectors)
            for pattern, selectors in self.settings.per_file_ignores.items()
        )

    def _allowed(self, module: Module, call: Call, code: str) -> bool:
        """Does a primitive count at the end of a chain? Its own rule must be on there and not silenced on
        its line.
        """
        if code not in self._chain_codes or self._per_file(self.shown(module.path), code):
            return False
        if code == "LOOP104" and self._is_test(module.path):
            return False
        if module.facts.suppressions:
            line = self._source(module).line(call.node)
            for suppression in module.facts.suppressions:
                if suppression.line == line and (
                    not suppression.codes or any(map(code.startswith, suppression.codes))
                ):
                    return False
        return True
