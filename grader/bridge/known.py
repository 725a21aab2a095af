"""Objects that both processes have under the same name. They travel as that name and arrive as the local object.

The table is closed: a name that is not in it is a protocol error, so nobody can make the other side import anything.
Types are always safe to name. Functions are here only when they are pure: a name that reads a file, prints or evaluates
text would run on the wrong side.
"""

from __future__ import annotations

import abc
import asyncio
import builtins
import collections
import collections.abc
import concurrent.futures
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import io
import json
import logging
import math
import numbers
import operator
import pathlib
import queue
import string
import threading
import types
import uuid

LIBRARY: frozenset[type] = frozenset({
    asyncio.Future, asyncio.Task, asyncio.Queue, asyncio.PriorityQueue, asyncio.LifoQueue, asyncio.Event, asyncio.Lock,
    asyncio.Condition, asyncio.Semaphore, asyncio.BoundedSemaphore, asyncio.Barrier, asyncio.TaskGroup, asyncio.Timeout,
    asyncio.Runner, asyncio.Handle, asyncio.TimerHandle, asyncio.StreamReader,
    threading.Thread, threading.Timer, threading.Event, threading.Condition, threading.Semaphore,
    threading.BoundedSemaphore, threading.Barrier, threading.local,
    queue.Queue, queue.PriorityQueue, queue.LifoQueue,
    concurrent.futures.Future, concurrent.futures.Executor, concurrent.futures.ThreadPoolExecutor,
    contextlib.AsyncExitStack, contextlib.ExitStack, contextlib.ContextDecorator, contextlib.nullcontext,
    types.SimpleNamespace, functools.partial, string.Template, string.Formatter,
    logging.Logger, logging.Handler, logging.Formatter, logging.LogRecord, logging.Filter, logging.LoggerAdapter,
    io.StringIO, io.BytesIO,
})  # fmt: skip
"""Classes whose instances have stand-ins that really derive from them; see `library`."""

INTERFACES = (contextlib.AbstractContextManager, contextlib.AbstractAsyncContextManager,
              numbers.Number,
              collections.UserDict, collections.UserList, collections.UserString, collections.ChainMap,
              *(getattr(collections.abc, name) for name in collections.abc.__all__))  # fmt: skip
"""Abstract classes that a stand-in is registered with when it derives from one."""

_PURE = [
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytes",
    "callable",
    "chr",
    "divmod",
    "format",
    "hash",
    "hex",
    "id",
    "isinstance",
    "issubclass",
    "len",
    "max",
    "min",
    "oct",
    "ord",
    "pow",
    "repr",
    "round",
    "sorted",
    "sum",
]
# Never: KeyboardInterrupt, which would stop the judge's session; unittest.SkipTest, which would skip its test.
_EXCEPTIONS = [e for e in vars(builtins).values() if isinstance(e, type) and issubclass(e, BaseException)]
_EXCEPTIONS = [e for e in _EXCEPTIONS if e is not KeyboardInterrupt]
_LIBRARY = [
    abc.ABC, asyncio.CancelledError, asyncio.InvalidStateError, asyncio.QueueEmpty, asyncio.QueueFull,
    asyncio.IncompleteReadError, collections.ChainMap, collections.Counter, collections.OrderedDict,
    collections.defaultdict, collections.deque, dataclasses.FrozenInstanceError, datetime.date, datetime.datetime,
    datetime.time, datetime.timedelta, datetime.timezone, decimal.Decimal, decimal.DecimalException,
    decimal.DivisionByZero, decimal.InvalidOperation, enum.Enum, enum.Flag, enum.IntEnum, enum.IntFlag,
    fractions.Fraction, json.JSONDecodeError, pathlib.Path, pathlib.PurePath, pathlib.PosixPath, pathlib.PurePosixPath,
    queue.Empty, queue.Full, types.FunctionType, types.GeneratorType, types.MethodType, types.ModuleType,
    types.CoroutineType, types.AsyncGeneratorType, types.NoneType, types.SimpleNamespace, types.TracebackType,
    asyncio.BrokenBarrierError, asyncio.LimitOverrunError, threading.BrokenBarrierError, enum.StrEnum, enum.ReprEnum,
    concurrent.futures.BrokenExecutor, uuid.UUID,
]  # fmt: skip


def _table() -> dict[str, object]:
    table: dict[str, object] = {"NotImplemented": NotImplemented, "Ellipsis": Ellipsis}
    types_ = [t for t in vars(builtins).values() if isinstance(t, type) and not issubclass(t, BaseException)]
    for cls in [
        *types_,
        *_EXCEPTIONS,
        *_LIBRARY,
        *INTERFACES,
        *sorted(LIBRARY, key=lambda cls: cls.__name__),
    ]:
        table.setdefault(f"{cls.__module__}.{cls.__qualname__}", cls)
    for name in _PURE:
        table.setdefault(f"builtins.{name}", getattr(builtins, name))
    for module in (math, operator):
        for name, value in vars(module).items():
            if not name.startswith("_") and callable(value):
                table.setdefault(f"{module.__name__}.{name}", value)
    for cls in (str, int, float, bytes, tuple, frozenset):
        for name, value in vars(cls).items():
            if not name.startswith("_") and callable(value):
                table.setdefault(f"builtins.{cls.__name__}.{name}", value)
    return table


OBJECTS = _table()
NAMES = {id(value): name for name, value in OBJECTS.items()}

IMMUTABLE_BASES = (int, float, complex, str, bytes, tuple, frozenset)
"""A submission's subclass of these has a value of that type besides its own attributes."""

CONTAINER_BASES = (collections.OrderedDict, collections.Counter, collections.defaultdict, dict, list, set, bytearray,
                   collections.deque)  # fmt: skip
"""A submission's subclass of these is a twin besides its own attributes."""
