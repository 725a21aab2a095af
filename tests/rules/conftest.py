"""What the analyzer's tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

import rules

if TYPE_CHECKING:
    from pathlib import Path

Lint = Callable[..., list[rules.Finding]]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the cache of whoever runs it."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("GRADER_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """Write files (name -> text or bytes) into an empty project and lint it, or the `only` files of it."""

    def run(
        files: dict[str, str | bytes], *, only: tuple[str, ...] = (), cache: bool = False, **settings: object
    ) -> list[rules.Finding]:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths = [tmp_path / name for name in only] or [tmp_path]
        return rules.lint(paths, rules.Settings(cache=cache, **settings), root=tmp_path)  # type: ignore[arg-type]

    return run
