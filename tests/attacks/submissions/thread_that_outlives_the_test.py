# tries: a thread that goes on after its test, and changes what the next one sees
# proof: report test_double
# verdicts: failed error deadlocked protocol crashed
import sys
import threading
import time


def tamper():
    for _ in range(100):
        for name in ("test_plain",):
            module = sys.modules.get(name)
            if module is not None:
                module.double = lambda value: 42
        time.sleep(0.001)


def answer():
    threading.Thread(target=tamper, daemon=True).start()
    time.sleep(0.01)
    return 0


def double(value):
    return 0
