"""The proof at the end of confinement: it fails where a layer does not hold."""

from __future__ import annotations

import os

import pytest

from grader.sandbox import kernel, proof
from grader.sandbox.identity import Identity
from grader.sandbox.levels import Layer
from grader.sandbox.proof import UnprovenError, prove

UNCONFINED = sorted(set(Layer) - {Layer.IDENTITY, Layer.NO_NEW_PRIVS})


@pytest.mark.parametrize("layer", UNCONFINED)
def test_this_process_is_not_confined(layer: Layer) -> None:
    """A layer that is said to be on, and is not, is found out."""
    with pytest.raises(UnprovenError, match=f"the layer {layer} does not hold"):
        prove(frozenset({layer}), None)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user is nobody anyway")
def test_root_is_somebody() -> None:
    """Ids and capabilities are looked at."""
    with pytest.raises(UnprovenError, match="identity"):
        prove(frozenset({Layer.IDENTITY}), Identity(0, 0, change=True, read_search=True))


def test_new_privileges(monkeypatch: pytest.MonkeyPatch) -> None:
    """The flag itself is read."""
    monkeypatch.setattr(proof.kernel, "prctl", lambda option: int(option != kernel.PR_GET_NO_NEW_PRIVS))
    with pytest.raises(UnprovenError, match="no-new-privs"):
        prove(frozenset({Layer.NO_NEW_PRIVS}), None)


def test_a_filter_that_lets_processes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets refused, processes not: not enough. The process that was started is waited for."""
    monkeypatch.setattr(proof, "_no_socket", lambda: True)
    with pytest.raises(UnprovenError, match="seccomp"):
        prove(frozenset({Layer.SECCOMP}), None)


def test_nothing_to_prove() -> None:
    """No layer, no claim."""
    prove(frozenset(), None)
