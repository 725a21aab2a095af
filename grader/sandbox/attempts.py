"""Attempts of a submission to do harm, made in a real sandbox process: for `grader doctor` and the tests.

An attempt returns what it achieved, or raises what stopped it. The same attempts run unconfined (`isolation
none`) in the tests, to show that they would do harm there. `main` is an entry for a zygote: it reads one JSON
list of (name, argument) and writes one JSON line for each.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import json
import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.sandbox import kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.limits import Limits

ENTRY: Final = "grader.sandbox.attempts:main"
_NUMBERS: Final = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "io_uring_setup": 425, "unshare": 272, "pidfd_getfd": 438,
        "shmget": 29, "shmctl": 31, "bpf": 321, "keyctl": 250, "perf_event_open": 298, "userfaultfd": 323,
        "mount": 165, "open_by_handle_at": 304, "clone": 56, "tgkill": 234, "seccomp": 317, "truncate": 76,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "io_uring_setup": 425, "unshare": 97, "pidfd_getfd": 438,
        "shmget": 194, "shmctl": 195, "bpf": 280, "keyctl": 219, "perf_event_open": 241, "userfaultfd": 282,
        "mount": 40, "open_by_handle_at": 265, "clone": 220, "tgkill": 131, "seccomp": 277, "truncate": 45,
    },
}  # fmt: skip
_PTRACE_ATTACH: Final = 16
_PTRACE_DETACH: Final = 17
_CLONE_NEWUSER: Final = 0x1000_0000


def main(channel: socket.socket, files_root: str, limits: Limits) -> None:
    """Make the attempts that the other end of `channel` asks for, in order."""
    del files_root, limits
    with channel.makefile("rwb") as stream:
        asked = json.loads(stream.readline())
        for name, argument in asked:
            stream.write(json.dumps(_attempt(name, argument)).encode() + b"\n")
            stream.flush()


def _attempt(name: str, argument: str) -> dict[str, object]:
    try:
        return {"done": True, "detail": ATTEMPTS[name](argument)}
    except OSError as error:
        return {"done": False, "detail": f"{type(error).__name__}: {error.strerror}", "code": error.errno}
    except Exception as error:  # noqa: BLE001  # whatever stopped it is the answer
        return {"done": False, "detail": f"{type(error).__name__}: {error}"}


def _call(name: str, *arguments: object) -> int:
    return kernel.syscall(_NUMBERS[kernel.MACHINE][name], *arguments)


def read_file(path: str) -> str:
    """Read a file that is none of the submission's business."""
    return f"read {len(Path(path).read_bytes())} bytes of {path}"


def list_folder(path: str) -> str:
    """List a folder."""
    return f"listed {len(list(Path(path).iterdir()))} entries of {path}"


def write_file(path: str) -> str:
    """Leave a file behind."""
    Path(path).write_text("I was here")
    return f"wrote {path}"


def delete_file(path: str) -> str:
    """Delete a file."""
    Path(path).unlink()
    return f"deleted {path}"


def truncate_file(path: str) -> str:
    """Empty a file by its name: Landlock stops this from ABI 3 on only."""
    _call("truncate", ctypes.c_char_p(os.fsencode(path)), 0)
    return f"emptied {path}"


def write_own(argument: str) -> str:
    """Write beside the submission."""
    return write_file(argument or "left-behind.txt")


def shared_memory(_: str) -> str:
    """Make a System V shared memory segment, which outlives processes."""
    segment = _call("shmget", 0, 4096, 0o1600)
    _call("shmctl", segment, 0, None)
    return f"made segment {segment}"


def memory_file(_: str) -> str:
    """Make a file in memory, which no limit on address space counts."""
    os.close(os.memfd_create("hoard"))
    return "made a file in memory"


def fork(_: str) -> str:
    """Start a process that outlives this one."""
    child = os.fork()
    if child == 0:
        with suppress(OSError):
            os.setsid()
        while True:
            threading.Event().wait(60)
    return f"started process {child}"


