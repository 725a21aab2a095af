"""Remembers facts by content and findings by run, in one SQLite file of the user's cache folder.

Several processes may use it at once. A cache never makes a run fail: a damaged file is made anew, a locked
or forbidden one is done without. What it holds belongs to one version of the analyzer (its code and its
knowledge).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from rules.findings import RawFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LARGEST: Final = 300_000_000  # bytes; beyond, everything is forgotten
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS facts (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
)
_PARAMETERS_AT_ONCE: Final = 500


class Result(msgspec.Struct, frozen=True, array_like=True):
    """A run's findings, and what else they depend on: files read besides those listed (path, modified,
    size), and what the file system said of other paths.
    """

    findings: tuple[RawFinding, ...]
    files: tuple[tuple[str, int, int], ...]
    asked: dict[str, bool]


def folder() -> Path:
    """Where the cache lives: GRADER_CACHE_DIR, else the platform's place for caches."""
    chosen = os.environ.get("GRADER_CACHE_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("async-grader")


def digest(*parts: bytes) -> bytes:
    """A key for these bytes."""
    state = blake2b(digest_size=20)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


def engine_stamp() -> bytes:
    """Changes whenever the analyzer's code or knowledge does: sizes and times of its files."""
    home = str(Path(__file__).parent.parent)
    found = []
    for place, folders, files in os.walk(home):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            if name.endswith((".py", ".toml", ".msgpack")):
                state = os.stat(os.path.join(place, name))
                found.append(f"{place}/{name} {state.st_mtime_ns} {state.st_size}")
    return digest("\n".join(sorted(found)).encode())


class Cache:
    """The cache file; every method does nothing, or finds nothing, when there is none."""

    def __init__(self, path: Path | None) -> None:
        self.stamp = engine_stamp() if path is not None else b""
        self._connection = _open(path) if path is not None else None

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def facts(self, contents: Iterable[bytes]) -> dict[bytes, bytes]:
        """The encoded facts that are known for these digests of contents."""
        keys = {digest(self.stamp, key): key for key in contents}
        found: dict[bytes, bytes] = {}
        waiting = list(keys)
        while waiting and self._connection is not None:
            some, waiting = waiting[:_PARAMETERS_AT_ONCE], waiting[_PARAMETERS_AT_ONCE:]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, value FROM facts WHERE key IN ({marks})"  # noqa: S608 -- question marks only
            try:
                for key, value in self._connection.execute(query, some):
                    found[keys[key]] = value
            except sqlite3.Error:
                self.close()
        return found

    def keep_facts(self, made: Sequence[tuple[bytes, bytes]]) -> None:
        """Remember (digest of content, encoded facts)."""
        rows = [(digest(self.stamp, key), value) for key, value in made]
        self._write("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)

    def result(self, key: bytes) -> Result | None:
        """The findings of a run with this key, if nothing that they depend on has changed."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT value FROM results WHERE key = ?", (key,)).fetchone()
            found = msgspec.msgpack.decode(row[0], type=Result) if row is not None else None
        except (sqlite3.Error, msgspec.MsgspecError):
            return None
        return found if found is not None and _unchanged(found) else None

    def keep_result(self, key: bytes, result: Result) -> None:
        self._write("INSERT OR REPLACE INTO results VALUES (?, ?)", [(key, msgspec.msgpack.encode(result))])

    def _write(self, statement: str, rows: Sequence[tuple[bytes, bytes]]) -> None:
        if self._connection is None or not rows:
            return
        try:
            with self._connection:
                self._connection.executemany(statement, rows)
        except sqlite3.Error:
            self.close()


def _unchanged(result: Result) -> bool:
    for path, modified, size in result.files:
        try:
            state = os.stat(path)
        except OSError:
            return False
        if state.st_mtime_ns != modified or state.st_size != size:
            return False
    return all(
        (os.path.isdir(path) if path.endswith(os.sep) else os.path.isfile(path)) == there
        for path, there in result.asked.items()
    )


def _open(path: Path) -> sqlite3.Connection | None:
    for attempt in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > _LARGEST:
                path.unlink(missing_ok=True)
            connection = sqlite3.connect(path, timeout=5, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=OFF")
                for table in _TABLES:
                    connection.execute(table)
                connection.execute("SELECT count(*) FROM (SELECT 1 FROM facts LIMIT 1)").fetchone()
            except sqlite3.Error:
                connection.close()
                raise
        except sqlite3.OperationalError:
            return None  # locked or read-only: do without
        except sqlite3.DatabaseError:
            if attempt:
                return None
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    Path(f"{path}{suffix}").unlink(missing_ok=True)
        except OSError:
            return None
        else:
            return connection
    return None
