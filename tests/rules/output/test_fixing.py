"""Fixes round by round, against an analysis that is played here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rules.analysis.sources import decode
from rules.findings import Edit, Finding, Fix
from rules.output.fixing import ROUNDS, encode, fix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def finding(path: str, *edits: Edit, how: Literal["safe", "unsafe"] = "safe") -> Finding:
    return Finding(path, 1, 1, 1, 2, "AWAIT201", "unawaited-coroutine", "m", fix=Fix(how, "m", edits))


def insert(text: str, line: int = 1, column: int = 1) -> Edit:
    return Edit(line, column, line, column, text)


def player(
    files: Mapping[str, bytes], find: Callable[[str, str], list[Finding]]
) -> tuple[Callable[[Mapping[str, bytes]], list[Finding]], Callable[[str], bytes]]:
    """An analysis that asks `find(path, text)` about every file, and a reader of them."""

    def lint(overlay: Mapping[str, bytes]) -> list[Finding]:
        return [item for path in files for item in find(path, decode(overlay.get(path, files[path])))]

    return lint, files.__getitem__


def test_rounds_go_on_until_nothing_is_left() -> None:
    """A fix may make room for the next one."""
    lint, read = player(
        {"a.py": b"x\n"}, lambda path, text: [finding(path, insert("x"))] if len(text) < 5 else []
    )
    fixed = fix(lint, read, decode, unsafe=False)
    assert (fixed.before, fixed.after, fixed.count, fixed.left) == (
        {"a.py": b"x\n"},
        {"a.py": b"xxxx\n"},
        3,
        [],
    )


def test_rounds_end_when_fixes_do_not() -> None:
    lint, read = player({"a.py": b"x\n"}, lambda path, _: [finding(path, insert("x"))])
    assert fix(lint, read, decode, unsafe=False).count == ROUNDS


def test_unsafe_fixes_are_for_those_who_ask() -> None:
    lint, read = player(
        {"a.py": b"x\n"},
        lambda path, text: [finding(path, insert("y"), how="unsafe")] if "y" not in text else [],
    )
    assert fix(lint, read, decode, unsafe=False).after == {}
    assert len(fix(lint, read, decode, unsafe=False).left) == 1
    assert fix(lint, read, decode, unsafe=True).after == {"a.py": b"yx\n"}


def test_what_would_not_compile_is_not_taken() -> None:
    lint, read = player({"a.py": b"x\n"}, lambda path, _: [finding(path, insert("("))])
    fixed = fix(lint, read, decode, unsafe=False)
    assert (fixed.after, fixed.count, len(fixed.left)) == ({}, 0, 1)


def test_one_bad_fix_does_not_hold_up_the_others() -> None:
    def find(path: str, text: str) -> list[Finding]:
        good = [finding(path, insert("y", 2))] if "y" not in text else []
        return [finding(path, insert("(")), *good]

    lint, read = player({"a.py": b"x\nz\n"}, find)
    assert fix(lint, read, decode, unsafe=False).after == {"a.py": b"x\nyz\n"}


def test_a_file_that_cannot_be_read_is_left_alone() -> None:
    def read(path: str) -> bytes:
        raise PermissionError(path)

    fixed = fix(lambda _: [finding("a.py", insert("x"))], read, decode, unsafe=False)
    assert (fixed.after, fixed.count) == ({}, 0)


def test_the_encoding_and_the_byte_order_mark_are_kept() -> None:
    gbk = "# coding: gbk\n汤 = 1\n".encode("gbk")
    assert encode("# coding: gbk\n汤 = 2\n", gbk) == "# coding: gbk\n汤 = 2\n".encode("gbk")
    assert encode("汤", b"\xef\xbb\xbfx") == b"\xef\xbb\xbf" + "汤".encode()
    assert encode("汤", b"x") == "汤".encode()


def test_a_file_in_its_own_encoding_is_fixed_in_it() -> None:
    content = "# coding: gbk\r\n汤()\r\n".encode("gbk")
    lint, read = player(
        {"a.py": content}, lambda path, text: [finding(path, insert("y = ", 2))] if "y" not in text else []
    )
    assert fix(lint, read, decode, unsafe=False).after == {
        "a.py": "# coding: gbk\r\ny = 汤()\r\n".encode("gbk")
    }
