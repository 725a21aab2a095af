"""Names for how well a submission is confined.

A `Layer` is one mechanism of the kernel. A `Level` is a promise to the teacher, kept by some combination of
layers; every Grade records the level that was in force while it was made. `level_of` is the only place that
says which layers make which level, so that a machine that lacks something gets a lower name and never a
silent exception.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection


class Layer(StrEnum):
    """One mechanism. The order is the order in which `grader doctor` shows them."""

    IDENTITY = "identity"
    """The process is not root and has no capability."""
    NO_NEW_PRIVS = "no-new-privs"
    """No set-uid program could give it one."""
    LANDLOCK = "landlock"
    """It can open the interpreter, its library and the submission, for reading, and nothing else."""
    VIEW = "view"
    """It lives in a mount namespace where only those exist (and in an empty network and IPC namespace)."""
    SECCOMP = "seccomp"
    """System calls on a list, and no others."""
    RLIMITS = "rlimits"
    """Memory, processor time, descriptors, file size, threads."""
    DESCRIPTORS = "descriptors"
    """No open descriptor but its channel."""
    ENVIRONMENT = "environment"
    """No environment variable."""
    UNDUMPABLE = "undumpable"
    """No other process of the user can trace it or read its memory, and it leaves no core file."""


class Level(StrEnum):
    """How well a submission is confined, from nothing to everything we have."""

    NONE = "none"
    """Not at all: for a teacher's own code."""
    WEAK = "weak"
    """No processes, network or writing, but whatever the user may read can be read: hidden tests, too."""
    STRONG = "strong"
    """Hidden tests and everything else outside the submission can't be read either, by one mechanism."""
    FULL = "full"
    """The same by two mechanisms that do not depend on each other."""

    @property
    def rank(self) -> int:
        """0 for NONE, more for better."""
        return list(Level).index(self)

    def meets(self, required: Level) -> bool:
        """Whether this level is at least `required`."""
        return self.rank >= required.rank


DEFAULT_LEVEL: Final = Level.STRONG
"""What grading asks for when nobody says otherwise: met by Linux 5.13 and newer as an ordinary user."""

ALWAYS: Final = frozenset(
    {
        Layer.IDENTITY,
        Layer.NO_NEW_PRIVS,
        Layer.SECCOMP,
        Layer.RLIMITS,
        Layer.DESCRIPTORS,
        Layer.ENVIRONMENT,
        Layer.UNDUMPABLE,
    }
)
"""The layers without which there is no level above NONE."""

FILES: Final = frozenset({Layer.LANDLOCK, Layer.VIEW})
"""The layers that hide files."""


def level_of(layers: Collection[Layer]) -> Level:
    """The level that a process confined by `layers` has."""
    if not set(layers) >= ALWAYS:
        return Level.NONE
    return (Level.WEAK, Level.STRONG, Level.FULL)[len(FILES & set(layers))]
