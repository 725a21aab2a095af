"""Runs the rules over the modules of one project and turns what they say into findings.

What is inferred of one module serves the others that use it, so it is remembered; a large project would fill
the memory with that. So the engine begins anew after a while: answers do not depend on what is remembered.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from . import knowledge
from .analysis.graph import Graph
from .analysis.inference import Inference
from .analysis.project import Load, Module, Project
from .analysis.report import Reporter, Source, findings
from .analysis.sources import excluded, relative
from .analysis.units import Unit, World, units
from .findings import RawFinding, in_order
from .registry import RULES, expand
from .suppression import apply_noqa

if TYPE_CHECKING:
    from .analysis.events import Call
    from .analysis.finder import Finder
    from .settings import Settings

Check = Callable[[Unit, Reporter], None]
MOST_TOKENS: Final = 400_000  # of the modules that are held at once; some 160 MB with what is inferred
_WORTH: Final = (
    4  # where one module leads to very many, a part of that has to be analysed before it is let go
)


class Engine:
    """The analysis of one run."""

    def __init__(self, root: str, settings: Settings, finder: Finder, load: Load) -> None:
        self.root = root
        self.settings = settings
        self.codes = settings.codes()
        self.load = load
        self._finder = finder
        known = knowledge.load()
        if settings.blocking or settings.offloads or settings.awaitables:
            known = known.extended(settings.blocking, settings.offloads, settings.awaitables)
        self._knowledge = known
        ignored = {code for selector in settings.ignore for code in expand(selector)}
        default = {rule.code for rule in RULES if rule.default}
        # A primitive's own rule counts as on, for chains, unless it was switched off: `--select LOOP110`
        # works alone.
        self._chain_codes = (self.codes | default) - ignored
        self._tests: dict[str, bool] = {}
        self._text: Callable[[str], str] | None = None
        self._begin()

    def _begin(self) -> None:
        """Know nothing of the project yet."""
        self.project = Project(self._finder, self.load)
        inference = Inference(self.project, self._knowledge)
        self.world = World(inference, Graph(inference, self._allowed), self.codes, self._tests)
        self._sources: dict[str, Source] = {}
        self._analysed = 0  # tokens of the modules whose findings were looked for since then

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
        checks = self._checks()
        found: list[RawFinding] = []
        reporter = Reporter()
        modules: list[Module] = []
        for path in paths:
            if self.project.tokens() > MOST_TOKENS and self._analysed > MOST_TOKENS // _WORTH:
                found += self._said(reporter, modules)
                reporter = Reporter()
                modules = []
                self.world.inference.forget()
                self.project.forget()
                self._begin()
            self._is_test(path)
            module = self.project.at(path)
            if module is None:
                found += self._problem(path)
                continue
            modules.append(module)
            self._analysed += module.facts.tokens
            try:
                for unit in units(self.world, module):
                    for check in checks:
                        check(unit, reporter)
            except RecursionError:
                params = {"detail": "the code is nested too deeply to be followed"}
                found.append(RawFinding(self.shown(path), 1, 1, 1, 1, "SYNTAX", "crashed", params))
        found += self._said(reporter, modules)
        return in_order(raw for raw in found if not self._per_file(raw.path, raw.code))

    def _said(self, reporter: Reporter, modules: list[Module]) -> list[RawFinding]:
        """What the rules said of these modules, as findings."""
        found = findings(reporter.said, self._source, self.shown)
        return apply_noqa(found, {self.shown(m.path): m.facts.suppressions for m in modules}, self.codes)

    def _problem(self, path: str) -> list[RawFinding]:
        """Why a file is no module; nothing when it is not there."""
        facts = self.load(path)
        if facts is None or facts.problem is None:
            return []
        problem = facts.problem
        line, column = problem.line, problem.column
        return [
            RawFinding(
                self.shown(path), line, column, line, column, "SYNTAX", problem.variant, problem.params
            )
        ]

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
