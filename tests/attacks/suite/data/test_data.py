"""What a suite does with what it gets: consume it, count it, format it, change it while it looks."""

import copy
import json
from itertools import islice

from solution import numbers, sized, stream, values


def test_all():
    assert list(numbers()) == [1, 2, 3]


def test_some():
    assert list(islice(stream(), 3)) == [0, 1, 2]


def test_length():
    assert len(sized()) == 3


def test_loop():
    found = []
    for value in values():
        found.append(value)
    assert found == [1, 2, 3]


def test_sorted():
    assert sorted(values()) == [1, 2, 3]
    assert set(values()) == {1, 2, 3}


def test_format():
    assert f"{sized()[0]:>3}|{sized()[1]!s}|{'%d' % sized()[2]}" == "  1|2|3"


def test_unique():
    assert set(values()) == {1, 2, 3}


def test_looks():
    assert str(values()) == "[1, 2, 3]"
    assert copy.deepcopy(values()) == [1, 2, 3]
    assert json.dumps(values()) == "[1, 2, 3]"
