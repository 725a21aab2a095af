"""Threads and everything that makes them wait, in virtual time; the order is a function of the program."""

from __future__ import annotations

import asyncio
import hashlib
import queue
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from concurrent.futures import TimeoutError as FutureTimeout

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.clock import Budget
from grader.bridge.simulation.kernel import Kernel


def now():
    """Virtual seconds, without the trillionth by which clocks run fast."""
    return round(time.monotonic(), 6)


def start(*bodies):
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    return threads


def join(threads):
    for thread in threads:
        thread.join()


class Diary:
    def __init__(self):
        self.began = now()
        self.entries = []

    def note(self, *what):
        self.entries.append((round(now() - self.began, 6), *what))


@pytest.fixture
def diary(kernel):
    return Diary()


def test_sleeping_threads_sleep_at_the_same_time(diary):
    join(start(*[lambda i=i: (time.sleep(i), diary.note(i)) for i in (3, 1, 2)]))
    assert diary.entries == [(1.0, 1), (2.0, 2), (3.0, 3)]


def test_threads_that_wake_together_run_in_the_order_in_which_they_went_to_sleep(diary):
    join(start(*[lambda i=i: (time.sleep(1), diary.note(i)) for i in range(5)]))
    assert diary.entries == [(1.0, i) for i in range(5)]


def test_sleep_of_zero_lets_the_others_run(diary):
    def body(name):
        time.sleep(1)
        for _ in range(2):
            diary.note(name)
            time.sleep(0)

    join(start(lambda: body("a"), lambda: body("b")))
    assert [name for _, name in diary.entries] == ["a", "b", "a", "b"]


def test_join_with_a_timeout(diary):
    (thread,) = start(lambda: time.sleep(1))
    thread.join(0.25)
    diary.note(thread.is_alive())
    thread.join()
    diary.note(thread.is_alive())
    thread.join()
    assert diary.entries == [(0.25, True), (1.0, False)]


def test_locks_with_and_without_timeouts(diary):
    lock = threading.Lock()

    def hold():
        with lock:
            diary.note("holds")
            time.sleep(1)

    threads = start(hold)
    diary.note(
        lock.acquire(timeout=0.4), lock.acquire(blocking=False), lock.acquire(timeout=0), lock.locked()
    )
    diary.note(lock.acquire(timeout=4))
    lock.release()
    join(threads)
    assert diary.entries == [(0.0, "holds"), (0.4, False, False, False, True), (1.0, True)]


def test_waiters_of_a_lock_are_served_first_come_first_served(diary):
    lock = threading.Lock()

    def body(name):
        with lock:
            diary.note(name)
            time.sleep(1)

    join(start(*[lambda i=i: body(i) for i in range(4)]))
    assert diary.entries == [(0.0, 0), (1.0, 1), (2.0, 2), (3.0, 3)]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [((False, 1), ValueError), ((True, -2), ValueError), ((True, 1e12), OverflowError)],
)
def test_a_lock_refuses_what_the_real_one_refuses(kernel, arguments, error):
    with pytest.raises(error):
        threading.Lock().acquire(*arguments)


def test_a_lock_says_what_it_is(kernel):
    lock = threading.Lock()
    assert repr(lock).startswith("<unlocked Lock object at 0x")
    with lock:
        assert repr(lock).startswith("<locked Lock object at 0x")
    lock.acquire()
    lock._at_fork_reinit()
    with pytest.raises(RuntimeError):
        lock.release()


def test_a_reentrant_lock(diary):
    lock = threading.RLock()

    def body(name):
        with lock, lock:
            time.sleep(0.5)
            diary.note(name)

    join(start(lambda: body(1), lambda: body(2)))
    assert diary.entries == [(0.5, 1), (1.0, 2)]


def test_a_semaphore_lets_two_in(diary):
    semaphore = threading.Semaphore(2)

    def body(name):
        with semaphore:
            time.sleep(1)
            diary.note(name)

    join(start(*[lambda i=i: body(i) for i in range(4)]))
    diary.note(semaphore.acquire(timeout=1), semaphore.acquire(timeout=1), semaphore.acquire(timeout=1))
    assert diary.entries == [(1.0, 0), (1.0, 1), (2.0, 2), (2.0, 3), (3.0, True, True, False)]


def test_a_condition(diary):
    condition = threading.Condition()

    def waiter(seconds):
        with condition:
            diary.note(seconds, condition.wait(timeout=seconds))

    threads = start(*[lambda i=i: waiter(i) for i in (1, 5, 6)])
    time.sleep(2)
    with condition:
        condition.notify_all()
    join(threads)
    with condition:
        diary.note(condition.wait_for(lambda: False, timeout=3))
    assert diary.entries == [(1.0, 1, False), (2.0, 5, True), (2.0, 6, True), (5.0, False)]


