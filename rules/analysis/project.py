"""Modules on demand: a file of the project, found by `finder.py`, becomes the scopes of what it defines."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from . import tree
from .definitions import ITERABLE, ClassDefinition, Definition, Scope
from .facts import Facts

if TYPE_CHECKING:
    from .finder import Finder

Load = Callable[[str], Facts | None]


class Module:
    """One module of the project. Definitions are made once per node, so that they can be compared by
    identity.
    """

    def __init__(self, path: str, name: str, facts: Facts, project: Project) -> None:
        self.path = path
        self.name = name
        self.facts = facts
        self.project = project
        self.is_package = os.path.basename(path) == "__init__.py"
        self.scope = Scope(self, None, None, facts.bound, facts.body)
        self._definitions: dict[int, Definition] = {}
        self._classes: dict[int, ClassDefinition] = {}
        self._exported: frozenset[str] | None = None

    def __repr__(self) -> str:
        return f"<Module {self.name}>"

    def definition(self, node: tree.Function | tree.Lambda, parent: Scope) -> Definition:
        """The definition of a function node found in `parent`."""
        found = self._definitions.get(node.at)
        if found is None:
            cls = parent.owner if isinstance(parent.owner, ClassDefinition) else None
            found = Definition(self, node, parent, cls if isinstance(node, tree.Function) else None)
            self._definitions[node.at] = found
        return found

    def generator(self, node: tree.Comprehension, parent: Scope) -> Definition:
        """The body of a generator expression as a function, as Python makes it: of its first iterable."""
        found = self._definitions.get(~node.at)  # a definition may begin where it does
        if found is None:
            first = node.loops[0]
            loop = msgspec.structs.replace(first, iter=tree.Name(first.iter.at, ITERABLE))
            body = tree.Comprehension(node.at, "list", node.element, node.value, (loop, *node.loops[1:]))
            parameter = tree.Parameter(node.at, ITERABLE, "positional", None, None)
            found = Definition(self, tree.Lambda(node.at, (parameter,), body), parent, None)
            self._definitions[~node.at] = found
        return found

    def class_definition(self, node: tree.Class, parent: Scope) -> ClassDefinition:
        """The definition of a class node found in `parent`."""
        found = self._classes.get(node.at)
        if found is None:
            found = self._classes[node.at] = ClassDefinition(self, node, parent)
        return found

    def forget(self) -> None:
        """Cut what leads from the definitions back to themselves; nothing here is asked any more."""
        defined: list[Definition | ClassDefinition] = [*self._definitions.values(), *self._classes.values()]
        for definition in defined:
            del definition.scope
        for cls in self._classes.values():
            cls.attributes = None
        del self.scope
        self._definitions.clear()
        self._classes.clear()

    def exported(self) -> frozenset[str]:
        """The names that `from module import *` gives."""
        if self._exported is None:
            self._exported = self._public()
        return self._exported

    def _public(self) -> frozenset[str]:
        for binding in self.scope.bindings("__all__"):
            if binding.kind == "assign" and isinstance(binding.node, tree.Sequence):
                return frozenset(
                    str(item.value)
                    for item in binding.node.items
                    if isinstance(item, tree.Constant) and item.kind == "str"
                )
        return frozenset(name for name in self.scope.names() if not name.startswith("_"))


class Project:
    """The modules of one run."""

    def __init__(self, finder: Finder, load: Load) -> None:
        self.finder = finder
        self._load = load
        self._modules: dict[str, Module | None] = {}
        self._tokens = 0

    def at(self, path: str) -> Module | None:
        """The module in a file; None when the file can't be read or parsed."""
        if path not in self._modules:
            facts = self._load(path)
            module = None
            if facts is not None and facts.problem is None:
                module = Module(path, self.finder.home(path)[1], facts, self)
                self._tokens += facts.tokens
            self._modules[path] = module
        return self._modules[path]

    def module(self, dotted: str, importer: Module) -> Module | None:
        """The first-party module that `import dotted` means in `importer`."""
        path = self.finder.find(dotted, importer.path)
        return self.at(path) if path is not None else None

    def imported(self, importer: Module, statement: tree.ImportFrom) -> Module | None:
        """The first-party module that a `from ... import` names."""
        if statement.level:
            path = self.finder.relative(importer.path, statement.level, statement.module)
            return self.at(path) if path is not None else None
        return self.module(statement.module, importer)

    def submodule(self, package: Module, name: str) -> Module | None:
        """`package.name` as a module."""
        if not package.is_package:
            return None
        path = self.finder.relative(package.path, 1, name)
        return self.at(path) if path is not None else None

    def forget(self) -> None:
        """Let go of all modules: what points to one another is freed at once, without a search for it."""
        for module in self._modules.values():
            if module is not None:
                module.forget()
        self._modules.clear()

    def tokens(self) -> int:
        """How much code is held: the counted tokens of all modules that were asked for."""
        return self._tokens
