"""Files of the suite's temporary folder, as if they were here.

A suite makes a file in `tmp_path` and hands its path over; a submission opens it, or writes one there. The folder is on
the judge's side, so what the submission does with paths in it is asked for: `open`, `os.stat`, `os.listdir` and their
kin, which `pathlib` and `shutil` are made of. The judge serves only what lies at or below a path that the suite gave.
"""

from __future__ import annotations

import builtins
import errno
import functools
import io
import os
import stat
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.bridge.endpoint import Endpoint


class SharedFile(io.BytesIO):
    """An open file of the other side; what was written goes back at `flush` and `close`."""

    def __init__(self, files: Files, path: str, content: bytes, *, readable: bool, writable: bool) -> None:
        super().__init__(content)
        self._files = files
        self.name = path
        self._is_readable, self._is_writable = readable, writable
        self._is_dirty = False

    def readable(self) -> bool:
        return self._is_readable

    def writable(self) -> bool:
        return self._is_writable

    def read(self, size: int | None = -1, /) -> bytes:
        if not self._is_readable:
            raise io.UnsupportedOperation("not readable")
        return super().read(size)

    def write(self, data: Any, /) -> int:
        if not self._is_writable:
            raise io.UnsupportedOperation("not writable")
        self._is_dirty = True
        return super().write(data)

    def truncate(self, size: int | None = None, /) -> int:
        self._is_dirty = True
        return super().truncate(size)

    def flush(self) -> None:
        super().flush()
        if self._is_dirty:
            self._is_dirty = False
            self._files.ask("write", self.name, self.getvalue())

    def close(self) -> None:
        if not self.closed:
            self.flush()
        super().close()


class Entry:
    """As `os.DirEntry`."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        self.path = os.path.join(folder, name)  # noqa: PTH118 - what `os` gives is text

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - nothing here is a link
        return os.path.isdir(self.path)  # noqa: PTH112

    def is_file(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002
        return os.path.isfile(self.path)  # noqa: PTH113

    def is_symlink(self) -> bool:
        return False

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:  # noqa: ARG002
        return os.stat(self.path)  # noqa: PTH116

    def __fspath__(self) -> str:
        return self.path


class Entries:
    """As the iterator of `os.scandir`."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Entry]:
        return self._entries

    def __next__(self) -> Entry:
        return next(self._entries)

    def __enter__(self) -> Entries:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())


class Files:
    """The judge tells which folder is shared as soon as the suite gives a path in it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._folder = ""
        self._current: str | None = None
        self._open = io.open
        self._is_installed = False

    def share(self, folder: str, current: str | None) -> None:
        """Paths in `folder` are the other side's; `current` is its working folder, when that is one of them."""
        self._folder, self._current = folder, current
        if not self._is_installed:
            self._is_installed = True
            self._install()

    def ask(self, action: str, path: str, *more: Any) -> Any:
        return self._endpoint.ask("file", action, path, *more)

    def find(self, path: Any) -> str | None:
        """The shared path that is meant, None for any other."""
        try:
            text = os.fsdecode(path)
        except TypeError:
            return None
        if not text.startswith("/"):
            if self._current is None or text == "":
                return None
            text = f"{self._current}/{text}"
        text = os.path.normpath(text)
        return text if text == self._folder or text.startswith(self._folder + "/") else None

    def open(
        self, file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, errors: str | None = None,
        newline: str | None = None, closefd: bool = True, opener: Callable[..., int] | None = None,
    ) -> IO[Any]:  # fmt: skip
        """As `open`."""
        path = None if isinstance(file, int) else self.find(file)
        kind = mode.replace("b", "").replace("t", "").replace("+", "")
        if path is None or kind not in tuple("rwax"):
            return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if "b" in mode and encoding is not None:
            raise ValueError("binary mode doesn't take an encoding argument")
        content = self.ask("open", path, kind)
        raw = SharedFile(
            self, path, content, readable=kind == "r" or "+" in mode, writable=kind != "r" or "+" in mode
        )
        if kind == "a":
            raw.seek(0, io.SEEK_END)
        if "b" in mode:
            return raw
        return io.TextIOWrapper(raw, encoding or "utf-8", errors, newline, line_buffering=buffering == 1)

    def _install(self) -> None:
        builtins.open = io.open = self.open  # type: ignore[assignment]
        self._wrap("stat", lambda path, **_: os.stat_result(self.ask("stat", path)))
        self._wrap("lstat", lambda path, **_: os.stat_result(self.ask("stat", path)))
        self._wrap("access", self._access)
        self._wrap("listdir", lambda path: list(self.ask("list", path)))
        self._wrap("scandir", lambda path: Entries([Entry(path, name) for name in self.ask("list", path)]))
        for name in ("mkdir", "rmdir", "remove", "unlink"):
            action = "remove" if name == "unlink" else name
            self._wrap(name, lambda path, *_, action=action, **__: self.ask(action, path))
        for name in ("rename", "replace"):
            self._wrap(name, lambda path, to, **_: self.ask("rename", path, self.find(to) or os.fsdecode(to)))
        here, here_bytes, go = os.getcwd, os.getcwdb, os.chdir
        os.getcwd = lambda: self._current or here()
        os.getcwdb = lambda: os.fsencode(self._current) if self._current else here_bytes()

        def chdir(path: Any) -> None:
            shared = self.find(path)
            if shared is None:
                go(path)
            elif not stat.S_ISDIR(self.ask("stat", shared)[0]):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            self._current = shared

        os.chdir = chdir

    def _access(self, path: str, _mode: int, **_: Any) -> bool:
        try:
            self.ask("stat", path)
        except OSError:
            return False
        return True

    def _wrap(self, name: str, shared: Callable[..., Any]) -> None:
        real = getattr(os, name)

        @functools.wraps(real)
        def call(*args: Any, **kwargs: Any) -> Any:
            path = self.find(args[0] if args else kwargs.get("path", "."))
            if path is None:
                return real(*args, **kwargs)
            kwargs.pop("path", None)
            return shared(path, *args[1:], **kwargs)

        setattr(os, name, call)
