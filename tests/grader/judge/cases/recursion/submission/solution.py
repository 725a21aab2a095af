"""Recursion, as deep as it goes."""

import sys

sys.setrecursionlimit(3000)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def limited(n):
    sys.setrecursionlimit(n)
    return sys.getrecursionlimit()


def telling(tell, n=0):
    tell(n)
    telling(tell, n + 1)


async def descend(n):
    return 0 if n == 0 else 1 + await descend(n - 1)


class Mirrored:
    def __repr__(self):
        return repr(self)
