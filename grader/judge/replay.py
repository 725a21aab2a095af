"""Lets happen on the judge's side what the submission told: printed text, log records, warnings.

They are replayed in the order in which they happened, before the message that came with them is looked at, so `capsys`,
`redirect_stdout`, `caplog` and `pytest.warns` see them where they belong. Nothing in an event is trusted: text is text,
a warning's category has to be a class of warnings.
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable


def replay(event: list[Any], file: Callable[[str], str]) -> None:
    """`file` maps the name that the submission's side gives to a file. Raises what a filter makes of a warning."""
    match event:
        case [("stdout" | "stderr") as stream, str(text)]:
            getattr(sys, stream).write(text)
        case ["log", str(name), error, int(level), str(text), str(function), int(line)]:
            if error is not None and not isinstance(error, BaseException):
                raise ProtocolError("a log record of no exception")
            logger = logging.getLogger(name)
            if logger.isEnabledFor(level):
                raised = None if error is None else (type(error), error, error.__traceback__)
                logger.handle(
                    logger.makeRecord(name, level, "<submission>", line, text, (), raised, function)
                )
        case ["warning", str(text), category, str(told), int(line)]:
            if not (isinstance(category, type) and issubclass(category, Warning)):
                raise ProtocolError("a warning of no category")
            warnings.warn_explicit(text, category, file(told), max(1, line))
        case _:
            raise ProtocolError(f"not an event: {event!s:.80}")
