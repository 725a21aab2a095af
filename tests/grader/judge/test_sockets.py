"""The one kind of socket that a submission may have: a pair, with asyncio's streams on both ends."""

from __future__ import annotations

from typing import Any

from grader.judge.verdicts import Kind

SUITE = """
import solution

async def test_streams():
    assert await solution.carried() == 4_000_001

def test_descriptors_stay():
    assert solution.refused()
"""
SUBMISSION = """
import array
import asyncio
import socket


async def carried():
    one, other = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=one)
    reader, _ = await asyncio.open_connection(sock=other)

    async def send():
        writer.write(b"x" * 3_000_000)
        writer.writelines([b"y" * 1_000_000, b"z"])
        await writer.drain()
        writer.close()

    _, data = await asyncio.gather(send(), reader.read())
    return len(data)


def refused():
    one, other = socket.socketpair()
    try:
        one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [one.fileno()]))])
    except PermissionError:
        return True
"""


def test_streams_over_a_pair(judge_texts: Any) -> None:
    judgement = judge_texts(SUITE, SUBMISSION)
    assert {v.test: (v.kind, v.message) for v in judgement.verdicts} == {
        "test_suite.py::test_streams": (Kind.PASSED, ""),
        "test_suite.py::test_descriptors_stay": (Kind.PASSED, ""),
    }
