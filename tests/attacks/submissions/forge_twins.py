# tries: new content for lists of the suite: huge places, other kinds, twins that do not exist or are not its own
# proof: bridge
# target: test_given.py
# verdicts: protocol failed error deadlocked crashed
# earns: test_error
# refused: is not the other side's to make
# refused: a memoryview of 1000000000000
# refused: not a bogus
# refused: twin
import gc
import sys


def use(what, given):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    protocol = sys.modules["grader.bridge.protocol"]
    pack = sys.modules["msgspec"].msgpack.encode
    raw = sys.modules["msgspec"].Raw
    states = {
        "object": [protocol.TwinState(999, "list", 0, 0, True, raw(pack([1])))],
        "callback": [protocol.TwinState(2**62, "list", 0, 0, True, raw(pack([1])))],
        "list": [protocol.TwinState(1, "", -(2**62), 2**62, True, raw(pack([1, 2])))],
        "generator": [protocol.TwinState(2, "deque", 0, 0, True, raw(pack([1])), 2**61)],
        "future": [protocol.TwinState(4, "memoryview", 0, 0, True, raw(pack([1])), 10**12)],
        "task": [protocol.TwinState(6, "set", 0, 0, False, raw(pack([[8, 1]])))],
        "method": [protocol.TwinState(8, "bogus", 0, 0, False, raw(pack([])))],
    }.get(what, [])
    real = bridge.codec.states
    bridge.codec.states = lambda: [*real(), *states]
    if what == "error":
        given()
    return [1, 3] if what != "list" else None
