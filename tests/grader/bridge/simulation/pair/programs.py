"""Random async programs of a few workers, each on one of two sides."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any


def make(seed: int) -> list[dict[str, Any]]:
    """For each worker its side and its steps; worker 0 begins, on side J. A worker only calls later ones."""
    dice = random.Random(seed)
    count = dice.randint(3, 7)
    program = []
    for worker in range(count):
        steps: list[list[Any]] = []
        for _ in range(dice.randint(1, 5)):
            later = list(range(worker + 1, count))
            kind = dice.choice(
                [
                    "log",
                    "log",
                    "sleep",
                    "sleep",
                    "block",
                    "yield",
                    "call",
                    "call",
                    "gather",
                    "spawn",
                    "orphan",
                    "plain",
                    "cancel",
                    "timeout",
                ]
            )
            if kind not in ("log", "sleep", "block", "yield") and not later:
                kind = "log"
            if kind in ("sleep", "block"):
                steps.append([kind, dice.choice([0, 1, 1, 2, 3]) / 10])
            elif kind in ("call", "spawn", "orphan", "plain"):
                steps.append([kind, dice.choice(later)])
            elif kind == "cancel":
                steps.append([kind, dice.choice(later), dice.choice([0, 1, 2])])
            elif kind == "timeout":
                steps.append([kind, dice.choice(later), dice.choice([0.05, 0.15, 0.25])])
            elif kind == "gather":
                steps.append(["gather", [dice.choice(later) for _ in range(dice.randint(2, 3))]])
            else:
                steps.append([kind])
        program.append({"side": dice.choice("JS") if worker else "J", "steps": steps})
    return program


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


KEPT: list[Any] = []
