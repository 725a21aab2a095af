# tries: signals, traces and reads other processes
# proof: harm
# proof: report test_answer
# verdicts: failed error crashed
import contextlib
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)


def answer(*_):
    done = 0
    parent = os.getppid()
    buffer = ctypes.create_string_buffer(64)
    for pid in (@VICTIM@, parent):
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            done += 1
        with contextlib.suppress(OSError):
            done += open(f"/proc/{pid}/mem", "rb").fileno() > 0
        with contextlib.suppress(OSError):
            done += bool(os.listdir(f"/proc/{pid}/fd"))
        with contextlib.suppress(OSError):
            done += os.pidfd_open(pid) > 0
        local = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 64)
        done += libc.process_vm_readv(pid, local, 1, local, 1, 0) > 0
    with contextlib.suppress(OSError):
        os.kill(@VICTIM@, signal.SIGKILL)
        done += 1
    for number, arguments in ((234, (@VICTIM@, @VICTIM@, 9)), (200, (@VICTIM@, 9)), (129, (@VICTIM@, 9, 0)), (101, (16, @VICTIM@, 0, 0))):
        done += libc.syscall(number, *arguments) == 0
    return 42 if done else 0


def double(value):
    with contextlib.suppress(OSError):
        os.kill(@VICTIM@, signal.SIGKILL)
    return 0
