import contextlib
import copy
import enum
import functools
import importlib
import inspect
import io
import json
import logging
import math
import os
import pickle
import sys
import threading
import typing
from unittest import mock

import pytest

import extra
import solution


def test_redirect():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        solution.greet("a")
    assert out.getvalue() == "hello a\nbye"


def test_patch_stdout():
    with mock.patch("sys.stdout", new_callable=io.StringIO) as out:
        solution.greet("a")
    assert out.getvalue() == "hello a\nbye"


def test_stderr(capsys):
    extra.shouts()
    assert capsys.readouterr().err == "err\n"


def test_argv(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["prog", "a", "b"])
    assert extra.args() == ["a", "b"]


def test_environ(monkeypatch):
    monkeypatch.setenv("KITCHEN_MODE", "1")
    import os as real

    assert real.environ["KITCHEN_MODE"] == "1" and solution.os.environ["KITCHEN_MODE"] == "1"


def test_caplog(caplog):
    extra.logs()
    assert caplog.messages == ["low on salt"] and caplog.records[0].levelno == logging.WARNING


def test_warns():
    with pytest.warns(DeprecationWarning, match="old"):
        extra.warns()


def test_class_signature():
    assert list(inspect.signature(solution.Money).parameters) == ["amount", "currency"]


def test_hints():
    assert typing.get_type_hints(extra.hinted) == {"a": int, "b": str, "return": list[int]}
    assert extra.hinted.__annotations__["a"] is int and extra.hinted.__defaults__ == ("x",)


def test_code():
    assert extra.hinted.__code__.co_argcount == 2 and extra.hinted.__code__.co_varnames[:2] == ("a", "b")


def test_getsource():
    assert "return [a]" in inspect.getsource(extra.hinted)


def test_members():
    names = [name for name, _ in inspect.getmembers(solution, inspect.isfunction)]
    assert "echo" in names and "Money" not in names
    methods = [name for name, _ in inspect.getmembers(solution.Square, inspect.isfunction)]
    assert "area" in methods


def test_reload():
    extra.KIND = "changed"
    importlib.reload(extra)
    assert extra.KIND == "plain"


def test_generic():
    assert extra.Bag[int]([1]).items == [1]
    assert list(extra.Bag([1, 2])) == [1, 2] and 2 in extra.Bag([1, 2])
    assert dict(**extra.MappingLike()) == {"a": "aa", "b": "bb"} == dict(extra.MappingLike())


def test_slots():
    s = extra.Slotted(1)
    s.x = 2
    assert s.x == 2 and not hasattr(s, "__dict__")
    with pytest.raises(AttributeError):
        s.y = 1


def test_nested_class():
    assert extra.Outer.Inner.value == 3 and isinstance(extra.Outer.Inner(), extra.Outer.Inner)
    o = extra.Outer()
    assert o.heavy == [1] and o.heavy is o.heavy and "heavy" in o.__dict__


def test_total_ordering():
    assert (
        extra.Version(1) <= extra.Version(2)
        and extra.Version(2) >= extra.Version(2)
        and extra.Version(1) != extra.Version(2)
    )


def test_metaclass():
    assert extra.Singleton().made_by == "meta" and extra.Singleton.label == "singleton"
    assert extra.One() is extra.One()


def test_library_subclasses():
    u = extra.User(a=1)
    assert u["a"] == 1 and len(u) == 1 and "a" in u and dict(u) == {"a": 1} and u == {"a": 1}
    o = extra.Ordered(b=1, a=2)
    o.move_to_end("b")
    assert o.first() == "a" and list(o) == ["a", "b"]
    d = extra.Deq([1, 2])
    d.appendleft(0)
    assert d.top() == 2 and list(d) == [0, 1, 2]


def test_conversions():
    i = extra.Idx()
    assert [1, 2][i] == 2 and os.fspath(i) == "/tmp" and math.floor(i) == 5 and range(3)[i] == 1


def test_descriptor():
    assert extra.HasDescr.d == "class" and extra.HasDescr(3).d == "of 3"


def test_singledispatch_partial():
    assert extra.kind(1) == "int" and extra.kind([]) == "list" and extra.kind("") == "other"
    assert extra.add_two(3) == 5 and functools.partial(extra.pair, 1)(2) == 3
    assert functools.reduce(extra.pair, [1, 2, 3]) == 6 and list(map(extra.pair, [1], [2])) == [3]
    assert sorted([3, 1], key=lambda x: -x) == [3, 1]


def test_constant_identity():
    assert extra.KIND is extra.KIND and extra.SENTINEL is extra.SENTINEL
    assert solution.echo("word") is solution.echo("word")


def test_tuple_identity():
    t = (1, [2])
    assert solution.Keeper(t).items is t


def test_swap_sort():
    items = [3, 1, 2]
    extra.swap(items)
    assert items == [2, 1, 3]
    extra.sort_by(items, lambda x: -x)
    assert items == [3, 2, 1]


