"""The examination of a machine, with layers left out as on a machine that lacks them."""

from __future__ import annotations

import pytest

from grader.sandbox.errors import IsolationError, SandboxError
from grader.sandbox.levels import Layer, Level
from grader.sandbox.probes import examine


def test_a_machine_without_view() -> None:
    """It is named with the reason; the rest works, and the level is lower by one."""
    found = examine(without=[Layer.VIEW])
    if found.level is Level.WEAK:
        pytest.skip("this machine has no Landlock either")
    assert found.level is Level.STRONG
    assert {proof.layer: proof.missing for proof in found.layers if not proof.works} == {
        Layer.VIEW: "it is switched off"
    }
    assert found.works.done
    assert not any(outcome.done for outcome in found.watchdog)


def test_a_machine_without_an_indispensable_layer() -> None:
    """Nothing can be examined inside a sandbox that is none."""
    with pytest.raises(IsolationError) as caught:
        examine(without=[Layer.SECCOMP])
    assert isinstance(caught.value, SandboxError)
