"""Who a submission runs as: nobody at all when the grader is root, the grader's own user otherwise.

Root hands out a user id that no account has and that belongs to one zygote alone, so that concurrent
sandboxes can't signal each other and the kernel counts their threads apart. An ordinary user can't change
ids; there the other layers have to keep the submission from the user's files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.sandbox import kernel

_WISH: Final = 2_100_000_000
_SPREAD: Final = 40_000_000
"""Ids from _WISH on: above those of accounts, systemd and containers; process numbers fit in."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and group id to become, or to stay."""

    uid: int
    gid: int
    change: bool
    """Whether ids have to be set, and can be."""
    read_search: bool = False
    """Keep the right to enter folders that only root may enter, because the interpreter is in one."""


def choose(number: int) -> Identity:
    """The identity for the zygote with that process number."""
    if os.geteuid() != 0:
        return Identity(os.getuid(), os.getgid(), change=False)
    return Identity(
        _free_id(Path("/proc/self/uid_map").read_text(), number),
        _free_id(Path("/proc/self/gid_map").read_text(), number),
        change=True,
    )


def _free_id(table: str, number: int) -> int:
    """An id of this user namespace (`table` is its uid_map), its own for each number if it can be."""
    wish = _WISH + number % _SPREAD
    ranges = [
        (int(first), int(count)) for first, _outside, count in (line.split() for line in table.splitlines())
    ]
    if any(first <= wish < first + count for first, count in ranges):
        return wish
    first, count = max(ranges, key=lambda found: found[0] + found[1])
    # The upper half of the highest range: most likely nobody's.
    return first + count - 1 - number % max(1, count // 2)


def confine(identity: Identity) -> None:
    """Become `identity` for ever, without capabilities and without other groups.

    Raises:
        OSError: The kernel refused.
    """
    if identity.change:
        if identity.read_search:
            kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setresgid(identity.gid, identity.gid, identity.gid)
        os.setresuid(identity.uid, identity.uid, identity.uid)
    kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    kernel.set_capabilities(1 << kernel.CAP_DAC_READ_SEARCH if identity.read_search else 0)
