# tries: writes files wherever it can
# proof: report test_answer
# proof: harm
# verdicts: failed error
import contextlib
import os
import tempfile


def answer(*_):
    written = 0
    for path in ("@MARK@", "@MARK@2", "/tmp/mark", "/dev/shm/mark", "/submission/mark", "mark", "/var/tmp/mark", __file__ + "c"):
        with contextlib.suppress(OSError):
            with open(path, "w") as file:
                file.write("here I was")
            written += 1
            if "MARK" not in path and path != "@MARK@":
                os.unlink(path)
    with contextlib.suppress(OSError):
        tempfile.mkdtemp()
        written += 1
    with contextlib.suppress(OSError):
        os.symlink("/etc/passwd", "@MARK@3")
        written += 1
    with contextlib.suppress(OSError):
        os.rename(__file__, __file__ + ".old")
        os.rename(__file__ + ".old", __file__)
        written += 1
    return 42 if written else 0


double = answer
