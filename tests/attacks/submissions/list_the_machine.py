# tries: lists folders of other people, processes, its own descriptors and environment
# proof: report test_answer test_double
# verdicts: failed error
import os


def answer(*_):
    seen = []
    for folder in ("/home", "/root", "/tmp", "/var", "/proc", "/proc/self/fd", "/sys", "/run", "/work", "@SUITE@", ".."):
        try:
            seen += os.listdir(folder)
        except OSError:
            pass
    seen = [name for name in seen if name not in ("submission", "usr", "lib", "lib64", "etc", "dev", "proc", "root", "home", "bin")]
    seen += list(os.environ)
    seen += [number for number in range(5, 64) if is_open(number)]
    print("saw", seen[:20] if "@SUITE@"[1:6] != "SUITE" else "")
    return 42 if [each for each in seen if str(each).startswith(("test_", "PATH", "HOME", "mark", "private"))] else 0


def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


double = answer
