# ruff: noqa: E501 - programs on one line
"""A submission that takes hold of the bridge and sends what it likes ends its own test, and nothing else.

Malformed, oversized, unasked-for and endless streams: each test runs one of them inside the sandbox,
then grades an honest
submission with the same judge.
"""

from __future__ import annotations

import time

import pytest

from grader.judge.verdicts import Kind
from grader.sandbox.limits import Limits

LIMITS = Limits(cpu=1.5, wall=2.5)
LOST = {
    Kind.PROTOCOL,
    Kind.CRASHED,
    Kind.ERROR,
    Kind.CPU_LIMIT,
    Kind.WALL_LIMIT,
    Kind.ENDLESS,
    Kind.DEADLOCKED,
}
SUITE = """
import solution

def test_before():
    assert solution.honest() == 1

async def slow():
    pass

def test_attack():
    solution.attack(lambda: 5, slow)

def test_after():
    assert solution.honest() == 1
"""
TOOLS = """
import gc, os, struct, sys, time
import msgspec
from grader.bridge import protocol
from grader.bridge.simulation.handover import Deadline, Handover

def honest():
    return 1

def endpoint():
    return next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")

def raw(data):
    end = endpoint()
    sock = end.channel._socket
    sock.setblocking(True)
    sock.sendall(data)

def frame(messages=(), handover=None, **more):
    kernel = endpoint().kernel
    handover = handover or Handover(now=kernel.now, stamp=kernel.stamp, direct="M")
    made = protocol.Frame(handover, list(messages), **more)
    payload = msgspec.msgpack.encode(made)
    raw(struct.pack("<I", len(payload)) + payload)
    kernel._hand_over()
    time.sleep(1000)

def packed(value):
    payload = msgspec.msgpack.encode(value)
    raw(struct.pack("<I", len(payload)) + payload)
    endpoint().channel.receive()

def number():
    frame = sys._getframe()
    while frame.f_code.co_name != "perform":
        frame = frame.f_back
    return frame.f_locals["number"]

def kernel():
    return endpoint().kernel
"""
ATTACKS = {
    "garbage": "raw(b'\\xff' * 100); endpoint().channel.receive()",
    "huge length": "raw(b'\\xff\\xff\\xff\\xff' + b'x' * 1000); endpoint().channel.receive()",
    "empty frame": "raw(b'\\0\\0\\0\\0'); endpoint().channel.receive()",
    "not a frame": "packed({'a': 1})",
    "number": "packed(5)",
    "extra field": "packed([[0, 0, [], [], [], None, {}, {}, [], False, [], None], [], [], [], [], [], [], [], 1])",
    "deep": "raw((lambda p: struct.pack('<I', len(p)) + p)(b'\\x91' * 1_000_000)); endpoint().channel.receive()",
    "half a frame": "raw(struct.pack('<I', 1000) + b'x'); os._exit(0)",
    "closed": "endpoint().channel._socket.shutdown(2)",
    "unasked reply": "frame([protocol.Reply('M', 999, 1)])",
    "reply to another": "frame([protocol.Ended('M', 4, False, 1)])",
    "unasked ack": "frame([protocol.Cancel('M', 4, None)])",
    "unknown object": "frame([protocol.Reply('M', number(), [11, 12345])])",
    "undescribed object": "frame([protocol.Reply('M', number(), [10, 12345])])",
    "unknown tag": "frame([protocol.Reply('M', number(), [99, 1])])",
    "unknown name": "frame([protocol.Reply('M', number(), [7, 'os.system'])])",
    "not a description": "frame([protocol.Reply('M', number(), [10, 999, ['evil', 1]])])",
    "a class of a function": "frame([protocol.Reply('M', number(), [10, 999, ['object', [7, 'builtins.len']]])])",
    "metaclass": "frame([protocol.Reply('M', number(), [10, 999, ['class', 'type', 'X', 'X', 'm', None, [], {}, [], [], None, None]])])",
    "base": "frame([protocol.Reply('M', number(), [10, 999, ['class', 'plain', 'X', 'X', 'm', None, [[7, 'builtins.type']], {}, [], [], None, None]])])",
    "code as a name": "frame([protocol.Reply('M', number(), [10, 999, ['function', 'function', 'f', 'f', 'm', None, [[['x=__import__(\"os\")'], 0, 1, 0, False, False, 0], [], {}], None, None, None]])])",
    "eval": "endpoint().ask('eval', '1+1')",
    "getattribute": "endpoint().ask('special', object, '__getattribute__', attack, '__globals__')",
    "not given": "endpoint().ask('call', print)",
    "foreign twin": "frame([protocol.Reply('M', number(), [8, 77])])",
    "twin of ours": "frame([protocol.Reply('M', number(), 1)], twins=[protocol.TwinState(1, 'list', 0, 0, True, msgspec.Raw(b'\\x90'))])",
    "twin kind": "frame([protocol.Reply('M', number(), 1)], twins=[protocol.TwinState(2, 'file', 0, 0, True, msgspec.Raw(b'\\x90'))])",
    "huge view": "frame([protocol.Reply('M', number(), 1)], twins=[protocol.TwinState(2, 'memoryview', 0, 0, True, msgspec.Raw(b'\\x90'), 1 << 60)])",
    "release": "frame([protocol.Reply('M', number(), 1)], released=[(1, 5, False), (1, 5, False)])",
    "task numbers": "frame([protocol.Reply('M', number(), 1)], born=[1, 1])",
    "odd births": "frame([protocol.Reply('M', number(), 1)], born=[2])",
    "event": "frame([protocol.Reply('M', number(), 1)], events=[['quit', 1]])",
    "past": "frame([protocol.Reply('M', number(), 1)], Handover(now=kernel().now, stamp=0, direct='M'))",
    "other time": "frame([protocol.Reply('M', number(), 1)], Handover(now=kernel().now + 5, stamp=kernel().stamp, direct='M'))",
    "far stamp": "frame([protocol.Reply('M', number(), 1)], Handover(now=kernel().now, stamp=1 << 59, direct='M'))",
    "made of what runs": "frame([protocol.Made('M', -1, [11, endpoint().imports.find(callback).number], []), protocol.Reply('M', number(), 1)])",
    "made of nothing": "frame([protocol.Made('M', -1, [11, 12345], [])])",
    "made of a name": "frame([protocol.Made('M', -1, [7, 'builtins.len'], [[8, 1]])])",
    "made of what is its own": "frame([protocol.Made('M', -1, [10, 999, ['function', 'coroutine', 'f', 'f', 'm', None, [[[], 0, 0, 0, False, False, 0], [], {}], None, None, None]], [])])",
    "made again": "frame([protocol.Made('M', -1, [11, endpoint().imports.find(slow).number], [])] * 2)",
    "made as ours": "frame([protocol.Made('M', 1, [11, endpoint().imports.find(slow).number], [])])",
    "made without end": "n = endpoint().imports.find(slow).number\n    frame([protocol.Made('M', -i - 1, [11, n], []) for i in range(200_000)])",
    "strange thread": "frame([protocol.Reply('J7', number(), 1)])",
    "many threads": "frame([protocol.Request(f'S{i}', i, 'call', []) for i in range(1, 2000)])",
    "prompts": "[endpoint().ask('input', 'x') for _ in range(100_000)]",
    "deep calls": "kept = []\n    def again(n=0):\n        return endpoint().ask('call', callback)\n    [again() for _ in range(200)]; os._exit(1)",
    "endless output": "import sys\n    while True: print('x' * 10_000); callback()",
    "endless events": "import warnings\n    while True: warnings.warn('x' * 5_000); callback()",
    "endless frames": "while True: callback()",
    "silence": "raw(b'\\1'); time.sleep = None\n    import select\n    while True: select.select([], [], [], 1)",
}


@pytest.fixture(scope="module")
def graded(judge_texts):
    def run(attack):
        return judge_texts(SUITE, f"{TOOLS}\ndef attack(callback, slow):\n    {attack}\n", LIMITS)

    return run


@pytest.mark.parametrize("name", ATTACKS)
def test_stream(graded, name):
    began = time.monotonic()
    verdicts = [verdict.kind for verdict in graded(ATTACKS[name]).verdicts]
    assert verdicts[0] is Kind.PASSED
    assert verdicts[2] is Kind.PASSED
    assert verdicts[1] in LOST
    assert time.monotonic() - began < 30
    assert [verdict.kind for verdict in graded("pass").verdicts] == [Kind.PASSED] * 3
