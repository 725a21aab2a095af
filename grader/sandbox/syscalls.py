"""The list of system calls that a submission may use, as data, for x86-64 and aarch64.

`ALLOWED` is what CPython, its threads and asyncio need; `CHECKED` is allowed with certain arguments only.
Everything else that existed when this list was written is refused with `EPERM`, calls that change files with
`EROFS` (the error a student understands), and calls that are younger with `ENOSYS`, so that a C library falls
back to the older call as on an older kernel; `clone3` and `openat2` are refused that way, too, because a
filter can't look into their arguments.

`seccomp_build.py` turns this into the filters in `filters/`; a test holds them equal.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Final

OWN_PID: Final = 0x7FFF_FF01
"""Stands in a prebuilt filter for the process's own number, which `seccomp.confine` writes in its place."""

NEWEST_KNOWN: Final = 450
"""The highest number that this list has judged; what is above gets ENOSYS."""

ALLOWED: Final = (
    # bytes in and out of open descriptors
    "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev", "lseek",
    "close", "close_range", "dup", "dup2", "dup3", "pipe", "pipe2", "eventfd2", "poll", "ppoll", "select",
    "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
    # looking at files
    "stat", "fstat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getdents", "getdents64", "getcwd", "chdir", "fchdir", "statfs", "fstatfs", "fadvise64",
    "umask",
    # the ends of a socket pair
    "shutdown", "getsockname", "getpeername", "getsockopt",
    # memory
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise",
    # threads
    "futex", "set_robust_list", "rseq", "set_tid_address", "membarrier", "gettid", "sched_yield", "exit",
    "exit_group", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max",
    "sched_get_priority_min", "sched_rr_get_interval", "getcpu", "getpriority",
    # signals of its own
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend",
    "sigaltstack", "pause", "alarm", "getitimer", "setitimer", "restart_syscall",
    # time and chance
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times",
    "getrandom",
    # facts about itself
    "getpid", "getppid", "getpgid", "getpgrp", "getsid", "getuid", "geteuid", "getgid", "getegid",
    "getresuid", "getresgid", "getgroups", "capget", "getrlimit", "getrusage", "uname", "sysinfo",
    # waiting for children, of which it has none
    "wait4", "waitid",
)  # fmt: skip

CHANGES_FILES: Final = (
    "creat", "truncate", "ftruncate", "fallocate", "rename", "renameat", "renameat2", "mkdir", "mkdirat",
    "rmdir", "link", "linkat", "unlink", "unlinkat", "symlink", "symlinkat", "mknod", "mknodat", "chmod",
    "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "futimesat",
    "utimensat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    "memfd_create",
)  # fmt: skip
"""Refused with EROFS."""

TOO_NEW: Final = ("clone3", "openat2", "futex_waitv")
"""Refused with ENOSYS: the C library has an older way."""


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on one argument. It holds when `argument & mask` is one of `values`.

    Only the low 32 bits of an argument are looked at, unless `wide`: then all 64 have to be zero (for
    pointers).
    """

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFF_FFFF
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A call that is allowed when all tests hold, and refused with `otherwise` when not."""

    tests: tuple[Test, ...]
    otherwise: int = errno.EPERM


_THREAD_FLAGS = (
    0x003D_0F00  # VM FS FILES SIGHAND THREAD SYSVSEM SETTLS PARENT_SETTID CHILD_CLEARTID: what libc asks for
)
_CLONE_DETACHED = 0x0040_0000  # musl adds it; it means nothing any more
_O_WRITING = (
    0o3 | 0o100 | 0o1000 | 0o2000 | 0o20_000_000
)  # O_ACCMODE, O_CREAT, O_TRUNC, O_APPEND, O_TMPFILE's own bit
_AF_UNIX = 1
_SOCK_STREAM = 1
_SOCK_TYPE = 0xFFFF_FFFF & ~0o2_004_000  # all but SOCK_CLOEXEC and SOCK_NONBLOCK
_PLAIN_MESSAGE = 0xFFFF_FFFF & ~(
    0x2 | 0x20 | 0x40 | 0x100 | 0x4000
)  # PEEK, TRUNC, DONTWAIT, WAITALL, NOSIGNAL
_FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IOCTL = (
    0x5421,
    0x541B,
    0x5451,
    0x5450,
    0x5401,
    0x802C_542A,
    0x5413,
)  # FIONBIO FIONREAD FIOCLEX FIONCLEX TCGETS(2) size
_PRCTL = (15, 16, 3, 39)  # PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS
_SOL_SOCKET = 1

