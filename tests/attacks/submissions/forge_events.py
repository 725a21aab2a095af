# tries: events that nobody makes: variables of the judge, warnings that are no warnings, log records of 10 MB, paths
# proof: bridge
# refused: not an event
# refused: a warning of no category
# verdicts: protocol
import gc

EVENTS = [["environ", b"PATH", b"/evil"], ["environ", b"PYTEST_ADDOPTS", b"-p evil"], ["stdout", "told"],
          ["log", "x" * 100_000, None, 10**6, "%s %(x)s {0}" * 1000, "f", -5],
          ["environ", b"A=B", b"\0"[:0]]]  # fmt: skip


def answer():
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    bridge.events += [*EVENTS[:4], ["eval", "1 + 1", {"a": [None]}]]
    return 42


def double(value):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    bridge._wire_event = lambda event: event
    bridge.events += [*EVENTS[:4], ["warning", "no", [7, "builtins.int"], "solution.py", 10**9]]
    return 42
