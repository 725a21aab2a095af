"""Every layer, in the one order that works, in the process that is about to run a submission.

The order matters: descriptors while folders can still be opened; limits while the process may still read
/proc about itself; the identity before PR_SET_PDEATHSIG and PR_SET_DUMPABLE, which a change of ids resets;
Landlock before seccomp, which has no way through for it. Each step either works or raises; a process with a
layer missing never runs a submission, unless that layer was known to be missing and the level says so.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.sandbox import descriptors, identity, kernel, proof, rlimits, seccomp
from grader.sandbox.levels import Layer

if TYPE_CHECKING:
    from grader.sandbox.identity import Identity
    from grader.sandbox.landlock import Ruleset
    from grader.sandbox.limits import Limits


class ZygoteDiedError(Exception):
    """The parent ended while its child was being confined."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to put on, prepared by the zygote. None: this machine lacks it, or it was left out."""

    identity: Identity | None
    ruleset: Ruleset | None
    seccomp: bytes | None
    in_view: bool
    without: frozenset[Layer]
    counted_beside: int | None
    """See `rlimits.plan`."""
    address_space: int
    """Bytes that the zygote has mapped."""
    core: int | None
    parent: int


def confine(plan: Plan, limits: Limits, files_root: str) -> list[Layer]:
    """Put the layers on the calling process, which has one thread, and return which are on.

    Descriptors are arranged already (`descriptors.arrange`).

    Raises:
        OSError: The kernel refused a layer.
        UnprovenError: A layer is on, and does not stop what it should.
        ZygoteDiedError: There is nobody left to watch over this process.
    """
    on = [Layer.DESCRIPTORS]
    os.chdir(files_root)
    os.umask(0o077)
    if plan.core is not None:
        os.sched_setaffinity(0, {plan.core})
    threading.stack_size(rlimits.THREAD_STACK)
    os.environ.clear()
    on.append(Layer.ENVIRONMENT)
    if Layer.RLIMITS not in plan.without:
        planned = rlimits.plan(limits, plan.address_space, counted_beside=plan.counted_beside)
        rlimits.confine(planned)
        on.append(Layer.RLIMITS)
    if plan.identity is not None:
        identity.confine(plan.identity)
        on.append(Layer.IDENTITY)
    if not kernel.die_with(plan.parent):
        raise ZygoteDiedError
    if Layer.UNDUMPABLE not in plan.without:
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        on.append(Layer.UNDUMPABLE)
    # Before it is killed for its time, the zygote asks it where it is; it also says so when it crashes.
    faulthandler.register(signal.SIGXCPU, file=2, all_threads=True, chain=False)
    faulthandler.enable(file=2, all_threads=False)
    if plan.in_view:
        on.append(Layer.VIEW)
    if Layer.NO_NEW_PRIVS not in plan.without:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        on.append(Layer.NO_NEW_PRIVS)
    if plan.ruleset is not None:
        plan.ruleset.confine(descriptors.RULESET)
        on.append(Layer.LANDLOCK)
    if plan.seccomp is not None:
        seccomp.confine(plan.seccomp)
        on.append(Layer.SECCOMP)
    proof.prove(frozenset(on), plan.identity)
    return on
