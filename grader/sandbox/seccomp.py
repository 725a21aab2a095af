"""The seccomp layer: load the prebuilt filter of this machine and put it on.

What the filter lets through is said in `syscalls.py`. Applying it needs `no_new_privs`. It can't be taken
off, holds for threads started later, and there must be no other thread yet.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

from grader.sandbox import kernel
from grader.sandbox.syscalls import OWN_PID

_SET_MODE_FILTER = 1
_GET_ACTION_AVAIL = 2
_KILL_PROCESS = 0x8000_0000
_INSTRUCTION = 8
_NUMBERS = {"x86_64": 317, "aarch64": 277}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def why_missing() -> str | None:
    """Why this machine has no such layer, or None."""
    number = _NUMBERS.get(kernel.MACHINE)
    if number is None:
        return f"there is no filter for this architecture: {kernel.MACHINE}"
    try:
        kernel.syscall(number, _GET_ACTION_AVAIL, 0, ctypes.byref(ctypes.c_uint32(_KILL_PROCESS)))
    except OSError as error:
        return f"the kernel has no seccomp filters: {error.strerror}"
    return None


def load() -> bytes:
    """The prebuilt filter for this machine."""
    return Path(__file__).with_name("filters").joinpath(f"{kernel.MACHINE}.bpf").read_bytes()


def personal(template: bytes, pid: int) -> bytes:
    """`template` with `pid` where it says "the process's own number"."""
    mark = struct.pack("<I", OWN_PID)
    parts = [template[at : at + _INSTRUCTION] for at in range(0, len(template), _INSTRUCTION)]
    own = struct.pack("<I", pid)
    return b"".join(part[:4] + own if part[4:] == mark else part for part in parts)


def confine(template: bytes) -> None:
    """Let the calling process, which has one thread, do from now on only what the filter allows.

    Raises:
        OSError: The kernel refused the filter.
    """
    program = personal(template, os.getpid())
    filled = _Program(len(program) // _INSTRUCTION, program)
    kernel.syscall(_NUMBERS[kernel.MACHINE], _SET_MODE_FILTER, 0, ctypes.byref(filled))
