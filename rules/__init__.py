"""The analyzer: what blocks the event loop, and which coroutine is never awaited?

`lint(paths, settings)` answers both questions for a whole project; `load_settings(root)` reads
`[tool.grader.lint]`. Everything is imported when it is first used: start-up is a feature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .findings import ChainLink, Edit, Finding, Fix
    from .pipeline import lint
    from .settings import Settings, SettingsError, load_settings

__all__ = ["ChainLink", "Edit", "Finding", "Fix", "Settings", "SettingsError", "lint", "load_settings"]

_HOME = {
    "ChainLink": "findings",
    "Edit": "findings",
    "Finding": "findings",
    "Fix": "findings",
    "Settings": "settings",
    "SettingsError": "settings",
    "lint": "pipeline",
    "load_settings": "settings",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
