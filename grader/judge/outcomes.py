"""What a phase of a test says about the submission: a verdict's kind and its words.

Only the exception decides, and who it belongs to: an assertion is the suite's unless it came over the bridge; what ends
a simulation has names of its own. Words that quote the suite go into `message`, words about the submission alone into
`explanation`, so that feedback can show the one without the other.
"""

from __future__ import annotations

import asyncio
import builtins
import traceback
from collections import Counter, deque
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.bridge.signatures import is_stand_in
from grader.bridge.simulation.clock import SECOND
from grader.bridge.simulation.errors import Bound, Deadlock, Endless, PeerGone, ProtocolError, SimulationError
from grader.judge.verdicts import Frame, Kind
from grader.locale import _
from grader.sandbox.launcher import ExitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from grader.bridge.simulation.handover import Waiting
    from grader.judge.connection import Connection
    from grader.judge.own_words import OwnWords

LONGEST = 4_000
"""Characters of a message."""
MOST_FRAMES = 10
"""Lines of the submission in a traceback: the innermost."""
MOST_WAITING = 12
"""Tasks and threads that an explanation names."""


class Outcome(msgspec.Struct, frozen=True):
    """How a phase ended that did not pass."""

    kind: Kind
    message: str = ""
    where: str | None = None
    explanation: str | None = None
    trace: tuple[Frame, ...] = ()


def of_exception(
    error: BaseException, connection: Connection, places: Mapping[str, str], own: OwnWords
) -> Outcome:
    """`places`: this side's copies of the submission's files -> the names that the student knows."""
    if isinstance(error, SimulationError):
        return of_simulation(error, connection, own)
    where = innermost(error.__traceback__, places, own)
    text = cut(_message(error))
    if connection.endpoint.imports.find(error) is not None:
        told = _("Your code raised {error}.").format(error=_name(error))
        return Outcome(Kind.ERROR, text, where, told, own_frames(error.__traceback__, places, own))
    if _is_assertion(error):
        return Outcome(Kind.FAILED, text, where)
    explained = _explained(error, where)
    return Outcome(Kind.ERROR, text, where, explained, own_frames(error.__traceback__, places, own))


def of_import(error: Exception, places: Mapping[str, str], own: OwnWords, *, first: bool) -> Outcome:
    """The submission cannot be imported: its own words say why, and where.

    `first`: nothing else of it was imported before, so it has met nothing of the suite that it could tell.
    """
    where = innermost(error.__traceback__, places, own)
    if isinstance(error, SyntaxError) and error.lineno:
        where = own.place_of_name(error.filename or "", error.lineno)
    said = _one_line(error)
    text = _("Your file cannot be imported: {error}.").format(error=said if first else _name(error))
    return Outcome(Kind.ERROR, said, where, text, own_frames(error.__traceback__, places, own))


def of_ending(connection: Connection, own: OwnWords) -> Outcome:
    """The process of the submission is gone: how did it go?"""
    limits, ending, place = connection.limits, connection.ending(), connection.place()
    match ending.kind:
        case ExitKind.CPU_LIMIT:
            text = _("It computed for {seconds} seconds without coming to an end.").format(
                seconds=_number(limits.cpu)
            )
            return _with_waiting(Kind.CPU_LIMIT, text, [place] if place else [], own, computing=True)
        case ExitKind.WALL_LIMIT:
            text = _("It was not done after {seconds} real seconds.").format(seconds=_number(limits.wall))
            return _with_waiting(Kind.WALL_LIMIT, text, [place] if place else [], own, computing=True)
        case ExitKind.MEMORY:
            size = limits.memory // 2**20
            return _crashed(
                _("Your program needed more memory than the {size} MB that it may have.").format(size=size)
            )
        case ExitKind.THREAD_LIMIT:
            return _crashed(
                _("Your program had more than {count} threads at once.").format(count=limits.threads)
            )
        case ExitKind.KILLED:  # by the judge: it lives, and has closed its end of the line
            return _interfered("the connection was closed")
    if ending.signal is not None:
        name = getattr(ending.signal, "name", str(ending.signal))
        text = _("The process of your program was ended by the signal {signal}.").format(signal=name)
        return _with_waiting(Kind.CRASHED, text, [place] if place else [], own, computing=True)
    return _crashed(
        _("Your program ended its own process (exit code {code}): nothing after that can be tested.").format(
            code=ending.code
        )
    )


def _interfered(message: str) -> Outcome:
    text = _("Your program interfered with the connection to the grader.")
    return Outcome(Kind.PROTOCOL, message, None, text)


def _crashed(text: str) -> Outcome:
    return Outcome(Kind.CRASHED, "", None, text)


