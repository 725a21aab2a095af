"""A suite that is collected before there is a submission, and the names that each fork fills in.

pytest collects an inert suite (`inert.py`) with an empty place for each name that it borrows from the submission. That
nobody but the suite's modules holds such a place is seen to, whatever was read in the source: what would be used while
the suite is imported breaks, and what is kept elsewhere is found. Then a fork has only to give those names what the
submission has for them.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import types
from typing import TYPE_CHECKING, Any

from grader.judge.blank import BlankFinder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    import pytest

    from grader.judge.inert import Borrowed


class NotEarlyError(Exception):
    """The suite has to be collected with each submission after all."""


class _Place:
    """Stands for something of the submission while there is none: whoever uses it fails. Without slots, since the
    collector, which is asked who holds it, knows of nothing else."""


class _Empty(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        place = _Place()
        setattr(self, name, place)
        return place


class _EmptyFinder(BlankFinder):
    """Blank modules, of which nothing can be used."""

    def __init__(self, module: str, suite: Path) -> None:
        super().__init__(module, suite)
        self.made: list[types.ModuleType] = []

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        self.made.append(_Empty(spec.name))
        return self.made[-1]


class EarlyCollection:
    """The collected items are in `session.items`."""

    def __init__(self, session: pytest.Session, module: str, names: Iterable[Borrowed]) -> None:
        """Collect.

        Raises:
            NotEarlyError: Something could not be collected, or has kept a place that a fork could not fill.
        """
        finder = _EmptyFinder(module, session.config.rootpath)
        finder.install()
        try:
            session.perform_collect()
        finally:
            sys.meta_path.remove(finder)
        if session.testsfailed:
            raise NotEarlyError("a file cannot be collected without a submission")
        for made in finder.made:
            del sys.modules[made.__name__]
        homes = {
            os.path.realpath(file): vars(home)
            for home in list(sys.modules.values())
            if isinstance(file := getattr(home, "__file__", None), str)
        }
        self._names = [
            (homes[file], each) for each in names if (file := os.path.realpath(each.file)) in homes
        ]  # a file that only tests import is read when they do
        known = {(id(home), each.name) for home, each in self._names}
        _see_that_nobody_else_has_them([vars(made) for made in finder.made], known)

    def fill(self) -> None:
        """Give each borrowed name what the submission has for it. Raises whatever its import raises."""
        for home, each in self._names:
            found = importlib.import_module(each.module)
            home[each.name] = found if each.attribute is None else getattr(found, each.attribute)


def _see_that_nobody_else_has_them(modules: list[dict[str, Any]], known: set[tuple[int, str]]) -> None:
    """`known`: identities of the suite's modules' dictionaries, with the names that will be filled."""
    places = tuple(value for home in modules for value in home.values() if type(value) is _Place)
    for holder in gc.get_referrers(*places) if places else ():
        is_the_question = holder == places
        if is_the_question or any(holder is home for home in modules):
            continue
        held = (
            [name for name, value in holder.items() if type(value) is _Place] if type(holder) is dict else []
        )
        if not held or any((id(holder), name) not in known for name in held):
            raise NotEarlyError("something besides the suite's modules holds what it borrows")
