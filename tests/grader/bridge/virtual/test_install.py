"""What is installed comes off again, and what has no kernel stays real."""

from __future__ import annotations

import _thread
import asyncio
import datetime
import os
import queue
import selectors
import socket
import subprocess
import threading
import time
from asyncio import runners, taskgroups, tasks, unix_events
from concurrent.futures import thread as executors

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.kernel import Kernel

policy = getattr(unix_events, "_UnixDefaultEventLoopPolicy", None) or unix_events._DefaultEventLoopPolicy
OWNERS = (
    *(_thread, threading, queue, time, os, subprocess, asyncio, unix_events, runners, tasks, taskgroups),
    *(executors, policy, selectors, selectors.EpollSelector, selectors.SelectSelector),
    *(socket.socket, datetime.datetime, datetime.date),
)


def everything() -> dict[str, dict[str, object]]:
    state = {str(owner): dict(vars(owner)) for owner in OWNERS}
    state["poll defaults"] = {"": subprocess.Popen._internal_poll.__defaults__}
    return state


def same(one: dict[str, dict[str, object]], other: dict[str, dict[str, object]]) -> list[str]:
    changed = []
    for owner, names in one.items():
        if list(names) != list(other[owner]):
            changed.append(owner)
        changed += [f"{owner}.{name}" for name, value in names.items() if other[owner].get(name) is not value]
    return changed


def test_uninstall_leaves_nothing_patched():
    before = everything()
    virtual.install(outside=True)
    assert "time.sleep" in " ".join(same(before, everything())).replace("<module 'time' (built-in)>", "time")
    virtual.uninstall()
    assert same(before, everything()) == []


def test_nothing_stays_when_an_installation_fails(monkeypatch):
    from grader.bridge.virtual import loops

    def fail(_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(loops, "install", fail)
    before = everything()
    with pytest.raises(OSError, match="no"):
        virtual.install()
    assert same(before, everything()) == []
    assert not virtual.installed()


def test_installing_twice_is_refused(installed):
    with pytest.raises(RuntimeError, match="installed already"):
        virtual.install()


def test_a_kernel_is_activated_only_in_an_installed_world():
    with pytest.raises(RuntimeError, match="install the virtual world first"):
        virtual.activate(Kernel())


def test_activate_returns_the_kernel_before(installed):
    first, second = Kernel(), Kernel()
    assert virtual.activate(first) is None
    assert virtual.activate(second) is first
    assert virtual.active() is second
    virtual.deactivate()
    assert virtual.active() is None


def test_without_a_kernel_everything_is_real(installed):
    began = time.perf_counter()
    time.sleep(0.01)
    lock = threading.Lock()
    assert lock.acquire(timeout=0.01)
    assert not lock.acquire(timeout=0.01)
    lock.release()
    found = queue.SimpleQueue()
    thread = threading.Thread(target=lambda: found.put(asyncio.run(asyncio.sleep(0.01, "slept"))))
    thread.start()
    thread.join()
    assert found.get() == "slept"
    assert 0.03 <= time.perf_counter() - began < 20
    assert abs(datetime.datetime.now(datetime.UTC).timestamp() - time.time()) < 20
    assert datetime.date.today() >= datetime.datetime.now().date() - datetime.timedelta(days=1)
    assert time.strftime("%Y") == str(time.localtime().tm_year)
    assert time.clock_gettime(time.CLOCK_REALTIME) > 1.7e9


def test_a_thread_outside_the_simulation_wakes_one_inside(installed):
    event = threading.Event()
    released = _thread.allocate_lock()
    released.acquire()

    def outsider() -> None:
        released.acquire()
        event.set()

    thread = threading.Thread(target=outsider)
    thread.start()  # no kernel is active: it is a real thread
    with virtual.activated(Kernel()) as kernel:
        waits = threading.Thread(target=event.wait)
        waits.start()
        descriptor, other = os.pipe()  # waited for: so the clock does not overtake the real thread
        watcher = threading.Thread(
            target=lambda: kernel.outside.wait_for([(descriptor, 1)], kernel.now + 10_000_000_000)
        )
        watcher.start()
        released.release()
        waits.join()
        os.write(other, b"x")
        watcher.join()
        assert kernel.now < 10_000_000_000
    thread.join()
    os.close(descriptor)
    os.close(other)
