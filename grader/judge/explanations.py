"""Explanations of failed comparisons that are worth their time.

pytest explains `a == b` by a difference line by line, which takes seconds for a thousand lines that are alike, and
memory for a text of megabytes. A submission chooses one of the two sides. Where a side is larger than
anybody reads, the
explanation is left out: the assertion still shows both, shortened.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any

from _pytest.assertion import util

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 1_000
"""Items of containers, lines, and 32 characters each of text."""
_PER_ITEM = 32
_ITERATORS: tuple[tuple[type, Any], ...] = (
    (list, list.__iter__), (tuple, tuple.__iter__), (set, set.__iter__), (frozenset, frozenset.__iter__),
    (deque, deque.__iter__), (OrderedDict, OrderedDict.items), (dict, dict.items),
)  # fmt: skip


def install() -> None:
    """pytest looks the function up in its module at each failed assertion."""
    explain = util.assertrepr_compare

    def bounded(*, left: Any, right: Any, **options: Any) -> Any:
        return [] if is_large(left) or is_large(right) else explain(left=left, right=right, **options)

    util.assertrepr_compare = bounded  # type: ignore[assignment]


def is_large(value: Any) -> bool:
    """Is there more in it than an explanation should go through? Nothing of the submission is asked."""
    left, values = LARGEST, [value]
    while values:
        each = values.pop()
        if isinstance(each, str):
            left -= str.__len__(each) // _PER_ITEM + str.count(each, "\n")
        elif isinstance(each, (bytes, bytearray)):
            left -= memoryview(each).nbytes // _PER_ITEM
        elif isinstance(each, int):
            left -= int.bit_length(each) // (8 * _PER_ITEM)
        else:
            for item in _items(each):
                left -= 1
                if left < 0:
                    return True
                values.append(item)
        if left < 0:
            return True
    return False


def _items(value: Any) -> Iterator[Any]:
    for kind, iterate in _ITERATORS:
        if isinstance(value, kind):
            yield from iterate(value)
            return