def execute(_: str) -> str:
    """Become another program. Succeeds by ending this one."""
    os.execv(sys.executable, [sys.executable, "-S", "-c", ""])  # noqa: S606  # no shell is meant


def bare_clone(_: str) -> str:
    """Start a process with the bare system call."""
    child = _call("clone", 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return f"started process {child}"


def tcp(argument: str) -> str:
    """Reach a server."""
    with socket.create_connection(("127.0.0.1", int(argument)), timeout=5):
        return "connected"


def tcp_socket(_: str) -> str:
    """Make a TCP socket."""
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    return "made a TCP socket"


def udp_socket(_: str) -> str:
    """Make a UDP socket."""
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    return "made a UDP socket"


def unix_socket(_: str) -> str:
    """Make a unix socket, to connect to a service of the machine."""
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()
    return "made a unix socket"


def netlink_socket(_: str) -> str:
    """Talk to the kernel's network configuration."""
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
    return "made a netlink socket"


def datagram_pair(_: str) -> str:
    """Make a pair of datagram sockets, which can write to any named socket."""
    for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
        end.close()
    return "made a datagram pair"


def pass_descriptor(_: str) -> str:
    """Send a descriptor over a socket."""
    here, there = socket.socketpair()
    with here, there:
        socket.send_fds(here, [b"x"], [2])
    return "sent a descriptor"


def signal_parent(_: str) -> str:
    """Signal the process that watches over this one."""
    os.kill(os.getppid(), 0)
    return f"may signal {os.getppid()}"


def signal_group(_: str) -> str:
    """Signal everybody in the process group."""
    os.kill(0, 0)
    return "may signal its process group"


def signal_thread_of_parent(_: str) -> str:
    """Signal the parent's thread, past a filter of kill."""
    _call("tgkill", os.getppid(), os.getppid(), 0)
    return f"may signal thread {os.getppid()}"


def trace_parent(_: str) -> str:
    """Take over the parent."""
    parent = os.getppid()
    _call("ptrace", _PTRACE_ATTACH, parent, 0, 0)
    os.waitpid(parent, 0x4000_0000)
    _call("ptrace", _PTRACE_DETACH, parent, 0, 0)
    return f"traced {parent}"


def read_memory_of_parent(_: str) -> str:
    """Read the parent's memory (any answer about the memory itself shows that it may)."""
    data = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(data), 8)
    try:
        _call("process_vm_readv", os.getppid(), ctypes.byref(vector), 1, ctypes.byref(vector), 1, 0)
    except OSError as error:
        if error.errno != errno.EFAULT:
            raise
    return f"may read memory of {os.getppid()}"


def take_descriptor_of_parent(_: str) -> str:
    """Take the parent's control line."""
    os.close(_call("pidfd_getfd", os.pidfd_open(os.getppid()), 3, 0))
    return "took descriptor 3 of the parent"


def io_uring(_: str) -> str:
    """Make an io_uring, whose operations no filter sees."""
    os.close(_call("io_uring_setup", 1, (ctypes.c_char * 120)()))
    return "made an io_uring"


def user_namespace(_: str) -> str:
    """Become root of a namespace of its own."""
    _call("unshare", _CLONE_NEWUSER)
    return "made a user namespace"


def another_filter(_: str) -> str:
    """Ask what filters the kernel knows: the call itself should be out of reach."""
    _call("seccomp", 2, 0, ctypes.byref(ctypes.c_uint32(0x8000_0000)))
    return "may call seccomp"


def kernel_keyring(_: str) -> str:
    """Look into the session's keyring."""
    return f"keyring {_call('keyctl', 0, -3, 1)}"


def privileges(_: str) -> str:
    """Be root, or have a capability."""
    ids, held = os.getresuid(), kernel.capabilities()
    if 0 not in ids and not held & ~(1 << kernel.CAP_DAC_READ_SEARCH):
        raise LookupError(f"user {ids[0]}, no capability")
    return f"users {ids}, capabilities {held:#x}"


