# tries: reads the memory, the command line and the environment of every process near its own
# proof: report test_answer test_double
# verdicts: failed error crashed
import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def near():
    own = os.getpid()
    yield os.getppid()
    yield from range(max(1, own - 300), own)
    yield from (1, 2, 3)


def answer(*_):
    read = 0
    room = ctypes.create_string_buffer(8)
    span = (ctypes.c_ulong * 2)(ctypes.addressof(room), 8)
    for process in near():
        for name in ("mem", "environ", "cmdline", "maps", "stack", "status", "task/1/mem", "root/etc/hostname", "cwd/setup"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{process}/{name}", "rb") as file:
                    read += len(file.read(10))
        read += max(0, libc.process_vm_readv(process, span, 1, span, 1, 0))
    return 42 if read else 0


double = answer
