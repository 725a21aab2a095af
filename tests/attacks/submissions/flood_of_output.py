# tries: prints without an end, logs and warns without an end, also past the counting in its own process
# proof: bridge
# prints: xxxxxxxxxxxxxxxx
# verdicts: failed error protocol cpu_limit wall_limit crashed
import contextlib
import gc
import logging
import sys
import warnings


def answer():
    for _ in range(2_000):
        print("x" * 10_000)
        print("y" * 10_000, file=sys.stderr)
    for number in range(400):
        logging.getLogger(f"logger{number}").warning("z" * 20_000)
        warnings.warn("w" * 20_000 + str(number), stacklevel=1)
    return 0


def double(value):
    bridge = next((each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint"), None)
    for _ in range(60):
        bridge.events.append(["stdout", "x" * (30 << 20)])
        bridge.events.append(["stderr", "x" * (30 << 20)])
        with contextlib.suppress(OSError):  # nobody answers, and what was told is heard
            bridge.ask("input", "never")
    return 0