def new_privileges(_: str) -> str:
    """Be able to get privileges from a set-uid program."""
    if kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS):
        raise LookupError("no program can give it privileges")
    return "set-uid programs give it privileges"


def be_traced(_: str) -> str:
    """Be open to other processes of the user, and to core files."""
    if not kernel.prctl(kernel.PR_GET_DUMPABLE):
        raise LookupError("no other process may look into it")
    return "other processes may look into it"


def become_root(_: str) -> str:
    """Become root (again)."""
    os.setresuid(0, 0, 0)
    return "became root"


def become_dumpable(_: str) -> str:
    """Let other processes trace this one, and leave core files."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    return "became dumpable"


def outlive_zygote(_: str) -> str:
    """Not be killed when the zygote dies."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, 0)
    return "took the parent-death signal off"


def raise_limits(_: str) -> str:
    """Lift a limit."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
    return "changed a limit"


def leave_core(_: str) -> str:
    """Run on every core, away from the one it was given."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    return "chose its cores"


def environment(_: str) -> str:
    """Find something in the environment, its own or that which the process was started with."""
    found = {name for name in os.environ if name != "LC_CTYPE"}
    if not found:
        raise LookupError("the environment is empty")
    return f"found {sorted(found)}"


def open_descriptors(_: str) -> str:
    """Find an open descriptor besides its own four."""
    found = []
    for number in range(4, 1024):
        with suppress(OSError):
            os.fstat(number)
            found.append(number)
    if not found:
        raise LookupError("no other descriptor is open")
    return f"found {found}"


def much_memory(argument: str) -> str:
    """Use that many bytes."""
    return f"used {len(bytes(int(argument)))} bytes"


def many_threads(argument: str) -> str:
    """Have that many threads at once."""
    until = threading.Event()
    try:
        for _ in range(int(argument)):
            threading.Thread(target=until.wait, daemon=True).start()
    finally:
        until.set()
    return f"had {argument} threads"


def hold_threads(argument: str) -> str:
    """Have that many threads at once, and keep them."""
    for _ in range(int(argument)):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    return sleep("")


def many_descriptors(argument: str) -> str:
    """Have that many open descriptors."""
    opened = []
    try:
        for _ in range(int(argument)):
            opened.append(os.dup(2))  # noqa: PERF401  # what was opened has to be closed when it fails
    finally:
        for number in opened:
            os.close(number)
    return f"had {argument} descriptors"


def spin(_: str) -> str:
    """Use processor time without end."""
    while True:
        pass


def sleep(_: str) -> str:
    """Use real time without end."""
    while True:
        threading.Event().wait(60)


def flood(argument: str) -> str:
    """Write that many bytes to standard error, which somebody has to keep."""
    for _ in range(0, int(argument), 4096):
        os.write(2, b"x" * 4096)
    return f"wrote {argument} bytes"


def crash(_: str) -> str:
    """Crash the interpreter."""
    ctypes.string_at(0)
    return "survived"


def event_loop(_: str) -> str:
    """Not harm: run an event loop with a thread, as submissions do."""
    return asyncio.run(_in_thread())


async def _in_thread() -> str:
    return await asyncio.to_thread("ran an event loop and {}".format, "a thread")


ATTEMPTS: Final[dict[str, Callable[[str], str]]] = {
    attempt.__name__: attempt
    for attempt in (
        read_file, list_folder, write_file, delete_file, truncate_file, write_own, shared_memory, memory_file,
        fork, execute, bare_clone, tcp, tcp_socket, udp_socket, unix_socket, netlink_socket, datagram_pair,
        pass_descriptor, signal_parent, signal_group, signal_thread_of_parent, trace_parent,
        read_memory_of_parent, take_descriptor_of_parent, io_uring, user_namespace, another_filter,
        kernel_keyring, privileges, new_privileges, be_traced, become_root, become_dumpable, outlive_zygote,
        raise_limits, leave_core, environment, open_descriptors, much_memory, many_threads, many_descriptors,
        hold_threads, spin, sleep, flood, crash, event_loop,
    )
}  # fmt: skip
"""Name -> attempt."""
