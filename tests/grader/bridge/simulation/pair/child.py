"""The other side: python child.py DESCRIPTOR FILE. The patches come before everything else is imported."""

from __future__ import annotations

import os
import sys

from grader.bridge import virtual

virtual.install()

import importlib.util  # noqa: E402
import inspect  # noqa: E402
import socket  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
from joined import Bridge, Channel  # noqa: E402

from grader.bridge.simulation.kernel import Kernel  # noqa: E402

channel = Channel(socket.socket(fileno=int(sys.argv[1])))
kernel = Kernel(owns_clock=False, exchange=channel.exchange, side="S")
bridge = Bridge(kernel)


def load() -> list[list[object]]:
    spec = importlib.util.spec_from_file_location("submission", sys.argv[2])
    module = importlib.util.module_from_spec(spec)
    sys.modules["submission"] = module
    spec.loader.exec_module(module)
    functions = {n: f for n, f in vars(module).items() if inspect.isfunction(f)}
    bridge.names.update(functions)
    return [[name, inspect.iscoroutinefunction(function)] for name, function in functions.items()]


bridge.names["~import"] = load
virtual.activate(kernel)
try:
    first = channel.receive()
except EOFError:
    os._exit(0)
kernel.receive(*first)
kernel.serve()
