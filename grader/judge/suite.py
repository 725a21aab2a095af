"""What a suite says of its own tests: ids, weights, titles, hints, and how much of each a student may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.course.feedback import Feedback
from grader.judge.verdicts import SuiteTest

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest
    from _pytest.nodes import Node

_LANGUAGES = {"en": "en", "zh": "zh-CN", "zh_cn": "zh-CN", "zh_CN": "zh-CN"}


def suite_tests(items: Iterable[pytest.Item]) -> tuple[SuiteTest, ...]:
    """The tests in their order. A marker that makes no sense counts as none: `grader audit` reports it."""
    return tuple(
        SuiteTest(
            item.nodeid,
            weight=_weight(item),
            feedback=suite_feedback(item),
            hint=_texts(item.get_closest_marker("hint")),
            title=_own_title(item),
            step=next(filter(None, map(_own_title, reversed(item.listchain()[:-1]))), {}),
        )
        for item in items
    )


def _argument(item: pytest.Item, marker: str) -> Any:
    found = item.get_closest_marker(marker)
    return found.args[0] if found is not None and found.args else None


def _weight(item: pytest.Item) -> float:
    value = _argument(item, "points")
    return float(value) if isinstance(value, (int, float)) and value >= 0 else 1.0


def suite_feedback(item: pytest.Item) -> Feedback | None:
    """The level that the test itself says."""
    value = _argument(item, "feedback")
    return Feedback(value) if value in list(Feedback) else None


def _own_title(node: Node) -> dict[str, str]:
    """A test's title is its own: that of its class or file is a heading over all of them."""
    return _texts(next((mark for mark in node.own_markers if mark.name == "title"), None))


def _texts(found: pytest.Mark | None) -> dict[str, str]:
    """A text in each language, of a marker that takes such texts."""
    if found is None:
        return {}
    texts = {_LANGUAGES[name]: str(text) for name, text in found.kwargs.items() if name in _LANGUAGES}
    if found.args:
        texts.setdefault("en", str(found.args[0]))
    return texts
