"""Third-party packages that submissions may import: found in the launcher, imported in the sandbox.

The sandbox never sees `site-packages`. Each permitted top-level name is led to its own folder or file by a
finder, so that neither listing nor importing reaches anything beside it. What a distribution requires comes
with it.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from importlib.machinery import EXTENSION_SUFFIXES, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.errors import PackageNotInstalledError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def resolve(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Where the distributions or import names `names` live, with all that they require.

    Returns:
        Top-level import name -> its folder or file; and the folders with the distributions' metadata.

    Raises:
        PackageNotInstalledError: One of `names` is neither an installed distribution nor a module of one.
    """
    places: dict[str, str] = {}
    notes: list[str] = []
    waiting = [(name, True) for name in names]
    done: set[str] = set()
    while waiting:
        name, wanted = waiting.pop()
        if _normal(name) in done:
            continue
        done.add(_normal(name))
        distribution = _distribution(name)
        if distribution is None:
            if wanted:
                raise PackageNotInstalledError(name)
            continue
        places |= _places(distribution)
        notes += [str(folder) for folder in [_metadata_folder(distribution)] if folder]
        waiting += [(required, False) for required in _requirements(distribution)]
    return places, notes


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _distribution(name: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        owners = metadata.packages_distributions().get(name)
        return metadata.distribution(owners[0]) if owners else None


def _requirements(distribution: metadata.Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        name = _REQUIREMENT.match(line)
        if name and "extra ==" not in line.replace("'", "").replace('"', ""):
            yield name[0]


def _places(distribution: metadata.Distribution) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in distribution.files or ():
        top = file.parts[0]
        place = Path(str(distribution.locate_file(top))).resolve()
        if top in {"..", "__pycache__"} or top.endswith((".dist-info", ".egg-info", ".pth")):
            continue
        if len(file.parts) > 1:
            found[top] = str(place)
        elif top.endswith((".py", *EXTENSION_SUFFIXES)):
            found[top.split(".")[0]] = str(place)
    return found


def _metadata_folder(distribution: metadata.Distribution) -> Path | None:
    for file in distribution.files or ():
        if file.parts[0].endswith((".dist-info", ".egg-info")):
            return Path(str(distribution.locate_file(file.parts[0]))).resolve()
    return None


class Finder:
    """A `sys.meta_path` entry that knows the permitted packages and nothing else."""

    def __init__(self, places: Mapping[str, str], metadata_folders: Sequence[str]) -> None:
        self._places = dict(places)
        self._metadata = [metadata.PathDistribution(Path(folder)) for folder in metadata_folders]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a permitted top-level module; its submodules are found through its own `__path__`."""
        del target
        place = self._places.get(fullname)
        if place is None or path is not None:
            return None
        folder = Path(place)
        if not folder.is_dir():
            return spec_from_file_location(fullname, place)
        for suffix in (".py", *EXTENSION_SUFFIXES):
            initial = folder / f"__init__{suffix}"
            if initial.is_file():
                return spec_from_file_location(fullname, initial, submodule_search_locations=[place])
        return PathFinder.find_spec(fullname, [str(folder.parent)])

    def find_distributions(
        self, context: metadata.DistributionFinder.Context
    ) -> Iterator[metadata.Distribution]:
        """Their metadata, for packages that ask for their own version."""
        for distribution in self._metadata:
            if context.name is None or _normal(distribution.metadata["Name"]) == _normal(context.name):
                yield distribution

    def install(self) -> None:
        """Put it behind the standard library's finders."""
        sys.meta_path.append(self)
