import asyncio

import pytest

import solution

NAMES = ["Queue", "PriorityQueue", "LifoQueue", "Event", "Lock", "Condition", "Semaphore", "BoundedSemaphore"]


@pytest.mark.parametrize("name", NAMES)
async def test_isinstance(name):
    cls = getattr(asyncio, name)
    theirs, mine = solution.make(name), cls()
    assert isinstance(theirs, cls) and type(theirs).__name__ == name
    assert solution.is_a(mine, name) and solution.is_a(theirs, name)
    assert not isinstance(theirs, dict) and repr(theirs).startswith("<")


async def test_queue_of_the_suite():
    queue = asyncio.Queue()
    await asyncio.gather(solution.produce(queue, "abc"), solution.produce(queue, [1, 2]))
    assert [queue.get_nowait() for _ in range(5)] == ["a", 1, "b", 2, "c"]
    for _ in range(5):
        queue.task_done()
    await queue.put("x")
    assert await solution.consume(queue, 1) == ["x"]
    await asyncio.wait_for(queue.join(), 1)
    with pytest.raises(asyncio.QueueEmpty):
        queue.get_nowait()


async def test_queue_of_the_submission():
    queue = solution.make("Queue", 1)
    assert queue.maxsize == 1 and queue.empty() and queue.qsize() == 0
    await queue.put("a")
    assert queue.full()
    with pytest.raises(asyncio.QueueFull):
        queue.put_nowait("b")
    putting = asyncio.create_task(queue.put("b"))
    await asyncio.sleep(0)
    assert not putting.done() and queue.get_nowait() == "a"
    await putting
    assert await queue.get() == "b"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.get(), 0.001)


async def test_back_pressure():
    queue, log = asyncio.Queue(maxsize=2), []

    async def slow():
        for _ in range(4):
            log.append(await queue.get())
            await asyncio.sleep(0.001)

    await asyncio.gather(solution.produce(queue, range(4)), slow())
    assert log == [0, 1, 2, 3]


async def test_priority():
    queue = solution.Priority()
    for item in (3, 1, 2):
        await queue.put(item)
    assert isinstance(queue, asyncio.PriorityQueue) and isinstance(queue, asyncio.Queue)
    assert queue.puts == 3 and queue.peek() == 1 and queue.qsize() == 3
    assert [await queue.get() for _ in range(3)] == [1, 2, 3]
    mine = asyncio.LifoQueue()
    await solution.produce(mine, [1, 2])
    assert await solution.consume(mine, 2) == [2, 1]


async def test_events():
    log, event = [], asyncio.Event()
    tasks = [asyncio.create_task(solution.wait_then(event, log, i)) for i in range(3)]
    await asyncio.sleep(0)
    assert log == []
    event.set()
    await asyncio.gather(*tasks)
    assert log == [0, 1, 2]
    theirs = solution.make("Event")
    setting = asyncio.create_task(solution.set_later(theirs, 0.001))
    assert not theirs.is_set()
    assert await theirs.wait() is True and theirs.is_set()
    await setting
    theirs.clear()
    assert not theirs.is_set()


@pytest.mark.parametrize("whose", ["suite", "submission"])
async def test_locks(whose):
    lock = asyncio.Lock() if whose == "suite" else solution.make("Lock")
    log = []

    async def mine(name):
        async with lock:
            log.append(f"{name} in")
            await asyncio.sleep(0)
            log.append(f"{name} out")

    await asyncio.gather(mine("a"), solution.locked(lock, log, "b"), mine("c"), solution.locked(lock, log, "d"))
    assert log == [f"{name} {where}" for name in "abcd" for where in ("in", "out")]
    assert not lock.locked()
    await lock.acquire()
    assert lock.locked()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(solution.locked(lock, log, "e"), 0.001)
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()


@pytest.mark.parametrize("whose", ["suite", "submission"])
async def test_semaphores(whose):
    gate = asyncio.Semaphore(2) if whose == "suite" else solution.make("Semaphore", 2)
    log = []
    await asyncio.gather(*[solution.locked(gate, log, name, 0.001) for name in "abc"])
    assert log[:2] == ["a in", "b in"] and sorted(log[2:4]) == ["a out", "b out"]
    assert log[4:] == ["c in", "c out"]


@pytest.mark.parametrize("whose", ["suite", "submission"])
async def test_conditions(whose):
    condition = asyncio.Condition() if whose == "suite" else solution.make("Condition")
    log = []
    tasks = [asyncio.create_task(solution.wait_condition(condition, log, name)) for name in "abc"]
    await asyncio.sleep(0)
    await solution.notify(condition)
    await asyncio.sleep(0.001)
    assert log == ["a"]
    async with condition:
        condition.notify_all()
    await asyncio.gather(*tasks)
    assert log == ["a", "b", "c"]


async def test_barrier():
    barrier, log = asyncio.Barrier(3), []

    async def mine(name):
        log.append(f"{name} arrives")
        await barrier.wait()
        log.append(f"{name} goes")

    await asyncio.gather(mine("a"), solution.meet(barrier, log, "b"), solution.meet(barrier, log, "c"))
    assert log[:3] == ["a arrives", "b arrives", "c arrives"] and len(log) == 6


async def test_buffer():
    buffer = solution.Buffer(2)
    filling = asyncio.gather(*[buffer.put(i) for i in range(2)])
    await buffer.full.wait()
    await filling
    assert await buffer.drain() == [0, 1] and not buffer.full.is_set()
    assert isinstance(buffer.queue, asyncio.Queue) and buffer.queue is buffer.queue


async def test_rate_limit():
    limit, moments = solution.RateLimit(0.01), []
    loop = asyncio.get_running_loop()

    async def job():
        async with limit:
            moments.append(loop.time())

    await asyncio.gather(*[job() for _ in range(3)])
    gaps = [b - a for a, b in zip(moments, moments[1:])]
    assert all(0.0099 <= gap < 0.2 for gap in gaps)


async def test_workers():
    queue, seen = asyncio.Queue(), []

    async def handler(item):
        await asyncio.sleep(0.001)
        if item == 3:
            return
        seen.append(item)

    async with solution.workers(queue, handler, 2) as tasks:
        assert len(tasks) == 2 and all(isinstance(task, asyncio.Task) for task in tasks)
        for i in range(6):
            queue.put_nowait(i)
    assert sorted(seen) == [0, 1, 2, 4, 5] and all(task.cancelled() for task in tasks)


async def test_pipeline():
    async def source():
        for i in range(4):
            await asyncio.sleep(0)
            yield i + 1

    async def double(x):
        return x * 2

    async def text(x):
        await asyncio.sleep(0)
        return f"<{x}>"

    assert await solution.pipeline(source(), double, text) == ["<2>", "<4>", "<6>", "<8>"]


async def test_cache():
    asked = []

    async def compute(key):
        asked.append(key)
        await asyncio.sleep(0.001)
        return key.upper()

    cache = solution.Cache(compute)
    assert await asyncio.gather(cache.get("a"), cache.get("a"), cache.get("b")) == ["A", "A", "B"]
    assert asked == ["a", "b"]


async def test_bus():
    bus = solution.Bus()
    one, two = bus.subscribe(), bus.subscribe()
    await bus.publish("x")
    await bus.publish("y")
    assert [await one.get(), await one.get()] == ["x", "y"] and two.qsize() == 2
    assert bus.subscribers == [one, two]