CHECKED: Final = {
    "open": Checked((Test(1, (0,), mask=_O_WRITING),), otherwise=errno.EROFS),
    "openat": Checked((Test(2, (0,), mask=_O_WRITING),), otherwise=errno.EROFS),
    "clone": Checked((Test(0, (_THREAD_FLAGS, _THREAD_FLAGS | _CLONE_DETACHED)),)),
    # Only connected streams: a datagram socket of a pair could still write to any named socket.
    "socketpair": Checked((Test(0, (_AF_UNIX,)), Test(1, (_SOCK_STREAM,), mask=_SOCK_TYPE))),
    # No out-of-band data: it has been a way into kernels. No sendmsg at all: no descriptors travel.
    "sendto": Checked((Test(3, (0,), mask=_PLAIN_MESSAGE), Test(4, (0,), wide=True))),
    "recvfrom": Checked((Test(3, (0,), mask=_PLAIN_MESSAGE),)),
    "setsockopt": Checked((Test(1, (_SOL_SOCKET,)), Test(2, (7, 8)))),  # SO_SNDBUF, SO_RCVBUF
    "fcntl": Checked((Test(1, _FCNTL),)),
    "ioctl": Checked((Test(1, _IOCTL),), otherwise=errno.ENOTTY),
    "prctl": Checked((Test(0, _PRCTL),)),
    "kill": Checked((Test(0, (OWN_PID,)),)),
    "tgkill": Checked((Test(0, (OWN_PID,)),)),
    "prlimit64": Checked((Test(0, (0, OWN_PID)), Test(2, (0,), wide=True))),
}
"""Calls whose arguments decide."""

FIRST: Final = (
    "futex",
    "read",
    "write",
    "sendto",
    "recvfrom",
    "epoll_wait",
    "epoll_pwait",
    "clock_gettime",
    "mmap",
)
"""Calls to look for first, since a filter is read from its top; kernels before 5.11 do so at each call."""

X86_64: Final = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "ioctl": 16, "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20, "access": 21,
    "pipe": 22, "select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "dup": 32, "dup2": 33, "pause":
    34, "nanosleep": 35, "getitimer": 36, "alarm": 37, "setitimer": 38, "getpid": 39, "sendto": 44,
    "recvfrom": 45, "shutdown": 48, "getsockname": 51, "getpeername": 52, "socketpair": 53, "setsockopt": 54,
    "getsockopt": 55, "clone": 56, "exit": 60, "wait4": 61, "kill": 62, "uname": 63, "fcntl": 72, "truncate":
    76, "ftruncate": 77, "getdents": 78, "getcwd": 79, "chdir": 80, "fchdir": 81, "rename": 82, "mkdir": 83,
    "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88, "readlink": 89, "chmod": 90, "fchmod":
    91, "chown": 92, "fchown": 93, "lchown": 94, "umask": 95, "gettimeofday": 96, "getrlimit": 97,
    "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid":
    108, "getppid": 110, "getpgrp": 111, "getgroups": 115, "getresuid": 118, "getresgid": 120, "getpgid": 121,
    "getsid": 124, "capget": 125, "rt_sigpending": 127, "rt_sigtimedwait": 128, "rt_sigsuspend": 130,
    "sigaltstack": 131, "utime": 132, "mknod": 133, "statfs": 137, "fstatfs": 138, "getpriority": 140,
    "sched_getparam": 143, "sched_getscheduler": 145, "sched_get_priority_max": 146, "sched_get_priority_min":
    147, "sched_rr_get_interval": 148, "prctl": 157, "gettid": 186, "setxattr": 188, "lsetxattr": 189,
    "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "time": 201, "futex": 202,
    "sched_getaffinity": 204, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219, "fadvise64":
    221, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "epoll_wait":
    232, "epoll_ctl": 233, "tgkill": 234, "utimes": 235, "waitid": 247, "openat": 257, "mkdirat": 258,
    "mknodat": 259, "fchownat": 260, "futimesat": 261, "newfstatat": 262, "unlinkat": 263, "renameat": 264,
    "linkat": 265, "symlinkat": 266, "readlinkat": 267, "fchmodat": 268, "faccessat": 269, "pselect6": 270,
    "ppoll": 271, "set_robust_list": 273, "utimensat": 280, "epoll_pwait": 281, "fallocate": 285, "eventfd2":
    290, "epoll_create1": 291, "dup3": 292, "pipe2": 293, "preadv": 295, "pwritev": 296, "prlimit64": 302,
    "getcpu": 309, "renameat2": 316, "getrandom": 318, "memfd_create": 319, "membarrier": 324, "preadv2": 327,
    "statx": 332, "rseq": 334, "clone3": 435, "close_range": 436, "openat2": 437, "faccessat2": 439,
    "epoll_pwait2": 441, "futex_waitv": 449,
}  # fmt: skip
"""Numbers on x86-64, from the kernel's `asm/unistd_64.h`."""

