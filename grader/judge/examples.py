"""Hypothesis, if the suite uses it: loaded once, seeded for each submission, and remembering nothing."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def load(suite: Path) -> None:
    """Import it before the first submission, if a file of the suite speaks of it: that takes longer
    than most suites."""
    mentioned = any(b"hypothesis" in path.read_bytes() for path in suite.rglob("*.py"))
    if mentioned and importlib.util.find_spec("hypothesis") is not None:
        importlib.import_module("hypothesis.core")


def seed(number: int, folder: Path) -> None:
    """The same examples at each judging with this seed. `folder`: where it may keep what it learns, for
    this judging."""
    core: Any = sys.modules.get("hypothesis.core")
    if core is None:
        return
    from hypothesis import settings
    from hypothesis.configuration import set_hypothesis_home_dir

    core.global_force_seed = number
    set_hypothesis_home_dir(folder)
    settings.register_profile("grader", settings.get_profile("default"), database=None)
    settings.load_profile("grader")
