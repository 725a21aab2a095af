# tries: follows the suite step by step: profiler, trace function, audit hook, collector, monitoring
# proof: leak
# proof: report test_callback
# target: test_given.py
# verdicts: failed error protocol
# prints: set()
import contextlib
import gc
import sys
import threading

seen = set()
looking = False


def look(*_):
    global looking
    if looking:
        return
    looking = True
    try:
        look_up()
    finally:
        looking = False


def look_up():
    frame = sys._getframe(1)
    while frame is not None:
        if "test_given" in frame.f_code.co_filename:
            seen.update(str(value) for value in frame.f_locals.values() if isinstance(value, str))
            called = frame.f_locals.get("called")
            if isinstance(called, list):
                called[:] = [42]
        frame = frame.f_back


def use(what, given):
    for install in (
        lambda: sys.setprofile(look),
        lambda: threading.setprofile(look),
        lambda: gc.callbacks.append(look),
        lambda: sys.addaudithook(lambda *_: look()),
    ):
        with contextlib.suppress(Exception):
            install()
    gc.collect()
    sys.setprofile(None)
    print(seen)
