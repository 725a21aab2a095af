"""The filters of both architectures: what is in the repository is, and does, what the list says.

They run in a small interpreter of classic BPF here, so that the one for aarch64 is tested on any machine.
"""

from __future__ import annotations

import errno
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox import seccomp, seccomp_build, syscalls
from grader.sandbox.syscalls import ARCHITECTURES, NEWEST_KNOWN

PID = 4321
KILL = "kill"
ALLOW = "allow"
MACHINES = sorted(ARCHITECTURES)


def run(program: bytes, number: int, *arguments: int, architecture: int) -> str | int:
    """Run a filter on one system call: ALLOW, KILL, or the errno that it answers."""
    six = [value & (1 << 64) - 1 for value in (*arguments, *[0] * (6 - len(arguments)))]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *six)
    code = list(struct.iter_unpack("<HBBI", program))
    at, accumulator = 0, 0
    while True:
        operation, if_true, if_false, operand = code[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, operand)
            case 0x54:
                accumulator &= operand
            case 0x15:
                at += if_true if accumulator == operand else if_false
            case 0x25:
                at += if_true if accumulator > operand else if_false
            case 0x35:
                at += if_true if accumulator >= operand else if_false
            case 0x06:
                break
            case _:
                pytest.fail(f"unknown instruction {operation:#x}")
    if operand == 0x7FFF_0000:
        return ALLOW
    return KILL if operand == 0x8000_0000 else operand & 0xFFFF


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    """Each architecture."""
    name: str = request.param
    return name


def verdict(machine: str, name: str, *arguments: int) -> str | int:
    """What the filter in the repository says about a call by name."""
    architecture, numbers = ARCHITECTURES[machine]
    program = seccomp.personal((seccomp_build.FOLDER / f"{machine}.bpf").read_bytes(), PID)
    return run(program, numbers[name], *arguments, architecture=architecture)


def test_prebuilt_is_what_the_builder_makes(machine: str) -> None:
    """Else: python -m grader.sandbox.seccomp_build."""
    assert (seccomp_build.FOLDER / f"{machine}.bpf").read_bytes() == seccomp_build.build(machine)


def test_the_builder_writes_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file for each architecture, and nothing else is in the folder."""
    monkeypatch.setattr(seccomp_build, "FOLDER", tmp_path / "filters")
    before = sorted(file.name for file in Path(syscalls.__file__).with_name("filters").iterdir())
    seccomp_build.main()
    assert (
        sorted(file.name for file in (tmp_path / "filters").iterdir())
        == before
        == [f"{m}.bpf" for m in MACHINES]
    )


def test_every_call_gets_its_verdict(machine: str) -> None:
    """Names on the lists, with arguments that fail every check; everything else that is known is refused."""
    architecture, numbers = ARCHITECTURES[machine]
    program = seccomp_build.build(machine)
    by_number = {number: name for name, number in numbers.items()}
    for number in range(NEWEST_KNOWN + 1):
        name = by_number.get(number)
        got = run(program, number, *[0xDEAD_BEEF] * 6, architecture=architecture)
        if name in syscalls.ALLOWED:
            expected: str | int = ALLOW
        elif name in syscalls.CHANGES_FILES:
            expected = errno.EROFS
        elif name in syscalls.TOO_NEW:
            expected = errno.ENOSYS
        elif name in syscalls.CHECKED:
            expected = syscalls.CHECKED[name].otherwise
        else:
            expected = errno.EPERM
        assert got == expected, name


def test_names_have_numbers() -> None:
    """Each name is on one list only, and every one has a number on x86-64; aarch64 lacks only old calls."""
    lists = [*syscalls.ALLOWED, *syscalls.CHANGES_FILES, *syscalls.TOO_NEW, *syscalls.CHECKED]
    assert len(lists) == len(set(lists))
    assert set(lists) == set(syscalls.X86_64)
    assert set(syscalls.AARCH64) <= set(lists)
    assert len(set(syscalls.X86_64.values())) == len(syscalls.X86_64)
    assert len(set(syscalls.AARCH64.values())) == len(syscalls.AARCH64)


@pytest.mark.parametrize(
    ("machine_name", "header"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_numbers_are_the_kernels(machine_name: str, header: str) -> None:
    """Compared with the kernel's own headers where they are installed."""
    if not Path(header).exists():
        pytest.skip(f"{header} is not installed")
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text()))
    found["newfstatat"] = found.get("newfstatat", found.get("fstatat"))
    numbers = ARCHITECTURES[machine_name][1]
    assert {name: int(found[name]) for name in numbers if found.get(name)} == numbers


