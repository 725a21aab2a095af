"""What the files say of the standard library exists: in this Python, or in the version that is noted here."""

from __future__ import annotations

import importlib
import multiprocessing
import select
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from rules.knowledge import FOLDER
from rules.knowledge.toml import read

# Names that a supported Python or platform lacks.
LATER = {
    "3.12": (
        "pathlib.Path.walk",
        "pathlib.Path.is_junction",
        "pathlib.PurePath.with_segments",
        "os.path.isjunction",
        "os.DirEntry.is_junction",
        "inspect.markcoroutinefunction",
        "itertools.batched",
        "typing.override",
    ),
    "3.13": (
        "os.path.isdevdrive",
        "dbm.sqlite3",
        "warnings.deprecated",
        "concurrent.futures.interpreter",
        "glob.translate",
    ),
    "3.14": (
        "pathlib.Path.copy",
        "pathlib.Path.copy_into",
        "pathlib.Path.move",
        "pathlib.Path.move_into",
        "concurrent.futures.InterpreterPoolExecutor",
    ),
}
GONE = {
    "3.12": ("pathlib.Path.link_to", "ssl.wrap_socket"),
    "3.13": ("telnetlib", "pathlib._local", "typing.io"),
}
ELSEWHERE = {
    "msvcrt": "Windows",
    "os.chflags": "BSD",
    "os.lchmod": "BSD",
    "pathlib.Path.lchmod": "BSD",
    "select.kqueue": "BSD",
    "select.devpoll": "Solaris",
    "selectors.KqueueSelector": "BSD",
    "selectors.DevpollSelector": "Solaris",
    "asyncio.ProactorEventLoop": "Windows",
    "asyncio.windows_events": "Windows",
    "os.P_NOWAITO": "not everywhere",
    "dbm.gnu": "a build option",
    "dbm.ndbm": "a build option",
    "sqlite3.Connection.load_extension": "a build option",
    "nt": "Windows",
    "tkinter": "a build option",
    "httplib": "Python 2",
    "typing_extensions": "no part of it",
}
# Old places and private ones of other versions, listed so that code that uses them is understood.
OTHER_VERSIONS = (
    "pathlib._local",
    "typing.io",
    "asyncio.EventLoop",
    "_sqlite3",
    "_asyncio",
    "tempfile.mktemp",
    "glob.glob0",
    "glob.glob1",
)
FACTORIES: dict[str, Any] = {
    "threading.Lock": type(threading.Lock()),
    "threading.RLock": type(threading.RLock()),
    "select.poll": type(select.poll()),
    "csv.writer": None,
}


def resolve(name: str) -> bool:
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        module = ".".join(parts[:count])
        try:
            found = importlib.import_module(module)
        except ImportError:
            continue
        place = module
        for part in parts[count:]:
            place = f"{place}.{part}"
            if not hasattr(found, part):
                return False
            found = FACTORIES.get(place) or getattr(found, part)
        return True
    return False


def listed(name: str, prefixes: Any) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def names() -> list[str]:
    folder = FOLDER / "stdlib"
    known = read([(path.name, path.read_bytes()) for path in sorted(folder.glob("*.toml"))])
    tables: list[Any] = [getattr(known, field) for field in known.__struct_fields__ if field != "closes"]
    found = {name for table in tables for name in table} | set(known.aliases.values())
    return sorted(name.removesuffix(".*") for name in found if not name.startswith("*."))


# Attributes of instances and results that have no public class of their own.
INSTANCES = (
    "sys.stdin",
    "_csv.Writer",
    "asyncio._AsCompletedIterator",
    "ssl.wrap_socket",
    "xmlrpc.client.ServerProxy",
    "multiprocessing.pool.MapResult",
    "typing.AsyncIterator.__anext__",
    "asyncio.Condition.acquire",
    "threading.Condition.acquire",
    "multiprocessing.synchronize.Condition.acquire",
    "multiprocessing.synchronize.Lock.acquire",
    "multiprocessing.synchronize.RLock.acquire",
    "multiprocessing.synchronize.Semaphore.acquire",
)


@pytest.mark.skipif(sys.platform != "linux", reason="the lists below are those of Linux")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_name_exists() -> None:
    version = f"3.{sys.version_info.minor}"
    absent = [
        prefix
        for since, prefixes in LATER.items()
        if int(since[2:]) > sys.version_info.minor
        for prefix in prefixes
    ]
    absent += [
        prefix
        for since, prefixes in GONE.items()
        if int(since[2:]) <= sys.version_info.minor
        for prefix in prefixes
    ]
    missing = [
        name
        for name in names()
        if not listed(name, (*absent, *ELSEWHERE, *OTHER_VERSIONS, *INSTANCES)) and not resolve(name)
    ]
    assert missing == [], f"not in Python {version}"


def test_factories_are_what_they_say() -> None:
    assert isinstance(
        multiprocessing.get_context(), importlib.import_module("multiprocessing.context").BaseContext
    )


def test_the_folder_has_no_empty_file() -> None:
    assert [
        path.name for path in Path(FOLDER).rglob("*.toml") if not path.read_text(encoding="utf-8").strip()
    ] == []
