"""Generated async programs: where everything is awaited nothing is found, nor where nothing is async any more.

A program is some functions that call one another in many ways, written twice from one description: with its
`async` and `await`, and without.
"""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rules

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("boil", "chop", "serve", "taste")
quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

calls = st.builds(
    "{}({})".format, st.sampled_from(NAMES), st.sampled_from(["", "1", "pot", "*pots", "key=pot"])
).map(lambda call: f"AWAIT {call}")
uses = st.sampled_from(
    [
        "{}", "x = {}", "x, *y = {}, 1", "return {}", "print(f'{{{}}}')", "x = [{} for pot in pots]",
        "x = {{pot: {} for pot in pots}}", "if {}:\n    pass", "while {}:\n    break", "x = ({}).real", "pots[{}] = 1",
        "x = {} if pot else None", "assert {}, pot", "return ({}, {})", "x = not {}", "x = {} + 1", "del pots[{}]",
        "for y in {}:\n    print(y)", "try:\n    {}\nfinally:\n    {}", "match {}:\n    case 1:\n        {}",
        "if (x := {}) is not None:\n    print(x)", "raise ValueError({})", "x = sorted({}, key=len)",
        "with suppress(KeyError):\n    {}", "ASYNC with lock:\n    {}", "ASYNC for y in stream():\n    {}",
        "x = pot or {}", "x = AWAIT gather(*[serve_all() for _ in pots])", "pot.x = {}", "global kept\nkept = {}",
    ]
)  # fmt: skip
HEAD = """
from contextlib import suppress
from kitchen import gather, lock, pots, serve_all, stream
"""


@st.composite
def statements(draw: Callable[..., object]) -> str:
    use = str(draw(uses))
    return use.format(*(draw(calls) for _ in range(use.count("{}"))))


@st.composite
def programs(draw: Callable[..., object]) -> str:
    """Functions and methods with AWAIT and ASYNC where a program has the keywords or has not."""
    parts = [HEAD]
    for name in NAMES:
        lines: list[str] = draw(st.lists(statements(), min_size=1, max_size=4))  # type: ignore[assignment]
        body = textwrap.indent("\n".join(lines), "    ")
        parts.append(f"ASYNC def {name}(pot=None, *pots, key=None):\n{body}\n")
    return "\n".join(parts)


def written(program: str, *, asynchronous: bool) -> str:
    awaits, marks = ("await ", "async ") if asynchronous else ("", "")
    return program.replace("AWAIT ", awaits).replace("ASYNC ", marks)


def found(source: str) -> list[tuple[int, str, str]]:
    chosen = rules.Settings(select=("LOOP", "AWAIT"), cache=False)
    return [
        (f.line, f.code, f.message)
        for f in rules.lint(["kitchen_.py"], chosen, overlay={"kitchen_.py": source.encode()})
    ]


@quick
@given(programs())
def test_a_program_where_everything_is_awaited_is_silent(program: str) -> None:
    source = written(program, asynchronous=True)
    ast.parse(source)
    assert found(source) == []


@quick
@given(programs())
def test_a_program_without_async_is_silent(program: str) -> None:
    source = written(program, asynchronous=False)
    ast.parse(source)
    assert found(source) == []


@quick
@given(programs(), st.sampled_from(NAMES))
def test_a_dropped_coroutine_is_found_in_any_program(program: str, name: str) -> None:
    """The same programs with one statement more."""
    source = written(program, asynchronous=True) + f"\nasync def last():\n    {name}()\n"
    assert [code for _, code, _ in found(source)] == ["AWAIT201"]
