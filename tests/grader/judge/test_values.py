"""Any value crosses and comes back equal and of the exact same type; containers of both sides stay one."""

from __future__ import annotations

from grader.sandbox.limits import Limits

SUITE = '''
import collections, copy, datetime, decimal, fractions, math, pathlib, uuid

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import solution

settings.register_profile("here", max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("here")

atoms = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-2**80, 2**80), st.floats(), st.complex_numbers(), st.text(),
    st.characters(codec=None).map(lambda c: c + "\\ud800"), st.binary(), st.dates(), st.times(), st.datetimes(),
    st.timedeltas(), st.decimals(), st.fractions(), st.uuids(), st.just(...),
    st.builds(range, st.integers(), st.integers(), st.integers(1, 9)), st.just(int), st.just(len),
    st.text("abc/", min_size=1).map(pathlib.PurePosixPath),
)
keys = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(keys, inner), st.sets(keys), st.frozensets(keys),
        st.binary().map(bytearray), st.lists(inner).map(collections.deque),
        st.dictionaries(keys, inner).map(collections.OrderedDict), st.text().map(collections.Counter),
    ),
    max_leaves=20,
)


def same(a, b):
    assert type(a) is type(b), (type(a), type(b))
    if isinstance(a, float):
        assert math.isnan(a) and math.isnan(b) or a == b and math.copysign(1, a) == math.copysign(1, b)
    elif isinstance(a, dict):
        assert list(map(repr, a)) == list(map(repr, b))
        for x, y in zip(a.values(), b.values()):
            same(x, y)
    elif isinstance(a, (list, tuple, collections.deque)):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            same(x, y)
    else:
        assert repr(a) == repr(b) or a == b


@given(values)
def test_round_trip(value):
    same(solution.echo(value), value)
    same(solution.remade(value), value)


@given(values, values)
def test_arguments(one, two):
    (a, b), named = solution.both(one, x=two)
    same(a, one)
    same(named, two)
    assert b == 5


class Twins(RuleBasedStateMachine):
    """A list and a dict in one another's arms; each step is done by a random side, and to a model."""

    @initialize()
    def begin(self):
        self.items, self.table = [], {}
        self.model_items, self.model_table = [], {}
        solution.hold(self.items, self.table)

    @rule(value=atoms, theirs=st.booleans())
    def append(self, value, theirs):
        (solution.append if theirs else self.items.append)(value)
        self.model_items.append(value)

    @rule(place=st.integers(0, 9), value=st.integers(), theirs=st.booleans())
    def insert(self, place, value, theirs):
        (solution.insert if theirs else self.items.insert)(place, value)
        self.model_items.insert(place, value)

    @rule(place=st.integers(0, 9), theirs=st.booleans())
    def remove(self, place, theirs):
        if place < len(self.model_items):
            (solution.pop if theirs else self.items.pop)(place)
            del self.model_items[place]

    @rule(key=keys, value=st.integers(), theirs=st.booleans())
    def put(self, key, value, theirs):
        (solution.put if theirs else self.table.__setitem__)(key, value)
        self.model_table[key] = value

    @rule(key=keys, theirs=st.booleans())
    def drop(self, key, theirs):
        (solution.drop if theirs else lambda k: self.table.pop(k, None))(key)
        self.model_table.pop(key, None)

    @rule(theirs=st.booleans())
    def nest(self, theirs):
        if theirs:
            solution.nest()
        else:
            self.table["list"] = self.items
        self.model_table["list"] = self.model_items

    @rule()
    def clear(self):
        solution.clear()
        self.model_items.clear()

    @invariant()
    def both_are_the_model(self):
        assert repr(self.items) == repr(self.model_items)
        assert list(self.table) == list(self.model_table)
        assert solution.shown() == (repr(self.items), list(self.table))
        if "list" in self.table and isinstance(self.table["list"], list):
            assert self.table["list"] is self.items and solution.is_nested()


Twins.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestTwins = Twins.TestCase
'''
SUBMISSION = """
import copy

def echo(value): return value
def remade(value): return copy.deepcopy(value)
def both(*args, **kwargs): return (*args, 5), kwargs["x"]
def hold(items, table): global ITEMS, TABLE; ITEMS, TABLE = items, table
def append(value): ITEMS.append(value)
def insert(place, value): ITEMS.insert(place, value)
def pop(place): ITEMS.pop(place)
def put(key, value): TABLE[key] = value
def drop(key): TABLE.pop(key, None)
def nest(): TABLE["list"] = ITEMS
def clear(): ITEMS.clear()
def is_nested(): return TABLE["list"] is ITEMS
def shown(): return repr(ITEMS), list(TABLE)
"""


def test_values(judge_texts):
    judgement = judge_texts(SUITE, SUBMISSION, Limits(cpu=60, wall=120))
    assert [(v.test, v.kind, v.message) for v in judgement.verdicts if v.kind != "passed"] == []
    assert len(judgement.verdicts) == 3