AARCH64: Final = {
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "getcwd": 17, "eventfd2": 19, "epoll_create1": 20, "epoll_ctl": 21, "epoll_pwait": 22, "dup": 23, "dup3":
    24, "fcntl": 25, "ioctl": 29, "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37,
    "renameat": 38, "statfs": 43, "fstatfs": 44, "truncate": 45, "ftruncate": 46, "fallocate": 47,
    "faccessat": 48, "chdir": 49, "fchdir": 50, "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55,
    "openat": 56, "close": 57, "pipe2": 59, "getdents64": 61, "lseek": 62, "read": 63, "write": 64, "readv":
    65, "writev": 66, "pread64": 67, "pwrite64": 68, "preadv": 69, "pwritev": 70, "pselect6": 72, "ppoll": 73,
    "readlinkat": 78, "newfstatat": 79, "fstat": 80, "utimensat": 88, "capget": 90, "exit": 93, "exit_group":
    94, "waitid": 95, "set_tid_address": 96, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
    "getitimer": 102, "setitimer": 103, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115,
    "sched_getscheduler": 120, "sched_getparam": 121, "sched_getaffinity": 123, "sched_yield": 124,
    "sched_get_priority_max": 125, "sched_get_priority_min": 126, "sched_rr_get_interval": 127,
    "restart_syscall": 128, "kill": 129, "tgkill": 131, "sigaltstack": 132, "rt_sigsuspend": 133,
    "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigpending": 136, "rt_sigtimedwait": 137, "rt_sigreturn":
    139, "getpriority": 141, "getresuid": 148, "getresgid": 150, "times": 153, "getpgid": 155, "getsid": 156,
    "getgroups": 158, "uname": 160, "getrlimit": 163, "getrusage": 165, "umask": 166, "prctl": 167, "getcpu":
    168, "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176,
    "getegid": 177, "gettid": 178, "sysinfo": 179, "socketpair": 199, "getsockname": 204, "getpeername": 205,
    "sendto": 206, "recvfrom": 207, "setsockopt": 208, "getsockopt": 209, "shutdown": 210, "brk": 214,
    "munmap": 215, "mremap": 216, "clone": 220, "mmap": 222, "fadvise64": 223, "mprotect": 226, "madvise":
    233, "wait4": 260, "prlimit64": 261, "renameat2": 276, "getrandom": 278, "memfd_create": 279,
    "membarrier": 283, "preadv2": 286, "statx": 291, "rseq": 293, "clone3": 435, "close_range": 436,
    "openat2": 437, "faccessat2": 439, "epoll_pwait2": 441, "futex_waitv": 449,
}  # fmt: skip
"""Numbers on aarch64, from the kernel's `asm-generic/unistd.h`; it lacks the oldest calls."""

ARCHITECTURES: Final = {"x86_64": (0xC000_003E, X86_64), "aarch64": (0xC000_00B7, AARCH64)}
"""Machine -> its AUDIT_ARCH constant and its numbers."""
