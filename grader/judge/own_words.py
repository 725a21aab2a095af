"""Which words about a submission may be told to its student whatever a test hides: its own, and Python's.

A submission runs with the arguments of hidden tests in its hands, and everything that it says of itself is a claim: the
name of a task, of a function, of an exception's type, the file and the line where it is. A name can be made of an
argument (`create_task(pot, name=dish)`), and a name that the suite chose can come back as one. So a word is told only
if it stands in the files that were handed in or is a name of the standard library's, and a line only if there is one.
What is left to a submission is to choose among its own words, as it chooses the line at which it fails.
"""

from __future__ import annotations

import builtins
import re
import sys
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.bridge.simulation import recording
from grader.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST = 4 << 20
"""Bytes of a file that are looked at."""
_LIBRARIES = frozenset(
    [
        "asyncio",
        "concurrent",
        "contextlib",
        "queue",
        "select",
        "selectors",
        "socket",
        "subprocess",
        "threading",
        "time",
    ]
)
_SCOPES = frozenset(["locals", "lambda", "module", "genexpr", "listcomp", "setcomp", "dictcomp"])
"""What Python puts between angle brackets into the names of functions."""


class OwnWords:
    """`places`: this side's copies of the submission's files -> the names that the student knows."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {name: text for copy, name in self._places.items() if (text := _read(copy))}

    @cached_property
    def _lines(self) -> dict[str, int]:
        return {name: len(text.splitlines()) for name, text in self._texts.items()}

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for text in self._texts.values() for word in re.findall(r"\w+", text))

    def place(self, file: str, line: int) -> str | None:
        """ "kitchen.py:12", if there is such a line (or the one after the last: where a file ends too early)."""
        name = str(PurePosixPath(file))
        return f"{name}:{line}" if 0 < line <= self._lines.get(name, -1) + 1 else None

    def told_place(self, text: str | None) -> str | None:
        """The same for a place that is told as a text."""
        file, _colon, line = (text or "").rpartition(":")
        return self.place(file, int(line)) if line.isascii() and line.isdigit() and len(line) < 9 else None

    def place_of_name(self, filename: str, line: int) -> str | None:
        """The same for a file of which only the last part of the name counts."""
        last = PurePosixPath(filename).name
        return next(
            (
                found
                for name in self._lines
                if PurePosixPath(name).name == last and (found := self.place(name, line))
            ),
            None,
        )

    def name(self, text: str) -> str:
        """The name of a task or a thread, if the submission says it as it is; else ""."""
        quoted = (f'"{text}"', f"'{text}'")
        return (
            text
            if text and any(quote in source for source in self._texts.values() for quote in quoted)
            else ""
        )

    def function(self, qualified: str) -> str:
        """The name of one of its functions, or ""."""
        return qualified if _consists_of(qualified, self._words | _SCOPES) else ""

    def exception(self, name: str) -> str:
        """The name of an exception's type: Python's or its own."""
        known = getattr(builtins, name, None)
        return name if isinstance(known, type) or name in self._words else "Exception"

    def awaited(self, what: str) -> str:
        """What a task or a thread waits for, or ""."""
        match what:
            case recording.OTHER_SIDE:
                return _("something of the test")
            case recording.NEXT_TURN:
                return _("its next turn")
        return what if _consists_of(what, self._words | _SCOPES | _library_words()) else ""


def _consists_of(name: str, words: Iterable[str]) -> bool:
    parts = [part for part in re.split(r"[.<>]+", name) if part]
    return bool(parts) and all(part in words for part in parts)


def _read(copy: str) -> str:
    """ "" for a file that is not there (a full disk), or is no text."""
    try:
        with Path(copy).open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""


@cache
def _library_words() -> frozenset[str]:
    """Names of what a program of the standard library can wait in."""
    words = {"Future", "Task", "Lock", "RLock", *_LIBRARIES}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _LIBRARIES:
            words.update(vars(module))
            for value in list(vars(module).values()):
                if isinstance(value, type):
                    words.update(vars(value))
    return frozenset(words)
