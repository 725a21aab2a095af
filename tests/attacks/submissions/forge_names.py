# tries: classes and functions whose names are 10 MB long, have NULs and escapes in them, or are not text at all
# proof: bridge
# verdicts: protocol error failed crashed wall_limit
# refused: a function with a name that is none
# refused: a class with names that are none
import gc

bridge = next((each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint"), None)
describe = type(bridge).describe
NAMES = iter(["x" * (10 << 20), "a\0b", "\x1b[2J\x1b]0;title\x07", "__class__", 5, None, ["list"], "", "\ud800"])


class Thing:
    pass


def lie(value):
    told = describe(bridge, value)
    if value is Thing or getattr(value, "__name__", "") == "named":
        told[2:5] = [next(NAMES)] * 3
    return told


bridge.describe = lie


def answer():
    def named():
        pass

    return named


def double(value):
    return Thing()
