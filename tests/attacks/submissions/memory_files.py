# tries: memory that no limit of a process counts: memfd, shared memory, pipes, sockets
# proof: report test_answer
# verdicts: failed error crashed
import contextlib
import ctypes
import mmap
import os


def answer(*_):
    taken = 0
    with contextlib.suppress(OSError):
        file = os.memfd_create("hidden")
        os.ftruncate(file, 1 << 20)
        taken += 1
    with contextlib.suppress(OSError):
        file = os.open("/dev/shm/hidden", os.O_CREAT | os.O_RDWR)
        os.unlink("/dev/shm/hidden")
        taken += 1
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0, 1 << 20, 0o1600) >= 0:
        taken += 1
    with contextlib.suppress(OSError, ValueError):
        mmap.mmap(-1, 600 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
        taken += 1
    return 42 if taken else 0


double = answer
