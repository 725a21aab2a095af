"""Patches of the standard library, made by the suite, act on both sides.

`monkeypatch.setattr("random.randint", ...)` and `mock.patch("builtins.input", ...)` mean the module that the submission
uses, and that one is in the other process. Patches of the submission's own modules need nothing: their target is a
proxy.
"""

from __future__ import annotations

import abc
import hashlib
import random
import sys
import types
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from _pytest import monkeypatch as patching
from _pytest.compat import NOTSET

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from grader.judge.endpoint import JudgeEndpoint


_ABSENT: Any = getattr(patching, "notset", NOTSET)
"""What `monkeypatch` remembers where there was nothing."""


class SharedPatches:
    """While installed, each patch of a library module is repeated in the submission's process."""

    def __init__(self, endpoint: JudgeEndpoint, suite_modules: Collection[str]) -> None:
        self._endpoint = endpoint
        self._own = suite_modules
        self._saved: list[tuple[Any, str, Any]] = []
        self._originals: dict[tuple[str, str], Any] = {}

    def install(self) -> None:
        self._wrap(mock._patch, "__enter__", self._entered)
        self._wrap(mock._patch, "__exit__", self._left)
        self._wrap(pytest.MonkeyPatch, "setattr", self._set)
        self._wrap(pytest.MonkeyPatch, "undo", self._undone)
        self._wrap(pytest.MonkeyPatch, "chdir", lambda *_: self._endpoint.share_working_folder())

    def uninstall(self) -> None:
        for owner, name, original in reversed(self._saved):
            setattr(owner, name, original)
        self._saved.clear()

    def _wrap(self, owner: Any, name: str, after: Callable[..., None]) -> None:
        original = getattr(owner, name)
        self._saved.append((owner, name, original))

        def wrapper(this: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            before = this._setattr[:] if isinstance(this, pytest.MonkeyPatch) else None
            result = original(this, *args, **kwargs)
            after(this, before)
            return result

        setattr(owner, name, wrapper)

    def _path(self, target: Any) -> str | None:
        """The module or class of the library that `target` is, as "module:" or "module:Class"."""
        if isinstance(target, types.ModuleType):
            module, inside = target.__name__, ""
        elif type(target) is type or type(target) is abc.ABCMeta:
            module, inside = target.__module__, target.__qualname__
        else:
            return None
        if module in self._own or module.partition(".")[0] not in sys.stdlib_module_names:
            return None
        if self._endpoint.imports.find(target) is not None:
            return None
        return f"{module}:{inside}"

    def _repeat(self, target: Any, name: str) -> None:
        """Give the other side's `target.name` the value that this side's has now."""
        path = self._path(target)
        if path is None:
            return
        value = vars(target).get(name)
        if self._originals.get((path, name)) is value:
            self._endpoint.ask("unpatch", path, name)
        else:
            self._endpoint.ask("patch", path, name, value)

    def _remember(self, target: Any, name: str, original: Any) -> None:
        path = self._path(target)
        if path is not None:
            self._originals.setdefault((path, name), original)

    def _entered(self, patch: Any, _: Any) -> None:
        self._remember(patch.target, patch.attribute, patch.temp_original if patch.is_local else None)
        self._repeat(patch.target, patch.attribute)

    def _left(self, patch: Any, _: Any) -> None:
        self._repeat(patch.getter(), patch.attribute)

    def _set(self, monkeypatch: pytest.MonkeyPatch, before: Any) -> None:
        for target, name, original in monkeypatch._setattr[len(before) :]:
            self._remember(target, name, None if original is _ABSENT else original)
            self._repeat(target, name)

    def _undone(self, monkeypatch: pytest.MonkeyPatch, before: Any) -> None:  # noqa: ARG002
        for target, name, _ in reversed(before):
            self._repeat(target, name)
        self._endpoint.share_working_folder()


def seed_apart(endpoint: JudgeEndpoint, text: str) -> None:
    """Seed both sides from `text`, each in its own way: the submission's seed tells neither the test nor what the suite
    will draw."""
    judge, submission = (
        hashlib.sha256(f"{side} {text}".encode()).digest() for side in ("judge", "submission")
    )
    random.Random.seed(random._inst, judge)
    endpoint.events.append(["test", int.from_bytes(submission[:8], "little")])


def share_seeds(endpoint: JudgeEndpoint) -> None:
    """`random.seed` in the suite seeds both sides."""
    original = random.seed

    def seed(a: Any = None, version: int = 2) -> None:
        original(a, version)
        endpoint.ask("seed", a, version)

    random.seed = seed
