# tries: starts thousands of threads, real ones and simulated ones
# proof: report test_answer
# verdicts: failed error crashed
import threading


def answer(*_):
    started, stop = 0, threading.Event()
    try:
        for _ in range(40):
            threading.Thread(target=stop.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        return started
    finally:
        stop.set()
    return 42


double = answer
