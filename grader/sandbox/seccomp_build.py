"""Build the filters in `filters/` from `syscalls.py`: `python -m grader.sandbox.seccomp_build`.

A filter is classic BPF: 8-byte instructions (code, jump if true, jump if false, operand) that read `struct
seccomp_data`. The program is one straight list, so that it can be read beside its source:

    wrong architecture          -> kill the process
    x32 numbers (x86-64)        -> kill the process
    for each call: is it this?  -> its verdict
    number above the newest     -> ENOSYS
    anything else               -> EPERM

It is built beforehand because the process that applies it should hold no assembler and lose no time.
"""

from __future__ import annotations

import errno
import struct
from pathlib import Path
from typing import Final, NamedTuple

from grader.sandbox.syscalls import (
    ALLOWED,
    ARCHITECTURES,
    CHANGES_FILES,
    CHECKED,
    FIRST,
    NEWEST_KNOWN,
    TOO_NEW,
    Checked,
    Test,
)

FOLDER: Final = Path(__file__).with_name("filters")

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_GREATER = 0x25  # BPF_JMP | BPF_JGT | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

_ALLOW = 0x7FFF_0000
_KILL_PROCESS = 0x8000_0000
_ERRNO = 0x0005_0000

_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32_BIT = 0x4000_0000


class Instruction(NamedTuple):
    """One instruction; jumps count from the next one."""

    code: int
    operand: int
    if_true: int = 0
    if_false: int = 0

    def pack(self) -> bytes:
        """The 8 bytes of `struct sock_filter`, little-endian as both machines are."""
        return struct.pack("<HBBI", self.code, self.if_true, self.if_false, self.operand)


def build(machine: str) -> bytes:
    """The filter for `machine` (a key of ARCHITECTURES), as an array of `struct sock_filter`."""
    architecture, numbers = ARCHITECTURES[machine]
    program = [
        Instruction(_LOAD, _ARCHITECTURE_AT),
        Instruction(_EQUAL, architecture, 1, 0),
        Instruction(_RETURN, _KILL_PROCESS),
        Instruction(_LOAD, _NUMBER_AT),
    ]
    if machine == "x86_64":
        program += [Instruction(_AT_LEAST, _X32_BIT, 0, 1), Instruction(_RETURN, _KILL_PROCESS)]
    verdicts = _verdicts()
    order = sorted(verdicts, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    for name in order:
        if name in numbers:
            block = verdicts[name]
            program += [Instruction(_EQUAL, numbers[name], 0, len(block)), *block]
    program += [
        Instruction(_GREATER, NEWEST_KNOWN, 0, 1),
        _refuse(errno.ENOSYS),
        _refuse(errno.EPERM),
    ]
    return b"".join(instruction.pack() for instruction in program)


def _verdicts() -> dict[str, list[Instruction]]:
    """What to do for each call; every block ends with a return on all its paths."""
    verdicts = {name: [Instruction(_RETURN, _ALLOW)] for name in ALLOWED}
    verdicts |= {name: [_refuse(errno.EROFS)] for name in CHANGES_FILES}
    verdicts |= {name: [_refuse(errno.ENOSYS)] for name in TOO_NEW}
    verdicts |= {name: _check(checked) for name, checked in CHECKED.items()}
    return verdicts


def _check(checked: Checked) -> list[Instruction]:
    block: list[Instruction] = []
    for test in checked.tests:
        condition = _condition(test)
        block += [*condition, _refuse(checked.otherwise)]
    return [*block, Instruction(_RETURN, _ALLOW)]


def _condition(test: Test) -> list[Instruction]:
    """Jump over the next instruction (a refusal) when the test holds, run into it when not."""
    low = _ARGUMENTS_AT + 8 * test.argument
    if test.wide:
        return [
            Instruction(_LOAD, low),
            Instruction(_EQUAL, 0, 0, 2),
            Instruction(_LOAD, low + 4),
            Instruction(_EQUAL, 0, 1, 0),
        ]
    block = [Instruction(_LOAD, low)]
    if test.mask != 0xFFFF_FFFF:
        block.append(Instruction(_AND, test.mask))
    last = len(test.values) - 1
    block += [Instruction(_EQUAL, value, last - at + 1, 0) for at, value in enumerate(test.values)]
    return block


def _refuse(code: int) -> Instruction:
    return Instruction(_RETURN, _ERRNO | code)


def main() -> None:
    """Write the filter of every architecture."""
    FOLDER.mkdir(exist_ok=True)
    for machine in ARCHITECTURES:
        (FOLDER / f"{machine}.bpf").write_bytes(build(machine))


if __name__ == "__main__":
    main()
