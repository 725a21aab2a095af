"""How much of a test students see: what exercises and single tests say, and what feedback is cut to."""

from __future__ import annotations

from enum import StrEnum


class Feedback(StrEnum):
    """How much of a test its author lets students see."""

    FULL = "full"
    """Name, hint, message with expected and actual values."""
    HINT = "hint"
    """Name, hint, and where in the student's own file it happened."""
    NAME = "name"
    """Name and outcome."""
    NONE = "none"
    """Only counted."""
