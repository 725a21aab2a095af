"""Hypothesis, if the suite uses it: loaded once, seeded for each submission, and remembering nothing."""

from __future__ import annotations

import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


_OF_TEXT = re.compile(rb"\b(text|characters|from_regex|from_type|builds|emails|urls)\(")
"""Strategies that may draw text."""


def load(suite: Path, folder: Path) -> None:
    """Import it before the first submission, if a file of the suite speaks of it: that takes longer than most suites.

    Its tables of Unicode take longer still: made here if the suite draws text, for every fork would make its own.
    `folder`: where Hypothesis may write them. A failing property would import LibCST, to propose a change of the suite
    that nobody sees.
    """
    sources = [path.read_bytes() for path in suite.rglob("*.py")]
    if not any(b"hypothesis" in each for each in sources) or importlib.util.find_spec("hypothesis") is None:
        return
    importlib.import_module("hypothesis.core")
    sys.modules["hypothesis.extra._patching"] = None  # type: ignore[assignment]
    if any(_OF_TEXT.search(each) for each in sources):
        from hypothesis.configuration import set_hypothesis_home_dir
        from hypothesis.internal import charmap

        set_hypothesis_home_dir(folder)
        charmap.charmap()
        charmap.intervals_from_codec("utf-8")


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
