"""System calls that Python has no function for, by ctypes, with errors as OSError.

Everything goes through the C library's `syscall` or its named wrapper; nothing is started and no program is
needed. Import it before confinement: loading ctypes reads files.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
from contextlib import suppress
from typing import Final

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

MACHINE: Final = platform.machine()
"""`x86_64` or `aarch64` on the machines that have a filter."""

PR_SET_PDEATHSIG: Final = 1
PR_GET_DUMPABLE: Final = 3
PR_SET_DUMPABLE: Final = 4
PR_SET_KEEPCAPS: Final = 8
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
PR_GET_NO_NEW_PRIVS: Final = 39
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4

CLONE_NEWNS: Final = 0x0002_0000
CLONE_NEWUTS: Final = 0x0400_0000
CLONE_NEWIPC: Final = 0x0800_0000
CLONE_NEWUSER: Final = 0x1000_0000
CLONE_NEWNET: Final = 0x4000_0000

MS_RDONLY: Final = 1
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18
MNT_DETACH: Final = 2

CAP_DAC_READ_SEARCH: Final = 2
_CAPABILITY_VERSION_3: Final = 0x2008_0522

_CLOSE_RANGE: Final = 436
_PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}


def prctl(option: int, argument: int = 0, third: int = 0) -> int:
    """`prctl(2)` with integer arguments."""
    return _checked(_libc.prctl(option, *(ctypes.c_ulong(value) for value in (argument, third, 0, 0))))


def die_with(parent: int) -> bool:
    """Be killed when the parent dies. False: it has died already, and `parent` is the parent no more."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent


def syscall(number: int, *arguments: object) -> int:
    """`syscall(2)`. Integers are passed as longs; ctypes objects (`byref`, arrays) as they are."""
    return _checked(_libc.syscall(ctypes.c_long(number), *(_argument(value) for value in arguments)))


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` (CLONE_NEW...) names for new ones."""
    _checked(_libc.unshare(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """`mount(2)`."""
    _checked(
        _libc.mount(
            os.fsencode(source),
            os.fsencode(target),
            kind.encode(),
            ctypes.c_ulong(flags),
            data.encode() or None,
        ),
        target,
    )


def unmount(target: str) -> None:
    """Take a mount out of this namespace; what is still open of it stays usable."""
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), target)


def pivot_root(new: str, old: str) -> None:
    """Make `new` this namespace's root and move the former one to `old`, a folder beneath it."""
    syscall(_PIVOT_ROOT[MACHINE], ctypes.c_char_p(os.fsencode(new)), ctypes.c_char_p(os.fsencode(old)))


def set_capabilities(kept: int) -> None:
    """Make the bit set `kept` the permitted and effective capabilities of this thread, and inherit none."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low, high = kept & 0xFFFF_FFFF, kept >> 32
    data = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    _checked(_libc.capset(header, data))


def close_from(first: int) -> None:
    """Close every descriptor from `first` on."""
    try:
        syscall(_CLOSE_RANGE, first, 0xFFFF_FFFF, 0)
    except (
        OSError
    ):  # before Linux 5.9; `os.closerange` would go through a billion numbers where the limit is one
        for number in [int(entry.name) for entry in os.scandir("/proc/self/fd")]:
            if number >= first:
                with suppress(OSError):  # the one of the listing itself
                    os.close(number)


def capabilities() -> int:
    """The bit set of permitted and effective capabilities of this thread."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    _checked(_libc.capget(header, data))
    return data[0] | data[1] | (data[3] | data[4]) << 32


def _argument(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(result: int, about: str | None = None) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), about)
    return result
