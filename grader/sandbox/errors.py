"""What goes wrong with sandboxes. None of it is ever the submission's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.levels import Layer, Level


class SandboxError(Exception):
    """A sandbox could not be made, or could not be made to work."""


class PackageNotInstalledError(SandboxError):
    """An exercise permits a package that is not installed beside the grader.

    Attributes:
        name: The name that the exercise gives.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the package {name} is not installed beside the grader")


class IsolationError(SandboxError):
    """This machine confines submissions less well than required.

    Attributes:
        required: The level that was asked for.
        level: The level that the machine gives.
        missing: Each layer that it lacks, with the reason.
    """

    def __init__(self, required: Level, level: Level, missing: Mapping[Layer, str]) -> None:
        self.required, self.level, self.missing = required, level, dict(missing)
        lacking = "; ".join(f"{layer}: {reason}" for layer, reason in missing.items())
        super().__init__(f"isolation {required} is required, this machine gives {level} ({lacking})")
