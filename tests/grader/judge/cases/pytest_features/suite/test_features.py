import asyncio
import unittest

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import solution
from solution import Account, Pot, add, areverse, reverse


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_async_pot():
    pot = Pot()
    await pot.fill(5)
    yield pot
    await pot.fill(6)


@pytest_asyncio.fixture(scope="class", loop_scope="class")
async def class_pot():
    async with Pot() as pot:
        await pot.fill(1)
        yield pot


def test_fixture(pot):
    assert pot.size == 3 and pot.content == []


async def test_async_fixture(filled):
    assert filled.total() == 3


def test_module_fixture(module_pot):
    module_pot.content.append(1)


def test_module_fixture_again(module_pot):
    assert module_pot.content == [1]


@pytest.mark.asyncio(loop_scope="module")
async def test_module_loop(module_async_pot):
    assert module_async_pot.content == [5]
    await module_async_pot.fill(7)


@pytest.mark.asyncio(loop_scope="module")
async def test_module_loop_again(module_async_pot):
    assert module_async_pot.content == [5, 7]


@pytest.mark.asyncio(loop_scope="class")
class TestClass:
    loop = None

    async def test_one(self, class_pot):
        TestClass.loop = asyncio.get_running_loop()
        assert class_pot.total() == 1

    async def test_two(self, class_pot):
        assert asyncio.get_running_loop() is TestClass.loop
        await class_pot.fill(2)
        assert class_pot.total() == 3


def test_data(menu):
    assert menu == {"soup": 3}


@pytest.mark.parametrize(("a", "b", "total"), [(1, 2, 3), ("a", "b", "ab"), ([1], [2], [1, 2])])
def test_parametrize(a, b, total):
    assert add(a, b) == total


@pytest.mark.parametrize("item", [1, "x", None], ids=["one", "text", "none"])
async def test_async_parametrize(item, pot):
    await pot.fill(item)
    assert pot.content == [item]


@pytest.fixture(params=[1, 2])
def sized(request):
    return Pot(request.param)


def test_parametrized_fixture(sized):
    assert sized.size in (1, 2)


WORDS = st.text("ab é汤🍜\n\0")
"""All that is special about text; every letter there is would take Hypothesis seconds to list."""


@given(WORDS)
def test_hypothesis(text):
    assert reverse(reverse(text)) == text


@given(st.lists(st.integers()))
async def test_hypothesis_async(items):
    assert await areverse(await areverse(items)) == items


@given(WORDS, st.integers(0, 50))
@settings(max_examples=10)
def test_hypothesis_more(text, n):
    assert solution.decode(solution.encode(text)) == text
    assert solution.fib(n) + solution.fib(n + 1) == solution.fib(n + 2)


@given(st.integers())
def test_hypothesis_finds_a_failure(n):
    assert solution.divide(n, 1) == n and n < 10


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.account, self.model = Account(), 0

    @rule(amount=st.integers(0, 100))
    def deposit(self, amount):
        self.account.deposit(amount)
        self.model += amount

    @rule(amount=st.integers(0, 100))
    def withdraw(self, amount):
        try:
            self.account.withdraw(amount)
            self.model -= amount
        except ValueError:
            assert amount > self.model

    @invariant()
    def same(self):
        assert self.account.balance == self.model


Machine.TestCase.settings = settings(max_examples=5, stateful_step_count=6)
TestMachine = Machine.TestCase


class Style(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pot = Pot(9)

    def setUp(self):
        self.addCleanup(self.pot.content.clear)

    def test_size(self):
        self.assertEqual(self.pot.size, 9)

    def test_sub_tests(self):
        for a in range(3):
            with self.subTest(a=a):
                self.assertEqual(add(a, 1), a + 1)

    def test_sub_tests_fail(self):
        for a in range(3):
            with self.subTest(a=a):
                self.assertNotEqual(add(a, 1), 2)

    @unittest.skip("not now")
    def test_skipped(self):
        raise AssertionError

    @unittest.expectedFailure
    def test_expected(self):
        self.assertEqual(add(1, 1), 3)


def test_raises():
    with pytest.raises(ZeroDivisionError):
        solution.divide(1, 0)
    with pytest.raises(TypeError):
        add(1, "x")


def test_fails():
    assert add(1, 1) == 3


def test_error():
    solution.divide(1, 0)


def test_setup_error(nothing_of_this_name):
    pass


@pytest.mark.skip(reason="later")
def test_skip():
    raise AssertionError


def test_skip_inside():
    pytest.skip("now")


@pytest.mark.skipif(True, reason="always")
async def test_skip_async():
    raise AssertionError


@pytest.mark.xfail(reason="known", strict=True)
def test_xfail():
    assert add(1, 1) == 3


@pytest.mark.xfail(reason="known", strict=True)
def test_xpass_strict():
    assert add(1, 1) == 2


def test_fail():
    pytest.fail("on purpose")


def test_approx():
    assert solution.divide(1, 3) == pytest.approx(0.3333333, rel=1e-5)
    assert [solution.divide(1, 3)] == pytest.approx([0.3333333], rel=1e-5)


@pytest.mark.usefixtures("filled")
async def test_usefixtures():
    assert Pot.made > 0


async def test_request(request):
    pot = request.getfixturevalue("pot")
    assert pot.size == 3
    request.addfinalizer(pot.content.clear)


def test_capfd_like(capsys, recwarn, caplog, tmp_path, monkeypatch):
    monkeypatch.setattr(solution, "add", lambda a, b: 0)
    assert solution.add(1, 1) == 0
    monkeypatch.undo()
    assert solution.add(1, 1) == 2


def test_the_terminal_reporter_is_there(pytestconfig):
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    reporter.write_line("something to read")
    assert pytestconfig.get_terminal_writer() is reporter._tw


def test_a_difference_is_written_with_the_terminals_writer():
    assert solution.add([1, 2], [3]) == [1, 2, 4]