def of_simulation(error: BaseException, connection: Connection, own: OwnWords) -> Outcome:
    """The end of a simulation, in words about the submission alone."""
    match error:
        case Deadlock():
            text = _("Nothing can ever go on: everything waits for something that never comes.")
            return _with_waiting(Kind.DEADLOCKED, text, error.waiting, own)
        case Endless():
            return _with_waiting(Kind.ENDLESS, _endless(error), error.waiting, own)
        case PeerGone():
            return of_ending(connection, own)
        case ProtocolError():
            return _interfered(str(error)[:200])
    return Outcome(Kind.ERROR, repr(error)[:200])


def _endless(error: Endless) -> str:
    match error.bound:
        case Bound.virtual_time:
            return _("It was still not done after {seconds} virtual seconds.").format(
                seconds=_number(error.amount / SECOND)
            )
        case Bound.turns:
            return _("It goes on for ever without time passing: a loop that awaits, but never waits.")
    return _("It goes on for ever: time passes in ever more small steps, and it does not come to an end.")


def _with_waiting(
    kind: Kind, text: str, waiting: Iterable[Waiting], own: OwnWords, *, computing: bool = False
) -> Outcome:
    """Only what the submission's side says of its own lines is shown: the suite's tasks are hidden."""
    told = [
        (each, place) for each in waiting if each.side == "S" and (place := own.place(each.file, each.line))
    ]
    counted = Counter(_waits(each, own, computing=computing) for each, _place in told)
    lines = [sentence if count == 1 else f"{sentence} (×{count})" for sentence, count in counted.items()]
    if len(lines) > MOST_WAITING:
        more = len(lines) - MOST_WAITING
        lines[MOST_WAITING:] = [_("… and {count} more.").format(count=more)]
    return Outcome(kind, "", told[0][1] if told else None, "\n".join([text, *lines]))


def _waits(each: Waiting, own: OwnWords, *, computing: bool) -> str:
    """Who waits for what and where, one sentence. Names that are not the submission's own words are left out."""
    place = _("{file}, line {line}").format(file=each.file, line=each.line)
    if function := own.function(each.function):
        place = _("{place}, in {function}").format(place=place, function=function)
    if computing:
        return _("It was in {place}.").format(place=place)
    who = own.name(each.name) or (_("A task") if each.kind == "task" else _("A thread"))
    if what := own.awaited(each.awaits):
        return _("{name} waits for {what}: {place}.").format(name=who, what=what, place=place)
    return _("{name} is here: {place}.").format(name=who, place=place)


def _is_assertion(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_assertion(each) for each in error.exceptions)
    return isinstance(error, (AssertionError, pytest.fail.Exception))


def _message(error: BaseException) -> str:
    if isinstance(error, AssertionError):
        return str(error) or "assert"
    if isinstance(error, pytest.fail.Exception):
        return str(error)
    return "".join(traceback.format_exception_only(error)).strip()


def _one_line(error: BaseException) -> str:
    if isinstance(error, SyntaxError):  # its usual text begins with where the file is here
        return cut(f"{type(error).__name__}: {error.msg}", 300)
    return cut("".join(traceback.format_exception_only(error)).strip().partition("\n")[0], 300)


def _name(error: BaseException) -> str:
    """The exception's type, where Python knows it: a submission can put a hidden test's arguments into a message, and
    into the name of a type of its own; a type of the suite's is called as the suite likes."""
    for kind in type(error).__mro__:
        if any(getattr(module, kind.__name__, None) is kind for module in (builtins, asyncio)):
            return kind.__name__
    return "Exception"


def _explained(error: BaseException, where: str | None) -> str | None:
    """An exception of the suite's own code may hold expected values; one with a line of the submission does not."""
    if isinstance(error, TimeoutError):
        return _(
            "The test gave up waiting: your code had not finished in the time that it should take at most."
        )
    if where is None:
        return _("The test could not use what your code gave it ({error}).").format(error=_name(error))
    return _("Your code raised {error}.").format(error=_name(error))


def innermost(trace: TracebackType | None, places: Mapping[str, str], own: OwnWords) -> str | None:
    """The innermost line of the submission in a traceback, "kitchen.py:12"."""
    frames = own_frames(trace, places, own)
    return f"{frames[-1].file}:{frames[-1].line}" if frames else None


def own_frames(trace: TracebackType | None, places: Mapping[str, str], own: OwnWords) -> tuple[Frame, ...]:
    """The lines of the submission in a traceback, the innermost last."""
    found: deque[Frame] = deque(maxlen=MOST_FRAMES)
    while trace is not None:
        code = trace.tb_frame.f_code
        name = places.get(code.co_filename)
        if name is not None and own.place(name, trace.tb_lineno) and not is_stand_in(trace.tb_frame):
            found.append(Frame(str(PurePosixPath(name)), trace.tb_lineno, cut(code.co_name, 100)))
        trace = trace.tb_next
    return tuple(found)


def cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _number(value: float) -> str:
    return f"{value:,.6g}" if value < 1e6 else f"{value:,.0f}"
