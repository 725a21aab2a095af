"""What a zygote makes once for all its sandboxes: view, Landlock rules, filter, folder for files.

Here it is found out which layers the machine gives. What it lacks is written down with the reason, never
passed over.
"""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.sandbox import identity, landlock, rlimits, seccomp, view
from grader.sandbox.confinement import Plan
from grader.sandbox.folder import OwnFolder
from grader.sandbox.levels import Layer
from grader.sandbox.readable import MASKED, Readable, readable

if TYPE_CHECKING:
    from grader.sandbox.packets import Setup

_COUNTS_PER_NAMESPACE: Final = (5, 14)
"""Since this kernel RLIMIT_NPROC counts the processes of a user namespace apart."""


class UnreachableInterpreterError(Exception):
    """The interpreter's library is in a folder that only root may enter, and there is no way in."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What all sandboxes of a zygote share."""

    plan: Plan
    files_root: str
    files: int
    """A descriptor of the folder at `files_root` through which files can be written."""
    missing: dict[Layer, str]
    readable: Readable
    processes: int
    """A descriptor of /proc, which a view does not have."""
    own: OwnFolder | None


def prepare(setup: Setup) -> Prepared:
    """Make what `setup` asks for and the machine gives; the calling process, with one thread, moves in.

    Raises:
        OSError: The kernel refused something that it had promised.
        UnreachableInterpreterError: See there.
    """
    without = frozenset(setup.without if setup.confine else Layer)
    missing = {layer: "it is switched off" for layer in Layer if layer in without}
    what = readable([*setup.packages.values(), *setup.metadata])
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    filter_ = None if Layer.SECCOMP in without else _filter(missing)  # before a view hides its file
    chosen = None if Layer.IDENTITY in without else identity.choose(os.getpid())
    files, own = -1, None
    if Layer.VIEW not in without:
        reason = view.why_missing(what, MASKED)
        if reason is None:
            files = view.enter(what, MASKED)
        else:
            missing[Layer.VIEW] = reason
    in_view = Layer.VIEW not in missing
    if in_view:
        files_root = view.FILES_ROOT
    else:
        if chosen is not None:
            landlocked = Layer.LANDLOCK not in without and landlock.abi() > 0
            chosen = _within_reach(chosen, what, landlocked=landlocked)
        own = OwnFolder(chosen)
        files, files_root = own.descriptor, own.files_root
    ruleset = None if Layer.LANDLOCK in without else _rules(what, files_root, missing, setup.landlock_abi)
    plan = Plan(
        identity=chosen,
        ruleset=ruleset,
        seccomp=filter_,
        in_view=in_view,
        without=without,
        counted_beside=_counted_beside(chosen, in_view=in_view),
        address_space=rlimits.address_space(processes),
        core=setup.core,
        parent=os.getpid(),
    )
    return Prepared(plan, files_root, files, missing, what, processes, own)


def _rules(
    what: Readable, files_root: str, missing: dict[Layer, str], newest: int | None
) -> landlock.Ruleset | None:
    version = landlock.abi() if newest is None else min(newest, landlock.abi())
    if version == 0:
        missing[Layer.LANDLOCK] = "the kernel has no Landlock, or it is not among its active security modules"
        return None
    ruleset = landlock.Ruleset(version)
    ruleset.allow_reading([*what.entries(), files_root])
    ruleset.allow_listing(what.libraries)
    return ruleset


def _filter(missing: dict[Layer, str]) -> bytes | None:
    reason = seccomp.why_missing()
    if reason is not None:
        missing[Layer.SECCOMP] = reason
        return None
    return seccomp.load()


def _within_reach(chosen: identity.Identity, what: Readable, *, landlocked: bool) -> identity.Identity:
    """`chosen`, with the right to reach the interpreter's library if its folder is root's alone."""
    if not chosen.change or all(_is_open_to_all(Path(library)) for library in what.libraries):
        return chosen
    if not landlocked:
        raise UnreachableInterpreterError(
            "the interpreter is in a folder that only root may enter, "
            "and neither Landlock nor a mount namespace is there"
        )
    return replace(chosen, read_search=True)


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _counted_beside(chosen: identity.Identity | None, *, in_view: bool) -> int | None:
    if chosen is None:
        return None
    if chosen.change:
        return 0
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    new = version is not None and (int(version[1]), int(version[2])) >= _COUNTS_PER_NAMESPACE
    return 1 if in_view and new else None
