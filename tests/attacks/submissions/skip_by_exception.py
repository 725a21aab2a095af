# tries: exceptions by which a test framework skips a test or ends the session
# proof: skipped test_answer
# verdicts: error
import unittest


def answer(*_):
    raise unittest.SkipTest("not today")


def double(value):
    class Skipped(BaseException):
        pass

    class Exit(KeyboardInterrupt):
        pass

    Skipped.__module__ = "_pytest.outcomes"
    Exit.__module__ = "_pytest.outcomes"
    try:
        from _pytest.outcomes import Exit
    except ImportError:
        pass
    raise Exit("stop")