def test_threads_yes_processes_no(machine: str) -> None:
    """clone with exactly the flags of a thread; clone3 does not exist."""
    thread = 0x3D0F00
    assert verdict(machine, "clone", thread) == ALLOW
    assert verdict(machine, "clone", thread | 0x400000) == ALLOW
    for flags in (
        17,
        0,
        0x4111,
        thread | 0x1000_0000,
        thread & ~0x10000,
        thread | 0x2000_0000,
        thread | 0x80,
    ):
        assert verdict(machine, "clone", flags) == errno.EPERM
    assert verdict(machine, "clone3") == errno.ENOSYS


def test_files_are_opened_for_reading(machine: str) -> None:
    """Every flag that writes or makes something is refused as on a read-only file system."""
    read_only = {"O_RDONLY": 0, "O_CLOEXEC": 0o2000000, "O_DIRECTORY x86": 0o200000, "O_PATH": 0o10000000}
    for flags in read_only.values():
        assert verdict(machine, "openat", 0, 0, flags) == ALLOW
    for flags in (1, 2, 3, 0o100, 0o1000, 0o2000, 0o20000000 | 0o200000, 0o2000000 | 1):
        assert verdict(machine, "openat", 0, 0, flags) == errno.EROFS
    if machine == "x86_64":
        assert (verdict(machine, "open", 0, 0), verdict(machine, "open", 0, 0o101)) == (ALLOW, errno.EROFS)


def test_signals_to_itself(machine: str) -> None:
    """Its own process number is written into the filter when it is put on."""
    for name in ("kill", "tgkill"):
        assert verdict(machine, name, PID) == ALLOW
        for other in (0, 1, -1 & 0xFFFF_FFFF, PID + 1, syscalls.OWN_PID):
            assert verdict(machine, name, other) == errno.EPERM


def test_sockets(machine: str) -> None:
    """Connected unix streams only, without addresses and out-of-band data."""
    assert verdict(machine, "socketpair", 1, 1 | 0o2000000 | 0o4000) == ALLOW
    for family, kind in ((1, 2), (1, 5), (2, 1), (16, 3), (1, 1 | 0x100)):
        assert verdict(machine, "socketpair", family, kind) == errno.EPERM
    assert verdict(machine, "sendto", 3, 0, 9, 0x4000, 0, 0) == ALLOW
    assert verdict(machine, "sendto", 3, 0, 9, 0x1, 0, 0) == errno.EPERM
    assert verdict(machine, "sendto", 3, 0, 9, 0, 0x7000, 16) == errno.EPERM
    assert verdict(machine, "sendto", 3, 0, 9, 0, 0x7000_0000_0000, 16) == errno.EPERM
    assert verdict(machine, "recvfrom", 3, 0, 9, 0x40) == ALLOW
    assert verdict(machine, "recvfrom", 3, 0, 9, 0x1) == errno.EPERM


def test_other_arguments(machine: str) -> None:
    """Limits are read and not set; descriptors and devices do plain things; the process only names itself."""
    assert verdict(machine, "prlimit64", 0, 7, 0, 0x7000) == ALLOW
    assert verdict(machine, "prlimit64", PID, 7, 0, 0x7000) == ALLOW
    assert verdict(machine, "prlimit64", 0, 7, 0x7F00_0000_0000, 0) == errno.EPERM
    assert verdict(machine, "prlimit64", 1, 7, 0, 0x7000) == errno.EPERM
    assert verdict(machine, "fcntl", 1, 3) == ALLOW
    assert verdict(machine, "fcntl", 1, 8) == errno.EPERM
    assert verdict(machine, "ioctl", 1, 0x5401) == ALLOW
    assert verdict(machine, "ioctl", 1, 0x5412) == errno.ENOTTY
    assert verdict(machine, "prctl", 15) == ALLOW
    for option in (1, 4, 22, 35, 38):
        assert verdict(machine, "prctl", option) == errno.EPERM


@settings(database=None, deadline=None)
@given(
    number=st.integers(0, 2**32 - 1), arguments=st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6)
)
def test_any_call_has_a_verdict(number: int, arguments: list[int]) -> None:
    """The program ends on every input; another architecture kills; younger calls do not exist."""
    for machine_name, (architecture, numbers) in ARCHITECTURES.items():
        program = seccomp_build.build(machine_name)
        got = run(program, number, *arguments, architecture=architecture)
        assert run(program, number, *arguments, architecture=architecture ^ 1) == KILL
        if machine_name == "x86_64" and number >= 0x4000_0000:
            assert got == KILL
        elif number > NEWEST_KNOWN:
            assert got == errno.ENOSYS
        elif number not in numbers.values():
            assert got == errno.EPERM


def test_this_machine_has_filters() -> None:
    """Or says why not."""
    reason = seccomp.why_missing()
    assert reason is None or reason.startswith(("there is no filter", "the kernel has no seccomp filters"))


def test_another_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The architecture is named."""
    monkeypatch.setattr(seccomp.kernel, "MACHINE", "riscv64")
    assert seccomp.why_missing() == "there is no filter for this architecture: riscv64"
