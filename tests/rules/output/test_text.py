"""The report for people, compared whole."""

from __future__ import annotations

from rules.findings import ChainLink, Edit, Finding, Fix
from rules.output.text import render, rule_line, statistics_table, summary

REPORT = """\
app.py:4:2: LOOP101 blocking-sleep: it sleeps
  4 |     time.sleep(1)
    |     ^^^^^^^^^^^^^
  = fix: Replace it
    + import asyncio
    -     time.sleep(1)
    +     await asyncio.sleep(1)

菜.py:1:11: AWAIT201 unawaited-coroutine: 没有 await
  1 | 汤 = "好喝"; 肉.煮()
    |              ^^^^^^^

2 calls reach `requests.get` (util.py:4):

app.py:5:5: LOOP110 blocking-call-chain: work blocks
  5 |     work()
    |     ^^^^^^
  = work  app.py:5
  = └─ util.read  load.py:2
  =    └─ requests.get  util.py:4  blocks here

b.py:9:1: LOOP110 blocking-call-chain: read blocks
  = read  b.py:9
  = └─ requests.get  util.py:4  blocks here

Found 4 findings in 3 files.
1 of them can be fixed with `--fix`.
1 more can be fixed with `--unsafe-fixes`.
"""


def one(path: str = "a.py", line: int = 1, column: int = 1, end: int = 2, **more: object) -> Finding:
    return Finding(path, line, column, line, end, "LOOP101", "blocking-sleep", "m", **more)  # type: ignore[arg-type]


def test_a_report_shows_place_source_chain_and_fix(findings: list[Finding], sources: dict[str, str]) -> None:
    findings[1] = Finding("菜.py", 1, 11, 1, 16, "AWAIT201", "unawaited-coroutine", "没有 await")
    assert render(findings, sources.get) == REPORT


def test_a_report_in_chinese(findings: list[Finding], sources: dict[str, str]) -> None:
    assert render(findings, sources.get, lang="zh-CN").splitlines()[-3:] == [
        "3 个文件里共有 4 处问题。",
        "其中 1 处可以用 `--fix` 修复。",
        "另有 1 处可以用 `--unsafe-fixes` 修复。",
    ]


def test_a_chain_that_is_alone_stands_at_its_line(sources: dict[str, str]) -> None:
    """Only calls that share what blocks them stand together, after the others."""
    link = ChainLink("util.py", 4, 1, "requests.get")
    chain = Finding("a.py", 2, 1, 2, 5, "LOOP110", "blocking-call-chain", "m", chain=(link,))
    lines = render([one(), chain, one(line=3)], sources.get).splitlines()
    assert [line.split(": ")[0] for line in lines if line.startswith("a.py")] == [
        "a.py:1:1",
        "a.py:2:1",
        "a.py:3:1",
    ]


def test_nothing_found_is_said() -> None:
    assert render([], {}.get) == "No findings: nothing blocks the event loop, nothing is left unawaited.\n"


def test_colour_changes_no_text(findings: list[Finding], sources: dict[str, str]) -> None:
    coloured = render(findings, sources.get, colour=True)
    assert "\033[1;31mLOOP101\033[0m" in coloured
    for sequence in ("\033[1m", "\033[1;31m", "\033[31m", "\033[2m", "\033[32m", "\033[0m"):
        coloured = coloured.replace(sequence, "")
    assert coloured == render(findings, sources.get)


def test_statistics_count_the_rules(findings: list[Finding], sources: dict[str, str]) -> None:
    assert render(findings, sources.get, statistics=True).split("\n\n")[-1] == (
        "2  LOOP110   blocking-call-chain\n"
        "1  AWAIT201  unawaited-coroutine\n"
        "1  LOOP101   blocking-sleep\n"
        "4  in all\n"
    )
    assert statistics_table([one()] * 10)[0] == "10  LOOP101   blocking-sleep"


def test_what_could_drive_a_terminal_is_shown_as_an_escape() -> None:
    text = render(
        [one("a\x1b]0;x\x07.py", end=9, chain=(ChainLink("p\x1b.py", 1, 1, "n\u202e"),))],
        {"a\x1b]0;x\x07.py": "x = '\x1b[2J\u202e'\n"}.get,
    )
    assert text.splitlines()[:4] == [
        "a\\x1b]0;x\\x07.py:1:1: LOOP101 blocking-sleep: m",
        "  1 | x = '\\x1b[2J\\u202e'",
        "    | ^^^^^^^^^^^",
        "  = n\\u202e  p\\x1b.py:1  blocks here",
    ]


def test_a_long_line_is_cut_around_the_place() -> None:
    source = "a" * 300 + "BBB" + "c" * 300
    shown = render([one(column=301, end=304)], {"a.py": source}.get).splitlines()[1:3]
    assert shown == ["  1 | …" + "a" * 58 + "BBB" + "c" * 58 + "…", "    | " + " " * 59 + "^^^"]


def test_a_place_that_is_longer_than_the_screen_is_cut() -> None:
    shown = render([one(column=1, end=400)], {"a.py": "b" * 500}.get).splitlines()[1:3]
    assert shown == ["  1 | " + "b" * 60 + "…", "    | " + "^" * 61]


def test_a_line_that_is_not_there_is_not_shown() -> None:
    assert render([one(line=7)], {"a.py": "x\n"}.get).splitlines()[1] == ""


def test_a_finding_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    finding = Finding("a.py", 1, 3, 2, 2, "LOOP101", "blocking-sleep", "m")
    assert render([finding], {"a.py": "x f(\n)\n"}.get).splitlines()[1:3] == ["  1 | x f(", "    |   ^^"]


def test_a_fix_without_effect_is_not_shown() -> None:
    nothing = Fix("safe", "nothing", ())
    assert "fix" not in render([one(fix=nothing)], {"a.py": "x\n"}.get).split("Found")[0]
    assert "nothing" not in render([one(fix=Fix("safe", "nothing", (Edit(1, 1, 1, 2, "y"),)))], {}.get)


def test_one_finding_is_counted_as_one() -> None:
    assert render([one()], {}.get).splitlines()[-1] == "Found 1 finding."
    assert render([one(), one(line=2)], {}.get).splitlines()[-1] == "Found 2 findings in 1 file."


def test_more_is_said_only_after_some() -> None:
    """Where nothing can be fixed safely, the unsafe fixes are not "more"."""
    finding = one(fix=Fix("unsafe", "m", ()))
    assert summary([finding]).splitlines()[1:] == ["It can be fixed with `--unsafe-fixes`."]
    assert summary([finding, one()]).splitlines()[1:] == ["1 of them can be fixed with `--unsafe-fixes`."]
    safe = one(fix=Fix("safe", "m", ()))
    assert summary([safe]).splitlines()[1:] == ["It can be fixed with `--fix`."]
    assert summary([safe, finding, finding]).splitlines()[1:] == [
        "1 of them can be fixed with `--fix`.",
        "2 more can be fixed with `--unsafe-fixes`.",
    ]


def test_a_rule_in_a_list_says_whether_it_is_on() -> None:
    assert [rule_line("LOOP101"), rule_line("LOOP112")] == [
        "LOOP101   blocking-sleep",
        "LOOP112   blocking-metadata  (off by default)",
    ]
