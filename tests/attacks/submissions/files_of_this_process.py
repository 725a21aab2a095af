# tries: reads its own process: environment, memory, descriptors, the zygote's first environment
# proof: report test_answer
# verdicts: failed error
import contextlib
import os


def answer(*_):
    seen = []
    for path in ("/proc/self/environ", "/proc/self/maps", "/proc/self/cmdline", "/proc/1/cmdline", "/proc/mounts"):
        with contextlib.suppress(OSError):
            with open(path, "rb") as file:
                seen.append(file.read())
    for number in range(4, 64):
        with contextlib.suppress(OSError):
            os.lseek(number, 0, os.SEEK_SET)
            seen.append(os.read(number, 1000))
    with contextlib.suppress(OSError):
        os.open("..", os.O_RDONLY, dir_fd=os.open("/", os.O_RDONLY))
        seen += [name for name in os.listdir("/..") if name in ("work", "root", "home", "tmp")]
    return 42 if seen else 0


double = answer
