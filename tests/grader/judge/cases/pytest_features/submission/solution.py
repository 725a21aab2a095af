import asyncio


class Pot:
    made = 0

    def __init__(self, size=1):
        self.size = size
        self.content = []
        type(self).made += 1

    async def fill(self, item):
        await asyncio.sleep(0)
        self.content.append(item)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *details):
        self.content.clear()

    def total(self):
        return sum(self.content)


def add(a, b):
    return a + b


def reverse(text):
    return text[::-1]


async def areverse(items):
    await asyncio.sleep(0)
    return list(reversed(items))


def divide(a, b):
    return a / b


def unstable(items):
    return sorted(items)


def encode(text):
    return [ord(c) for c in text]


def decode(codes):
    return "".join(map(chr, codes))


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        if amount < 0:
            raise ValueError("negative")
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("too much")
        self.balance -= amount
