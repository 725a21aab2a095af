import asyncio
import concurrent.futures
import queue
import threading
import time

import pytest

import solution


async def test_to_thread():
    assert await solution.in_thread(lambda x: x + 1, 2) == 3
    main = threading.get_ident()
    assert await solution.in_thread(threading.get_ident) != main
    with pytest.raises(ValueError, match="bad"):
        await solution.in_thread(_fail)
    assert await asyncio.to_thread(solution.names) != solution.names()


def _fail():
    raise ValueError("bad")


async def test_several_at_once():
    def work(i):
        time.sleep(0.02)
        return i

    began = time.monotonic()
    assert await solution.several(work, 4) == [0, 1, 2, 3]
    assert time.monotonic() - began < 0.06


async def test_a_callback_that_sleeps_in_a_thread_leaves_the_loop_free():
    beats = await solution.heartbeat_while(lambda: asyncio.to_thread(time.sleep, 0.05))
    assert 4 <= beats <= 7


async def test_a_callback_that_sleeps_on_the_loop_does_not():
    async def blocks():
        time.sleep(0.05)

    assert await solution.heartbeat_while(blocks) == 1


async def test_executor():
    assert await solution.in_executor(max, 1, 2) == 2
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, solution.elapsed, lambda: None) < 0.5
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(solution.elapsed, [lambda: time.sleep(0.01)]))[0] >= 0.01


def test_pool():
    assert solution.pool_map(lambda x: x * x, [1, 2, 3]) == [1, 4, 9]
    assert solution.collect(lambda i: i * 2, 4) == [0, 2, 4, 6]


def test_thread_objects():
    done = []
    thread = solution.start(done.append, 1, name="helper")
    assert isinstance(thread, threading.Thread) and thread.name == "helper"
    thread.join(5)
    assert done == [1] and not thread.is_alive()


def test_thread_subclass():
    cook = solution.Cook("rice")
    assert isinstance(cook, threading.Thread) and not cook.is_alive() and cook.result is None
    cook.start()
    assert cook.done.wait(5)
    cook.join()
    assert cook.result == "RICE" and cook.name == "cook rice"
    with pytest.raises(RuntimeError, match="only be started once"):
        cook.start()


def test_suite_threads_call_the_submission():
    counter = solution.Counter()
    threads = [threading.Thread(target=counter.add, args=(i,)) for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 10


def test_suite_threads_in_parallel():
    def slow(i):
        return solution.elapsed(lambda: time.sleep(0.01 * (i + 1)))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(slow, range(4)))
    assert [0.01 * (i + 1) <= each < 0.2 + 0.01 * i for i, each in enumerate(found)] == [True] * 4


@pytest.mark.parametrize("whose", ["suite", "submission"])
def test_queues(whose):
    channel = queue.Queue() if whose == "suite" else solution.queue.Queue()
    assert isinstance(channel, queue.Queue)
    thread = threading.Thread(target=solution.produce, args=("abc", channel, 0.001))
    thread.start()
    assert solution.drain(channel) == ["a", "b", "c"]
    thread.join()
    with pytest.raises(queue.Empty):
        channel.get_nowait()
    producer = solution.start(lambda: solution.produce([1, 2], channel))
    assert [channel.get(timeout=5) for _ in range(3)] == [1, 2, None]
    producer.join()


def test_events_and_locks():
    event = threading.Event()
    timer = threading.Timer(0.001, event.set)
    timer.start()
    assert solution.wait_for(event, 5) is True
    assert solution.wait_for(threading.Event(), 0.001) is False
    lock, log = threading.Lock(), []
    lock.acquire()
    thread = solution.start(solution.locked, lock, log, "b")
    log.append("a")
    lock.release()
    thread.join()
    assert log == ["a", "b"]


async def test_call_soon_threadsafe():
    future = asyncio.get_running_loop().create_future()
    await solution.thread_safe(asyncio.get_running_loop(), future, 7)
    assert await future == 7


async def test_run_coroutine_threadsafe():
    async def mine():
        await asyncio.sleep(0.001)
        return "mine"

    loop = asyncio.get_running_loop()
    assert await asyncio.to_thread(solution.run_threadsafe, mine(), loop) == "mine"
    assert await solution.submit_from_thread(mine) == "mine"


def test_concurrent_future():
    future = solution.submit(pow, 2, 5)
    assert isinstance(future, concurrent.futures.Future) and future.result(5) == 32 and future.done()
    failing = solution.submit(_fail)
    with pytest.raises(ValueError, match="bad"):
        failing.result(5)
    assert isinstance(failing.exception(), ValueError)


async def test_wrapping_a_concurrent_future():
    assert await asyncio.wrap_future(solution.submit(pow, 2, 3)) == 8


def test_timer():
    done = threading.Event()
    timer = solution.after(0.001, done.set)
    assert done.wait(5)
    timer.join()
    never = solution.after(60, done.set)
    never.cancel()
    never.join(5)
    assert not never.is_alive()


def test_blocking():
    began = time.monotonic()
    solution.block(0.02)
    assert 0.02 <= time.monotonic() - began < 0.2
    assert 0.01 <= solution.elapsed(lambda: time.sleep(0.01)) < 0.2


def test_local():
    assert solution.local_value().x == 1


async def test_main_thread():
    assert await solution.ident()
    assert await asyncio.to_thread(lambda: threading.current_thread() is not threading.main_thread())


def test_many_threads_of_the_suite():
    counter = solution.Counter()

    def visit():
        counter.enter()
        time.sleep(0.001)
        counter.leave()

    threads = [threading.Thread(target=visit) for _ in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (counter.inside, counter.visits) == (0, 300)


def test_what_a_thread_of_the_suite_leaves_in_its_local_storage():
    solution.remember("main")
    seen = []

    def visit():
        solution.remember("worker")
        time.sleep(0.001)
        seen.append(solution.remembered())

    thread = threading.Thread(target=visit)
    thread.start()
    thread.join()
    assert (seen, solution.remembered()) == (["worker"], "main")
