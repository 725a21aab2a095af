"""The facts of one file: bytes in, one immutable record out.

Facts depend on the file's bytes alone, so that they can be cached by content and made in other processes. A
file that can't be analysed has facts as well: a problem, and an empty tree.
"""

from __future__ import annotations

import gc
import re
import threading
from typing import TYPE_CHECKING, Any, Final

import msgspec

from . import tree
from .guard import refusal
from .positions import Positions
from .sources import DecodeProblem, decode

if TYPE_CHECKING:
    from collections.abc import Callable

STACK: Final = 512 * 1024 * 1024  # address space, touched only as far as a file is deep
RECURSION: Final = 30_000
_NOQA: Final = re.compile(
    r"#\s*noqa(?P<colon>:\s*(?P<codes>[A-Z][A-Z0-9]*(?:[\s,]+[A-Z][A-Z0-9]*)*))?", re.IGNORECASE
)
_UNUSED_COROUTINE: Final = re.compile(
    r"#\s*(?:type:\s*ignore|pyright:\s*ignore)\[[^\]]*\b(?:unused-coroutine|reportUnusedCoroutine)\b[^\]]*\]"
)
_DROPPED: Final = ("AWAIT201", "AWAIT205")


class Suppression(msgspec.Struct, frozen=True, array_like=True):
    """A `# noqa` comment: its line, its columns, and its codes (none: all)."""

    line: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    ours: bool = True  # a `noqa`; else a comment to a type checker


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """Why a file has no tree, in the words of the rule `SYNTAX`."""

    variant: str
    params: dict[str, str]
    line: int
    column: int


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What the analysis knows of a module before it looks at any other."""

    body: tuple[tree.Stmt, ...] = ()
    bound: tuple[str, ...] = ()
    tokens: int = 0
    suppressions: tuple[Suppression, ...] = ()
    problem: Problem | None = None


encode: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(Facts)


def load(content: bytes) -> Facts:
    """Facts from their encoded form.

    Raises:
        msgspec.DecodeError: not facts, or facts of another version.
    """
    return _decoder.decode(content)


def build(content: bytes) -> Facts:
    """The facts of a file's bytes. Never raises; call it where the stack is deep (`with_deep_stack`)."""
    try:
        text = decode(content)
    except DecodeProblem as error:
        params = {"detail": error.detail} if error.detail else {}
        return Facts(problem=Problem(error.variant, params, error.line, 1))
    refused = refusal(text)
    if refused is not None:
        return Facts(problem=Problem(refused[0], {"limit": refused[1]}, 1, 1))
    return _parse(text)


def _parse(text: str) -> Facts:
    from .parser import ParserSyntaxError, parse_module
    from .walk import walk

    collecting = gc.isenabled()
    gc.disable()  # the parser makes many objects and no cycles
    try:
        body, bound, tokens = walk(parse_module(text))
    except ParserSyntaxError as error:
        return Facts(problem=_syntax_problem(text, error))
    except Exception as error:  # noqa: BLE001 -- whatever the native parser throws is said as our limitation
        return Facts(problem=Problem("crashed", {"detail": f"{type(error).__name__}: {error}"[:200]}, 1, 1))
    finally:
        if collecting:
            gc.enable()
    return Facts(body, bound, tokens, suppressions(text))


def _syntax_problem(text: str, error: Any) -> Problem:
    """The running Python's own words about the mistake; the parser's when it alone refuses the file."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as said:
        line = max(said.lineno or 1, 1)
        return Problem("parse", {"detail": said.msg}, line, max(said.offset or 1, 1))
    except (ValueError, RecursionError, MemoryError) as said:
        return Problem("parse", {"detail": str(said)}, 1, 1)
    return Problem("crashed", {"detail": error.message}, max(error.raw_line, 1), max(error.raw_column, 0) + 1)


def suppressions(text: str) -> tuple[Suppression, ...]:
    """The `# noqa` comments of a file, and those that tell a type checker that a coroutine is dropped on
    purpose.
    """
    if _NOQA.search(text) is None and _UNUSED_COROUTINE.search(text) is None:
        return ()  # most files: no need to know which of their characters are comments
    positions = Positions(text)
    found = []
    for begin, end in positions.comments:
        match = _NOQA.search(text, begin, end)
        if match is not None:
            line, column = positions.place(match.start())
            codes = tuple(re.split(r"[\s,]+", match["codes"].upper())) if match["codes"] else ()
            found.append(Suppression(line, column, column + match.end() - match.start(), codes))
        elif (match := _UNUSED_COROUTINE.search(text, begin, end)) is not None:
            line, column = positions.place(match.start())
            width = match.end() - match.start()
            found.append(Suppression(line, column, column + width, _DROPPED, ours=False))
    return tuple(found)


def with_deep_stack(function: Callable[[], Any]) -> Any:
    """Run `function` in a thread whose stack is deep enough for deep sources; its result, or its exception.

    The recursion limit of the interpreter is raised meanwhile.
    """
    import sys

    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append((True, function()))
        except BaseException as error:  # noqa: BLE001 -- carried over to the caller's thread
            outcome.append((False, error))

    limit = sys.getrecursionlimit()
    size = threading.stack_size(STACK)
    try:
        sys.setrecursionlimit(max(limit, RECURSION))
        thread = threading.Thread(target=run, name="analysis")
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    sys.setrecursionlimit(limit)
    succeeded, value = outcome[0]
    if not succeeded:
        raise value
    return value