def test_an_event_a_barrier_and_a_timer(diary):
    event, barrier = threading.Event(), threading.Barrier(3)
    timer = threading.Timer(0.7, lambda: (diary.note("timer"), event.set()))
    timer.start()
    cancelled = threading.Timer(0.1, lambda: diary.note("never"))
    cancelled.start()
    cancelled.cancel()

    def body(i):
        time.sleep(i)
        barrier.wait()
        diary.note(i)

    threads = start(*[lambda i=i: body(i) for i in range(3)])
    diary.note(event.wait(0.25), event.wait(), event.is_set())
    join(threads)
    assert diary.entries == [(0.7, "timer"), (0.7, False, True, True), (2.0, 2), (2.0, 0), (2.0, 1)]


@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue", "LifoQueue", "PriorityQueue"])
def test_queues(diary, kind):
    q = getattr(queue, kind)()

    def producer():
        for i in range(3):
            time.sleep(0.1)
            q.put(i)

    threads = start(producer)
    for _ in range(3):
        diary.note(q.get())
    join(threads)
    with pytest.raises(queue.Empty):
        q.get(timeout=1)
    diary.note("empty")
    assert diary.entries == [(0.1, 0), (0.2, 1), (0.3, 2), (1.3, "empty")]


def test_a_full_queue_blocks_its_producer(diary):
    q = queue.Queue(1)

    def consumer():
        for _ in range(3):
            time.sleep(1)
            q.get()
            q.task_done()

    threads = start(consumer)
    for i in range(3):
        q.put(i)
        diary.note(i)
    q.join()
    diary.note("done")
    join(threads)
    assert diary.entries == [(0.0, 0), (1.0, 1), (2.0, 2), (3.0, "done")]


def test_a_pool_of_three_runs_six_jobs_in_two_rounds(diary):
    def cook(i):
        time.sleep(1)
        return i

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(cook, i) for i in range(6)]
        with pytest.raises(FutureTimeout):
            jobs[5].result(timeout=0.5)
        done, _ = wait(jobs, timeout=1)
        diary.note(len(done))
        diary.note([job.result() for job in as_completed(jobs[:2])])  # of those that are done, the last first
        diary.note(list(pool.map(cook, range(3))))
    assert diary.entries == [(1.5, 3), (1.5, [1, 0]), (3.0, [0, 1, 2])]


def test_a_race_loses_the_same_updates_every_time(kernel):
    total = 0

    def add():
        nonlocal total
        for _ in range(3):
            read = total
            time.sleep(0.001)
            total = read + 1

    join(start(add, add, add, add))
    assert total == 3


def test_a_thread_that_raises_is_reported_as_ever(kernel, monkeypatch):
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_type))
    join(start(lambda: 1 / 0))
    assert seen == [ZeroDivisionError]


def test_an_event_loop_in_a_thread(diary):
    async def main():
        await asyncio.sleep(2)
        return threading.current_thread() is threading.main_thread()

    join(start(lambda: diary.note(asyncio.run(main())), lambda: (time.sleep(1), diary.note("thread"))))
    assert diary.entries == [(1.0, "thread"), (2.0, False)]


def test_a_thread_wakes_the_loop_of_another(diary):
    async def main():
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        threading.Timer(3, loop.call_soon_threadsafe, [event.set]).start()
        await event.wait()
        diary.note("set")
        made = asyncio.run_coroutine_threadsafe(asyncio.sleep(1, "made"), loop)
        diary.note(await asyncio.to_thread(made.result))

    asyncio.run(main())
    assert diary.entries == [(3.0, "set"), (4.0, "made")]


def test_too_many_threads_are_refused_as_the_system_refuses_them(installed):
    with virtual.activated(Kernel(budget=Budget(threads=4))):
        threads = start(*[lambda: time.sleep(1)] * 3)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            threading.Thread(target=time.sleep).start()
        join(threads)
        join(start(lambda: None))


def zoo(seed):
    """Many threads, few locks and queues, random waits: what happened, as text."""
    dice = random.Random(seed)
    locks = [threading.Lock(), threading.RLock(), threading.Semaphore(2), threading.Condition()]
    q = queue.Queue()
    out = []

    def body(name, steps):
        for kind, index, seconds in steps:
            out.append(f"{now():.3f} {name} {kind}")
            if kind == "sleep":
                time.sleep(seconds)
            elif kind == "put":
                q.put(name)
            elif kind == "get":
                try:
                    out.append(f"{q.get(timeout=seconds)}")
                except queue.Empty:
                    out.append("empty")
            else:
                with locks[index]:
                    time.sleep(seconds)
        out.append(f"{now():.3f} {name} ends")

    join(
        start(
            *[
                lambda n=n, steps=steps: body(n, steps)
                for n in range(8)
                for steps in [
                    [
                        (
                            dice.choice(["sleep", "lock", "put", "get"]),
                            dice.randrange(4),
                            dice.randrange(5) / 10,
                        )
                        for _ in range(8)
                    ]
                ]
            ]
        )
    )
    return hashlib.sha256("\n".join(out).encode()).hexdigest()


def test_the_same_program_has_the_same_history(installed):
    histories = set()
    for _ in range(10):
        with virtual.activated(Kernel()):
            histories.add(tuple(zoo(seed) for seed in range(3)))
    assert len(histories) == 1
