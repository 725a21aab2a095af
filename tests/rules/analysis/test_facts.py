"""Any bytes give facts: a tree, or the problem that keeps them from having one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesmith import from_grammar

from rules.analysis import facts, tree
from rules.analysis.guard import DEEPEST_BRACKETS, LARGEST, LONGEST_CHAIN, refusal
from rules.analysis.positions import Positions
from rules.analysis.sources import DecodeProblem, decode


def build(content: bytes) -> facts.Facts:
    made: facts.Facts = facts.with_deep_stack(lambda: facts.build(content))
    return made


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x = 1", "x = 1"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'", "x = 'é'"),
        ("# coding: gbk\nx = '菜'".encode("gbk"), "# coding: gbk\nx = '菜'"),
        ("#!/bin/python\r\n# -*- coding: latin-1 -*-\r\nx = 'é'".encode("latin-1"),
         "#!/bin/python\r\n# -*- coding: latin-1 -*-\r\nx = 'é'"),
        (b"x = 1\n# coding: nonsense", "x = 1\n# coding: nonsense"),
    ],
    ids=["plain", "mark", "gbk", "second line", "too late"],
)  # fmt: skip
def test_the_encoding_is_what_the_file_says(content: bytes, text: str) -> None:
    assert decode(content) == text


@pytest.mark.parametrize(
    ("content", "variant", "line"),
    [
        ("x = 1\ny = '菜'".encode("gbk"), "encoding", 2),
        (b"# coding: nonsense\n", "encoding", 1),
        (b"# coding: rot13\n", "encoding", 1),
        (b"x\n\0", "null-byte", 2),
        ("x = 1".encode("utf-16"), "encoding", 1),
    ],
    ids=["gbk without cookie", "unknown", "not for text", "null", "utf-16"],
)
def test_what_is_no_python_text_is_refused(content: bytes, variant: str, line: int) -> None:
    with pytest.raises(DecodeProblem) as caught:
        decode(content)
    assert (caught.value.variant, caught.value.line) == (variant, line)


@pytest.mark.parametrize(
    ("source", "variant"),
    [
        ("def f(:\n", "parse"),
        ("print 'x'\n", "parse"),
        ("  x\n", "parse"),
        ("(" * (DEEPEST_BRACKETS + 1), "too-deep"),
        ("x = " + "-" * 5000 + "1", "too-deep"),
        ("x = a" + ".b" * 5000, "too-deep"),
        ("x = a" + "()" * 5000, "too-deep"),
        ("x = " + "not " * 5000 + "a", "too-deep"),
        ("x = 1" + " + 1" * (LONGEST_CHAIN + 1), "too-deep"),
        ("x = (\n" + "'a'\n" * 5000 + ")", "too-deep"),
        ("if a: pass\n" + "elif b: pass\n" * 2000, "too-deep"),
        ("x = " + "lambda: " * 5000 + "1", "too-deep"),
        ("".join(" " * n + "if a:\n" for n in range(200)) + " " * 200 + "pass", "parse"),
    ],
)
def test_what_can_not_be_parsed_has_a_problem(source: str, variant: str) -> None:
    made = build(source.encode())
    assert made.problem is not None
    assert (made.problem.variant, made.body) == (variant, ())


def test_a_file_may_be_wide_and_long() -> None:
    """Long literals are no deep ones."""
    source = "x = [\n" + "    (1, 'a', -2, f(3)),\n" * 3000 + "]\ny = {" + "'k': 1, " * 3000 + "}\n"
    assert refusal(source) is None


def test_a_huge_file_is_refused_before_anything_else() -> None:
    assert refusal("#" * (LARGEST + 1)) == ("too-large", str(LARGEST))


def test_facts_survive_their_encoding() -> None:
    source = (
        b"import a\nasync def f(x: int = 1) -> str:\n    # no qa\n    return await a.b(x)  # noqa: LOOP1\n"
    )
    made = build(source)
    again = facts.load(facts.encode(made))
    assert facts.encode(again) == facts.encode(made)
    function = again.body[1]
    assert isinstance(function, tree.Function)
    assert (function.is_async, function.awaits, function.returns_value, function.bound) == (
        True,
        True,
        True,
        ("x",),
    )
    assert [(s.line, s.codes) for s in again.suppressions] == [(4, ("LOOP1",))]


def test_the_deep_stack_hands_over_results_and_errors() -> None:
    assert facts.with_deep_stack(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        facts.with_deep_stack(lambda: 1 // 0)


@given(st.binary(max_size=200))
def test_any_bytes_give_facts(content: bytes) -> None:
    made = facts.build(content)
    assert made.problem is None or made.body == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(from_grammar())
def test_any_program_gives_facts_whose_tokens_are_counted(source: str) -> None:
    made = facts.build(source.encode("utf-8", "replace"))
    if made.problem is None:
        assert made.tokens == len(Positions(decode(source.encode("utf-8", "replace"))))
