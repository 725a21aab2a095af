"""Who a submission runs as."""

from __future__ import annotations

import os

import pytest

from grader.sandbox import identity

WHOLE = "         0          0 4294967295\n"


def test_an_ordinary_user_stays_who_he_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids can't be changed, and are not."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(os, "getgid", lambda: 100)
    assert identity.choose(77) == identity.Identity(1000, 100, change=False)


def test_root_gives_every_zygote_an_id_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """High, without an account, different for different processes."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    if not os.access("/proc/self/uid_map", os.R_OK):
        pytest.skip("there is no /proc")
    chosen = {identity.choose(number) for number in range(100, 120)}
    assert all(one.change and one.uid > 0 and one.gid > 0 for one in chosen)
    assert len({one.uid for one in chosen}) == 20


@pytest.mark.parametrize(
    ("table", "number", "expected"),
    [
        (WHOLE, 0, 2_100_000_000),
        (WHOLE, 4_194_304, 2_104_194_304),
        ("0 100000 65536\n", 0, 65_535),
        ("0 100000 65536\n", 7, 65_528),
        ("0 1000 1\n1 100000 65536\n", 32_768, 65_536),
        ("0 1000 1\n1 100000 65536\n", 32_769, 65_535),
    ],
)
def test_ids_of_a_container(table: str, number: int, expected: int) -> None:
    """Where the high ids do not exist: one of the upper half of those that do."""
    assert identity._free_id(table, number) == expected
