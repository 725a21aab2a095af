# tries: makes processes: fork, vfork, clone, a daemon, a program (a bounded bomb)
# proof: report test_answer
# proof: harm
# verdicts: failed error
import contextlib
import ctypes
import os
import subprocess
import sys


def answer(*_):
    made = 0
    for _ in range(10):
        with contextlib.suppress(OSError):
            if (pid := os.fork()) == 0:
                os._exit(0)
            os.waitpid(pid, 0)
            made += 1
    with contextlib.suppress(OSError):
        if (pid := os.fork()) == 0:
            os.setsid()
            if os.fork() == 0:
                with open("@MARK@", "w") as mark:
                    mark.write("a daemon was here")
            os._exit(0)
        os.waitpid(pid, 0)
        made += 1
    with contextlib.suppress(Exception):
        subprocess.run([sys.executable, "-c", ""], check=True)
        made += 1
    with contextlib.suppress(Exception):
        os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
        made += 1
    libc = ctypes.CDLL(None, use_errno=True)
    for number, arguments in ((56, (17, 0, 0, 0, 0)), (57, ())):
        if (pid := libc.syscall(number, *arguments)) == 0:
            libc._exit(0)
        made += pid > 0
    return 42 if made else 0


double = answer
