"""What a submission has to be able to read: the interpreter's library, shared objects, listed packages.

Everything else is left out, above all `site-packages`: the grader, pytest and other people's code are not
there. Computed in the zygote before confinement; the same list makes the Landlock rules and the private view.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MASKED: Final = ("site-packages", "dist-packages")
"""Folders beside the standard library's modules that are not part of what a submission imports."""

_DATA: Final = (
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/mime.types",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
)


@dataclass(frozen=True, slots=True)
class Readable:
    """Paths, all absolute, for reading."""

    trees: tuple[str, ...]
    """Folders with everything beneath, and single files."""
    libraries: tuple[str, ...]
    """Folders of the standard library: everything in them except the folders named in MASKED."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Names that lead to some of them through a symbolic link, each with where it leads."""

    def entries(self) -> list[str]:
        """The same without exceptions: the folders in `libraries` are replaced by what is in them."""
        found = list(self.trees)
        for library in self.libraries:
            found += [entry.path for entry in os.scandir(library) if entry.name not in MASKED]
        return found

    def covers(self, path: str) -> bool:
        """Whether `path` (real, absolute) can be read by a submission."""
        for root in (*self.trees, *self.libraries):
            if path == root or path.startswith(root.rstrip("/") + "/"):
                inside = os.path.relpath(path, root).split("/")
                if root not in self.libraries or inside[0] not in MASKED:
                    return True
        return False


def readable(packages: Iterable[str] = ()) -> Readable:
    """What this interpreter needs, and `packages` (folders or files)."""
    searched = (
        entry for entry in (*sys.path, sysconfig.get_path("stdlib")) if entry
    )  # "" is wherever one stands
    entries = [entry for entry in searched if Path(entry).exists()]
    named = {*entries, *shared_objects(), *packages, *(path for path in _DATA if Path(path).exists())}
    real = {name: os.path.realpath(name) for name in named}
    folders = {real[entry] for entry in entries if Path(entry).is_dir()}
    libraries = {one for one in folders if not any(one.startswith(other + "/") for other in folders)}
    return Readable(
        trees=tuple(sorted(set(real.values()) - folders)),
        libraries=tuple(sorted(libraries)),
        aliases=tuple(sorted((name, path) for name, path in real.items() if name != path)),
    )


def shared_objects() -> set[str]:
    """Folders and files with the shared objects that extension modules of the standard library load."""
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    system = ["/lib64", "/usr/lib64", "/nix/store"]
    if triplet:
        system += [f"/lib/{triplet}", f"/usr/lib/{triplet}", f"/usr/local/lib/{triplet}"]
    found = {folder for folder in system if Path(folder).is_dir()}
    covered = {os.path.realpath(folder) for folder in found}
    # Direct files only: these folders hold the standard library and site-packages, too.
    mixed = {Path(sys.base_prefix, "lib"), Path("/usr/lib"), Path("/usr/local/lib"), Path("/lib")}
    with Path("/proc/self/maps").open() as maps:
        loaded = {Path(os.path.realpath(line.split(None, 5)[5].strip())) for line in maps if ".so" in line}
    mixed |= {file.parent for file in loaded if "lib-dynload" not in file.parts}
    for folder in {Path(os.path.realpath(folder)) for folder in mixed if folder.is_dir()}:
        if str(folder) not in covered:
            found |= {entry.path for entry in os.scandir(folder) if ".so" in entry.name and entry.is_file()}
    return found
