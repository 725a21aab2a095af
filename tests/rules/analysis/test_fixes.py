"""What a fix writes where an `await` is awkward: each fix alone, the whole text after it."""

from __future__ import annotations

import pytest

from rules.output.edits import apply_fixes

PROGRAM = "import asyncio\nimport time\n\n\nasync def work():\n    return ''\n\n\nasync def main():\n    {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("time.sleep(1)", "await asyncio.sleep(1)"),
        ("await time.sleep(1)", "await asyncio.sleep(1)"),
        ("time.sleep(1).x", "(await asyncio.sleep(1)).x"),
        ("time . sleep (1)", "await asyncio.sleep(1)"),
        ("open('x')", "await asyncio.to_thread(open, 'x')"),
        ("await open('x')", "await asyncio.to_thread(open, 'x')"),
        ("open('x').name", "(await asyncio.to_thread(open, 'x')).name"),
        ("work()", "await work()"),
        ("work()\n    ...", "await work()\n    ..."),
        ("(work()\n     .strip())", "((await work())\n     .strip())"),
        ("(work()  # one\n     # two\n     .strip())", "((await work())  # one\n     # two\n     .strip())"),
        ("work() \\\n     .strip()", "(await work()) \\\n     .strip()"),
        ("2 ** work()", "2 ** await work()"),
        ("return work()", "return await work()"),
    ],
    ids=lambda text: text.split("\n")[0],
)
def test_where_an_await_goes(lint, before: str, after: str) -> None:
    source = PROGRAM.format(before)
    (finding,) = lint({"a.py": source}, test_files=())
    assert apply_fixes(source, [finding.fix]) == (PROGRAM.format(after), 1)
    compile(PROGRAM.format(after), "a.py", "exec")


@pytest.mark.parametrize(
    "text",
    [
        "lambda: time.sleep(1)",
        "print(lambda: work())",
        "list(time.sleep(n) for n in [1])",
        "class Inner:\n        time.sleep(1)",
        "class Inner:\n        work()",
        "(lambda: time.sleep(1))()",
        "asyncio.get_running_loop().call_soon(lambda: time.sleep(1))",
    ],
)
def test_where_no_await_may_be_written_nothing_is_offered(lint, text: str) -> None:
    """In a lambda, a generator expression and the body of a class."""
    assert not any(finding.fix for finding in lint({"a.py": PROGRAM.format(text)}))