def test_types_seen_by_the_submission():
    assert extra.type_of({}) == ("dict", True, False, "dict") and extra.type_of((1,)) == (
        "tuple",
        False,
        True,
        "tuple",
    )
    with pytest.raises(TypeError, match="<class 'str'>"):
        extra.numbers_only("x")
    assert list(extra.flatten([1, [2, (3, [4])]])) == [1, 2, 3, 4]


def test_mutable_default():
    assert extra.nested_default()["n"] + 1 == extra.nested_default()["n"]


def test_files():
    assert extra.reads(io.StringIO("a\nb\n")) == ["a", "b"]


def test_suite_objects():
    class Thing:
        def __init__(self, rank):
            self.rank, self.tags = rank, []

    things = [Thing(2), Thing(1)]
    assert extra.call_key(things) == things[::-1]
    extra.set_attr(things[0])
    assert things[0].seen is True and things[0].tags == ["x"]


def test_pickle_json():
    with pytest.raises(TypeError):
        pickle.dumps(extra.lock())
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(solution.Money(1))
    assert json.dumps({"a": solution.Stack([1])}) == '{"a": [1]}'
    assert json.dumps(solution.Point(1, 2)) == "[1, 2]" and json.dumps(solution.Level.HIGH) == "3"


def test_lock():
    lock = extra.lock()
    with lock:
        assert lock.locked()
    assert not lock.locked()


def test_format():
    assert "%s %r" % (solution.Money(1), solution.Money(1)) == "Money(1, 'EUR') Money(1, 'EUR')"
    assert f"{solution.Money(1)!r:>20}".strip() == "Money(1, 'EUR')"
    assert "{0.amount}".format(solution.Money(7)) == "7"


def test_thread_in_submission():
    assert extra.run_in_thread(lambda: 5) == [5]


def test_thread_in_suite():
    out = []
    threads = [threading.Thread(target=lambda: out.append(solution.echo(1))) for _ in range(4)]
    [t.start() for t in threads]
    [t.join(5) for t in threads]
    assert out == [1] * 4


def test_what_the_suite_made_stays_its_own_under_another_name():
    scale = extra.Scale(5)
    with scale as same:
        assert same is scale and same == 5 and scale == 5
    assert iter(scale) is scale and scale == 5 and scale + 1 == 6
    assert -scale == -5 and abs(-scale) == 5 and +scale == 5 and ~scale == -6
    assert round(extra.Scale(2.25), 1) == 2.2
    assert copy.copy(scale) == 5 and copy.deepcopy(scale) == 5
    assert -scale < 0 and -(-scale) == scale


def test_a_property_that_the_suite_replaces():
    with mock.patch.object(extra.Oven, "heat", new_callable=mock.PropertyMock, return_value=200) as heat:
        oven = extra.Oven()
        assert (oven.heat, oven.report()) == (200, "200 degrees")
        oven.heat = 180
    assert heat.mock_calls == [mock.call(), mock.call(), mock.call(180)]
    assert extra.Oven().report() == "20 degrees"


def test_a_descriptor_of_the_submission_in_a_class_of_the_suite():
    class Shelf:
        weight = extra.Bounded(10)

    shelf = Shelf()
    shelf.weight = 7
    assert shelf.weight == 7 and isinstance(Shelf.weight, extra.Bounded)
    with pytest.raises(ValueError, match="at most 10"):
        shelf.weight = 11


def test_what_a_module_says_of_itself():
    assert extra.__doc__ == "What did not fit into the first kitchen." and extra.__name__ == "extra"


def test_an_eq_that_takes_any_other_for_one_of_its_kind():
    for spice in (extra.Spice("salt"), extra.rack()[0]):
        assert spice == extra.Spice("salt") and spice != extra.Spice("mace")
        for other in (None, object()):
            with pytest.raises(AttributeError, match="has no attribute 'name'"):
                spice == other
            with pytest.raises(AttributeError):
                spice != other
        with pytest.raises(AttributeError):
            [spice].index(None)
    with pytest.raises(AttributeError):
        extra.Spice("salt") == True  # noqa: E712


def test_what_an_error_is_about_stays_what_it_was():
    spice = extra.Spice("salt")
    with pytest.raises(AttributeError):
        spice.heat = 3
    with pytest.raises(AttributeError):
        spice.colour
    assert "s" in spice and "x" not in spice


class Drawer(enum.Enum):
    LEFT = 1
    RIGHT = 2


def test_members_of_enums_as_keys():
    shelves, places = extra.stock()
    assert shelves == {extra.Shelf.TOP: ["salt"], extra.Shelf.LOW: []} and list(shelves) == list(extra.Shelf)
    assert places[extra.Shelf.TOP, 1] == {extra.Shelf.LOW}
    assert extra.tally([Drawer.LEFT, Drawer.LEFT, Drawer.RIGHT]) == {Drawer.LEFT: 2, Drawer.RIGHT: 1}
