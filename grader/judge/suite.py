"""What a suite says of its own tests: ids, weights, hints, and how much of each a student may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.course.feedback import Feedback
from grader.judge.verdicts import SuiteTest

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

_LANGUAGES = {"en": "en", "zh": "zh-CN", "zh_cn": "zh-CN", "zh_CN": "zh-CN"}


def suite_tests(items: Iterable[pytest.Item]) -> tuple[SuiteTest, ...]:
    """The tests in their order. A marker that makes no sense counts as none: `grader audit` reports it."""
    return tuple(
        SuiteTest(item.nodeid, weight=_weight(item), feedback=_feedback(item), hint=_hint(item))
        for item in items
    )


def _argument(item: pytest.Item, marker: str) -> Any:
    found = item.get_closest_marker(marker)
    return found.args[0] if found is not None and found.args else None


def _weight(item: pytest.Item) -> float:
    value = _argument(item, "points")
    return float(value) if isinstance(value, (int, float)) and value >= 0 else 1.0


def _feedback(item: pytest.Item) -> Feedback | None:
    value = _argument(item, "feedback")
    return Feedback(value) if value in list(Feedback) else None


def _hint(item: pytest.Item) -> dict[str, str]:
    found = item.get_closest_marker("hint")
    if found is None:
        return {}
    hints = {_LANGUAGES[name]: str(text) for name, text in found.kwargs.items() if name in _LANGUAGES}
    if found.args:
        hints.setdefault("en", str(found.args[0]))
    return hints
