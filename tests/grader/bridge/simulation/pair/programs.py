"""Random async programs of a few workers, each on one of two sides."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from typing import Any


def make(seed: int, *, threads: bool = False) -> list[dict[str, Any]]:
    """For each worker its side and its steps; worker 0 begins, on side J. A worker only calls later ones.

    With `threads`, workers also start threads of their side, whose steps are of the same kind.
    """
    dice = random.Random(seed)
    kinds = KINDS + ["thread", "thread", "awaited thread"] * threads
    count = dice.randint(3, 7)
    program = []
    for worker in range(count):
        steps: list[list[Any]] = []
        for _ in range(dice.randint(1, 5)):
            later = list(range(worker + 1, count))
            kind = dice.choice(kinds)
            if kind not in ALONE and not later:
                kind = "log"
            if kind in ("sleep", "block"):
                steps.append([kind, dice.choice([0, 1, 1, 2, 3]) / 10])
            elif kind in ("call", "spawn", "orphan", "plain"):
                steps.append([kind, dice.choice(later)])
            elif kind == "cancel":
                steps.append([kind, dice.choice(later), dice.choice([0, 1, 2])])
            elif kind == "timeout":
                steps.append([kind, dice.choice(later), dice.choice([0.05, 0.15, 0.25])])
            elif kind in ("thread", "awaited thread"):
                steps.append([kind, [_operation(dice) for _ in range(dice.randint(1, 4))]])
            elif kind == "gather":
                steps.append(["gather", [dice.choice(later) for _ in range(dice.randint(2, 3))]])
            else:
                steps.append([kind])
        program.append({"side": dice.choice("JS") if worker else "J", "steps": steps})
    return program


def _operation(dice: random.Random) -> list[Any]:
    kind = dice.choice(["log", "block", "block", "plain", "lock"])
    return [kind, dice.choice([0, 1, 1, 2, 3]) / 10] if kind in ("block", "lock") else [kind]


async def work(  # noqa: C901 - one branch a kind of step
    program: Any, worker: int, side: str, log: Any, other: Any, plain_other: Any
) -> None:
    """Run a worker here; a worker of the other side through `other`."""

    def call(callee: int) -> Any:
        if program[callee]["side"] == side:
            return work(program, callee, side, log, other, plain_other)
        return other(callee)

    spawned = []
    try:
        for i, step in enumerate(program[worker]["steps"]):
            log(f"{worker}.{i} {step[0]}")
            match step:
                case ["sleep", seconds]:
                    await asyncio.sleep(seconds)
                case ["block", seconds]:
                    time.sleep(seconds)
                case ["yield"]:
                    await asyncio.sleep(0)
                case ["call", callee]:
                    await call(callee)
                case ["gather", callees]:
                    await asyncio.gather(*[call(callee) for callee in callees])
                case ["spawn", callee]:
                    spawned.append(asyncio.create_task(call(callee)))
                case ["orphan", callee]:
                    KEPT.append(asyncio.create_task(call(callee)))
                case ["plain", callee]:
                    (log if program[callee]["side"] == side else plain_other)(f"{worker}.{i} plain")
                case ["thread", operations]:
                    start(f"{worker}.{i}", operations, side, log, plain_other)
                case ["awaited thread", operations]:
                    future = start(f"{worker}.{i}", operations, side, log, plain_other)
                    await future
                    log(f"{worker}.{i} thread ended")
                case ["cancel", callee, turns]:
                    task = asyncio.create_task(call(callee))
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    task.cancel()
                    try:
                        await task
                    except asyncio.CancelledError:
                        log(f"{worker}.{i} cancelled")
                case ["timeout", callee, seconds]:
                    try:
                        async with asyncio.timeout(seconds):
                            await call(callee)
                    except TimeoutError:
                        log(f"{worker}.{i} timeout")
        for task in spawned:
            await task
        log(f"{worker} end")
    except asyncio.CancelledError:
        log(f"{worker} C")
        raise


def start(name: str, operations: Any, side: str, log: Any, plain_other: Any) -> asyncio.Future[None]:
    """Start a thread of this side; the future is done at its end."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def end() -> None:
        if not future.done():
            future.set_result(None)

    def run() -> None:
        for i, operation in enumerate(operations):
            log(f"{name}:{i} {operation[0]}")
            match operation:
                case ["block", seconds]:
                    time.sleep(seconds)
                case ["plain"]:
                    plain_other(f"{name}:{i} there")
                case ["lock", seconds]:
                    with LOCKS[side]:
                        log(f"{name}:{i} locked")
                        time.sleep(seconds)
        log(f"{name}: end")
        if not loop.is_closed():
            loop.call_soon_threadsafe(end)

    thread = threading.Thread(target=run)
    THREADS[side].append(thread)
    thread.start()
    return future


def clear() -> None:
    """Before a program begins."""
    KEPT.clear()
    for side in "JS":
        THREADS[side].clear()
        LOCKS[side] = threading.Lock()


def join(side: str) -> None:
    """When a program has ended: wait for the threads of that side."""
    for thread in THREADS[side]:
        thread.join()


ALONE = ("log", "sleep", "block", "yield", "thread", "awaited thread")
"""The kinds of steps that call no other worker."""
KINDS = ["log", "sleep", "call"] * 2 + ["block", "yield", "gather", "spawn", "orphan", "plain"]
KINDS += ["cancel", "timeout"]
KEPT: list[Any] = []
THREADS: dict[str, list[threading.Thread]] = {"J": [], "S": []}
LOCKS: dict[str, Any] = {}
