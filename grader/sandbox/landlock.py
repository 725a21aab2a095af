"""The Landlock layer: of all files the process may open only those that are listed, for reading.

Works for any user on Linux 5.13 and newer, and needs nothing mounted or installed. Rules hang on files and
folders, not on names, and hold for what is beneath a folder. What older versions (ABI 1 to 6) do not know is
stopped by seccomp in any case: truncating (3), TCP (4), device ioctls (5), signals to others and abstract
unix sockets (6). ABI 7 adds log flags, of which none is needed here. Landlock lets `stat` pass: that a path
exists, and its size, can be learnt.
"""

from __future__ import annotations

import ctypes
import os
import stat
from typing import TYPE_CHECKING, Final

from grader.sandbox import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

READ_FILE: Final = 1 << 2
READ_DIR: Final = 1 << 3
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""ABI -> how many file rights exist from it on."""
_NET_TCP = 0b11
_SCOPES = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that the running kernel speaks; 0 when it has none or it is switched off."""
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def handled(version: int) -> tuple[int, int, int]:
    """What a ruleset of that ABI forbids unless a rule allows it: file and TCP rights, scopes (bits)."""
    rights = max(count for since, count in _RIGHTS.items() if since <= version)
    return (1 << rights) - 1, _NET_TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0


class Ruleset:
    """A set of rules that processes can put on; owns a descriptor."""

    def __init__(self, version: int) -> None:
        """Forbid everything that ABI `version` can forbid."""
        files, net, scoped = handled(version)
        attributes = _Ruleset(files, net, scoped)
        size = 8 if version < 4 else 16 if version < 6 else 24
        self.descriptor = kernel.syscall(_CREATE_RULESET, ctypes.byref(attributes), size, 0)

    def allow_reading(self, paths: Iterable[str]) -> None:
        """Allow to read those files and what is beneath those folders; what does not exist is left out."""
        for path in paths:
            try:
                opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                folder = stat.S_ISDIR(os.fstat(opened).st_mode)
                self._allow(opened, READ_FILE | READ_DIR if folder else READ_FILE)
            finally:
                os.close(opened)

    def allow_listing(self, paths: Iterable[str]) -> None:
        """Allow to list those folders and all folders beneath them, without reading their files."""
        for path in paths:
            try:
                opened = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                self._allow(opened, READ_DIR)
            finally:
                os.close(opened)

    def _allow(self, opened: int, rights: int) -> None:
        rule = _PathBeneath(rights, opened)
        kernel.syscall(_ADD_RULE, self.descriptor, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)

    @staticmethod
    def confine(descriptor: int) -> None:
        """Put the rules behind `descriptor` on the calling thread, and close it.

        Needs `no_new_privs`, and holds for what the thread starts.
        """
        kernel.syscall(_RESTRICT_SELF, descriptor, 0)
        os.close(descriptor)
