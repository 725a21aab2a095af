# tries: code that claims to stand in other files and at other lines
# proof: leak
# verdicts: error
import sys


def answer(*_):
    path, frame = "@SUITE@/plain/test_plain.py", sys._getframe(1)
    while frame is not None:
        if "test_plain" in frame.f_code.co_filename:
            path = frame.f_code.co_filename
        frame = frame.f_back
    namespace = {}
    exec(compile("\n" * 6 + "def fail():\n    raise ValueError('no')", path, "exec"), namespace)
    namespace["fail"]()


def double(value):
    exec(compile("\n" * 100_000 + "raise ValueError('no')", __file__, "exec"))
