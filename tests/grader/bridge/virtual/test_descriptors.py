"""Real input and output under virtual time: no timeout fires falsely, and children are never overtaken."""

from __future__ import annotations

import asyncio
import os
import select
import selectors
import socket
import subprocess
import sys
import threading
import time

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.kernel import Kernel
from grader.bridge.simulation.outside import is_external

CHILD = [sys.executable, "-S", "-c"]


def test_a_server_and_its_clients_within_a_millisecond(kernel):
    async def serve(reader, writer):
        while line := await reader.readline():
            if line == b"slow\n":
                await asyncio.sleep(10)
            writer.write(line.upper())
            await writer.drain()
        writer.close()

    async def client(address, i):
        reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), 0.001)
        answers = []
        for k in range(3):
            await asyncio.sleep(0.1 * i)
            writer.write(b"%d.%da\n" % (i, k))
            answers.append(await asyncio.wait_for(reader.readline(), 0.001))
        writer.write(b"slow\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        await writer.wait_closed()
        return answers

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        answers = await asyncio.gather(*[client(address, i) for i in range(3)])
        server.close()
        await asyncio.sleep(20)
        return answers

    assert asyncio.run(main()) == [[b"%d.%dA\n" % (i, k) for k in range(3)] for i in range(3)]
    assert kernel.now == 25_600_000_000


def test_a_blocking_client_in_a_thread(kernel):
    async def serve(reader, writer):
        line = await reader.readline()
        await asyncio.sleep(2)
        writer.write(line)
        writer.close()

    def client(address):
        with socket.create_connection(address) as connection:
            connection.sendall(b"hello\n")
            return connection.recv(100)

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        answer = await asyncio.wait_for(asyncio.to_thread(client, server.sockets[0].getsockname()), 5)
        server.close()
        return answer

    assert asyncio.run(main()) == b"hello\n"
    assert kernel.now == 2_000_000_000


def test_a_socket_pair_between_threads(kernel):
    here, there = socket.socketpair()
    received = []

    def reader():
        total = 0
        while part := there.recv(65536):
            total += len(part)
            time.sleep(0.001)
        received.append(total)

    thread = threading.Thread(target=reader)
    thread.start()
    here.sendall(b"x" * 1_000_000)
    here.close()
    thread.join()
    there.settimeout(0)
    assert (received, there.recv(1)) == ([1_000_000], b"")
    there.close()


def test_a_timeout_of_a_socket_is_virtual(kernel):
    here, there = socket.socketpair()
    here.settimeout(60)
    with pytest.raises(TimeoutError, match="timed out"):
        here.recv(1)
    assert kernel.now == 60_000_000_000
    here.close()
    there.close()


def test_a_selector_that_is_no_loops(kernel):
    here, there = socket.socketpair()
    with selectors.DefaultSelector() as selector:
        selector.register(here, selectors.EVENT_READ)
        assert selector.select(0) == []
        assert selector.select(30) == []
        assert kernel.now == 30_000_000_000
        threading.Timer(5, there.send, [b"x"]).start()
        assert [key.fileobj for key, _ in selector.select()] == [here]
        assert kernel.now == 35_000_000_000
        selector.modify(here, selectors.EVENT_READ | selectors.EVENT_WRITE)
        assert len(selector.select(1)) == 1
    here.close()
    there.close()


@pytest.mark.parametrize(("seconds", "limit", "expected"), [(0.05, 60, "hi\n"), (60, 0.05, "timeout")])
def test_a_child_is_never_overtaken(kernel, seconds, limit, expected):
    async def main():
        child = await asyncio.create_subprocess_exec(
            *CHILD, f"import time; time.sleep({seconds}); print('hi')", stdout=asyncio.subprocess.PIPE
        )
        try:
            out, _ = await asyncio.wait_for(child.communicate(), limit)
            return out.decode()
        except TimeoutError:
            child.kill()
            await child.wait()
            return "timeout"

    assert asyncio.run(main()) == expected
    assert kernel.now < 60_000_000_000
    assert kernel.outside.children == set()


def test_subprocess_run(kernel):
    assert subprocess.run([*CHILD, "print(1)"], capture_output=True, timeout=60, check=True).stdout == b"1\n"
    assert subprocess.call([*CHILD, "raise SystemExit(3)"]) == 3
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([*CHILD, "import time; time.sleep(60)"], timeout=0.05)
    assert kernel.now < 60_000_000_000
    assert kernel.outside.children == set()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_leaves_the_simulation(kernel):
    pid = os.fork()
    if pid == 0:
        os._exit(7 if virtual.active() is None else 8)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert kernel.outside.children == set()


def test_what_comes_from_outside():
    here, there = socket.socketpair()
    reader, writer = os.pipe()
    internet = socket.socket()
    assert [is_external(here.fileno()), is_external(reader), is_external(internet.fileno())] == [
        False,
        True,
        False,
    ]
    internet.bind(("127.0.0.1", 0))
    assert not is_external(internet.fileno())
    for thing in (here, there, internet):
        thing.close()
    os.close(reader)
    os.close(writer)


def test_a_pipe_that_a_thread_waits_for_paces_the_clock(kernel):
    reader, writer = os.pipe()
    with pytest.MonkeyPatch.context():
        threading.Timer(0.02, os.write, [writer, b"x"]).start()
        assert kernel.outside.wait_for([(reader, select.POLLIN)], kernel.now + 10_000_000_000)
    assert kernel.now < 10_000_000_000
    assert not kernel.outside.wait_for([(writer, select.POLLIN)], kernel.now + 1_000_000)
    os.close(reader)
    os.close(writer)


def test_a_loop_that_watches_a_pipe(kernel):
    async def main():
        loop, (reader, writer) = asyncio.get_running_loop(), os.pipe()
        came = asyncio.Event()
        loop.add_reader(reader, came.set)
        loop.call_later(0.02, os.write, writer, b"x")
        await came.wait()
        loop.remove_reader(reader)
        os.close(reader)
        os.close(writer)

    asyncio.run(main())
    assert kernel.now == 20_000_000


def test_without_a_kernel_the_calls_are_real(installed):
    here, there = socket.socketpair()
    here.sendall(b"abc")
    assert there.recv(3) == b"abc"
    with selectors.DefaultSelector() as selector:
        selector.register(there, selectors.EVENT_READ)
        assert selector.select(0.001) == []
    assert subprocess.run([*CHILD, "pass"], check=False).returncode == 0
    here.close()
    there.close()
    kernel = Kernel()
    kernel.close()
