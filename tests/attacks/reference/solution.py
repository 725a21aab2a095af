"""What the attacks pretend to be: it passes every test."""

import asyncio
import contextlib
import time
from dataclasses import dataclass


def answer():
    return 42


number = answer


def double(value):
    return 2 * value


def triple(value):
    return 3 * value


def text():
    return "soup"


def items():
    return [1, 2, 3]


def mapping():
    return {"a": 1}


def bag():
    return {1, 2}


def nested():
    return {"a": (1, [2])}


def flag():
    return True


def nothing():
    return None


def empty():
    return []


@dataclass
class Order:
    price: int


def order():
    return Order(42)


def total(first, *rest):
    return first + sum(rest)


def burn():
    raise ValueError("burnt")


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __eq__(self, other):
        if isinstance(other, Money):
            return self.amount == other.amount
        return self.amount == other

    def __lt__(self, other):
        return self.amount < other

    def __gt__(self, other):
        return self.amount > other

    def __add__(self, other):
        return Money(self.amount + other.amount)

    __hash__ = None


@dataclass
class Pair:
    left: int
    right: int

    def __add__(self, other):
        return Pair(self.left + other.left, self.right + other.right)

    def __eq__(self, other):
        return (self.left, self.right) == other


def is_even(number):
    return number % 2 == 0


@contextlib.contextmanager
def guard():
    yield 42


@contextlib.asynccontextmanager
async def guard_async():
    yield 42


async def deliver(taste):
    await taste("soup")


def notify(bell):
    for _ in range(3):
        bell("soup", times=3)


async def slow(seconds):
    await asyncio.sleep(seconds)
    return "done"


async def cook(stir, dishes):
    return [await stir(dish) for dish in dishes]


async def serve(count):
    for number in range(count):
        await asyncio.sleep(0.001)
        yield number


def use(what, given):
    match what:
        case "object":
            given.bake("bread")
            given.bake("cake")
        case "callback":
            given(42)
        case "error":
            given()
        case "list":
            given.sort()
        case "generator":
            return [next(given), given.send(2)]
        case "future":
            given.set_result(42)
        case "task":
            given.cancel()
        case "method":
            given(1)
            given(2)
    return None


def numbers():
    yield from [1, 2, 3]


def stream():
    number = 0
    while True:
        yield number
        number += 1


def values():
    return [1, 2, 3]


sized = values


def hold():
    until = time.process_time() + 0.0
    while time.process_time() < until:
        pass
    return 1


def copy_of(path):
    with open(path) as file:
        return file.read() + " and rice"


def fill(path):
    with open(path, "w") as file:
        file.write("CANARY-in-another-file-71c9e4")
