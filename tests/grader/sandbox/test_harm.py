"""What a submission could do unconfined, and that it can't in a sandbox, whichever layer hides the files."""

from __future__ import annotations

import errno
import os
import platform
import socket
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.sandbox.launcher import Zygote
    from grader.sandbox.probes import Outcome

CONFINED = ("everything", "landlock", "view")

REFUSED = {
    "fork": errno.EPERM,
    "bare_clone": errno.EPERM,
    "execute": errno.EPERM,
    "tcp_socket": errno.EPERM,
    "udp_socket": errno.EPERM,
    "unix_socket": errno.EPERM,
    "netlink_socket": errno.EPERM,
    "datagram_pair": errno.EPERM,
    "pass_descriptor": errno.EPERM,
    "signal_parent": errno.EPERM,
    "signal_group": errno.EPERM,
    "signal_thread_of_parent": errno.EPERM,
    "trace_parent": errno.EPERM,
    "read_memory_of_parent": errno.EPERM,
    "take_descriptor_of_parent": errno.EPERM,
    "io_uring": errno.EPERM,
    "user_namespace": errno.EPERM,
    "another_filter": errno.EPERM,
    "kernel_keyring": errno.EPERM,
    "shared_memory": errno.EPERM,
    "memory_file": errno.EROFS,
    "write_own": errno.EROFS,
    "become_dumpable": errno.EPERM,
    "outlive_zygote": errno.EPERM,
    "leave_core": errno.EPERM,
}
"""Attempt -> the error that stops it."""

MAY_BE_REFUSED_ANYWAY = {
    "trace_parent": "Yama or a container's profile",
    "read_memory_of_parent": "Yama or a container's profile",
    "take_descriptor_of_parent": "Yama or a container's profile",
    "io_uring": "kernel.io_uring_disabled or a container's profile",
    "user_namespace": "a limit on user namespaces, AppArmor or a container's profile",
    "kernel_keyring": "a container's profile",
}
"""Attempts that some machines refuse to every ordinary process, and why."""


@pytest.mark.parametrize("name", REFUSED)
def test_it_would_do_harm(
    name: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """Without confinement the attempt succeeds: so what stops it inside is confinement."""
    outcome = attempt(zygotes("unconfined"), name)
    why = MAY_BE_REFUSED_ANYWAY.get(name)
    if not outcome.done and why is not None:
        pytest.skip(f"refused to any process ({why}): {outcome.detail}")
    assert outcome.done, outcome.detail


@pytest.mark.parametrize("choice", CONFINED)
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_stopped(
    name: str, choice: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """Each attempt is refused with the error that says so."""
    outcome = attempt(zygotes(choice), name)
    assert (outcome.done, outcome.code) == (False, REFUSED[name]), outcome.detail


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("read_file", "hidden.txt"),
        ("list_folder", "."),
        ("write_file", "hidden.txt"),
        ("write_file", "new.txt"),
        ("delete_file", "hidden.txt"),
        ("truncate_file", "hidden.txt"),
    ],
)
@pytest.mark.parametrize("choice", ["unconfined", *CONFINED])
def test_files_of_others(
    name: str,
    target: str,
    choice: str,
    public_folder: Path,
    zygotes: Callable[[str], Zygote],
    attempt: Callable[..., Outcome],
) -> None:
    """A file that everybody may read, write and delete is out of reach, by each file layer alone."""
    zygote = zygotes(choice)
    outcome = attempt(zygote, name, str(public_folder / target))
    reading = name in {"read_file", "list_folder"}
    if choice == "unconfined":
        assert outcome.done, outcome.detail
    elif reading and zygote.level is Level.WEAK:
        pytest.skip(f"no layer hides files here, and the level says so: {zygote.missing}")
    else:
        assert not outcome.done, outcome.detail
        assert outcome.code in ({errno.EACCES, errno.ENOENT} if reading else {errno.EROFS})
        assert [file.name for file in public_folder.iterdir()] == ["hidden.txt"]
        assert (public_folder / "hidden.txt").read_text() == "a hidden test"


@pytest.mark.parametrize("choice", ["unconfined", *CONFINED])
def test_a_server_of_this_machine(
    choice: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """No connection is made, not even to the same machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        outcome = attempt(zygotes(choice), "tcp", str(server.getsockname()[1]))
    assert outcome.done is (choice == "unconfined"), outcome.detail


@pytest.mark.parametrize("choice", CONFINED)
def test_nobody_without_privileges(
    choice: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """It is not root, has no capability, and no set-uid program could change that."""
    for name in ("privileges", "become_root", "new_privileges", "be_traced"):
        outcome = attempt(zygotes(choice), name)
        assert not outcome.done, outcome.detail


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user is not root unconfined either")
def test_root_is_root_unconfined(zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]) -> None:
    """What `test_nobody_without_privileges` guards against does happen."""
    for name in ("privileges", "become_root", "new_privileges"):
        assert attempt(zygotes("unconfined"), name).done


@pytest.mark.parametrize("choice", CONFINED)
@pytest.mark.parametrize("name", ["environment", "open_descriptors"])
def test_nothing_is_inherited(
    name: str, choice: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """No environment, no descriptor besides the four."""
    outcome = attempt(zygotes(choice), name)
    assert not outcome.done, outcome.detail


@pytest.mark.parametrize(
    ("name", "amount"),
    [("much_memory", str(600 * 1024 * 1024)), ("many_threads", "40"), ("many_descriptors", "300")],
)
@pytest.mark.parametrize("choice", ["unconfined", *CONFINED])
def test_more_than_its_share(
    name: str, amount: str, choice: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """Memory, threads and descriptors end with an error that Python code can catch."""
    zygote = zygotes(choice)
    outcome = attempt(zygote, name, amount)
    counted = os.geteuid() == 0 or "view" not in {str(layer) for layer in zygote.missing}
    if name == "many_threads" and not counted and choice != "unconfined":
        pytest.skip(
            "the kernel does not count threads of an ordinary user apart: test_watching has the watchdog"
        )
    assert outcome.done is (choice == "unconfined"), outcome.detail


@pytest.mark.parametrize("choice", ["unconfined", *CONFINED])
def test_what_submissions_need_works(
    choice: str, zygotes: Callable[[str], Zygote], attempt: Callable[..., Outcome]
) -> None:
    """An event loop and a thread."""
    assert attempt(zygotes(choice), "event_loop").detail == "ran an event loop and a thread"


@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="no filter for this machine")
def test_the_level_is_the_one_that_holds(zygotes: Callable[[str], Zygote], limits: object) -> None:
    """A sandbox wears what its zygote has promised."""
    for choice in CONFINED:
        zygote = zygotes(choice)
        with zygote.spawn({}, limits) as sandbox:  # type: ignore[arg-type]
            assert sandbox.level is zygote.level
            assert sandbox.layers.isdisjoint(zygote.missing)
