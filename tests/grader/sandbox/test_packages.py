"""Third-party packages that submissions may import."""

from __future__ import annotations

import importlib.machinery
from importlib import metadata
from pathlib import Path

import pytest

from grader.sandbox.errors import PackageNotInstalledError
from grader.sandbox.packages import Finder, resolve


def test_a_distribution_brings_what_it_requires() -> None:
    """Folders of import names, and metadata, of it and its requirements; nothing of its extras."""
    places, notes = resolve(["Jinja2"])
    assert set(places) == {"jinja2", "markupsafe"}
    assert all(Path(place).name == name for name, place in places.items())
    assert sorted(Path(note).name.split("-")[0].lower() for note in notes) == ["jinja2", "markupsafe"]


def test_an_import_name_is_as_good() -> None:
    """`_pytest` belongs to pytest."""
    assert {"_pytest", "pytest", "pluggy"} <= set(resolve(["_pytest"])[0])


def test_nothing() -> None:
    """No packages, nothing found."""
    assert resolve([]) == ({}, [])


def test_what_is_not_installed() -> None:
    """The name is in the error."""
    with pytest.raises(PackageNotInstalledError, match="no-such-package is not installed") as caught:
        resolve(["no-such-package"])
    assert caught.value.name == "no-such-package"


def test_the_finder_knows_its_packages_only(tmp_path: Path) -> None:
    """All kinds of modules; submodules and strangers are not its business."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    (tmp_path / "module.py").touch()
    (tmp_path / "namespace").mkdir()
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled" / f"__init__{importlib.machinery.EXTENSION_SUFFIXES[0]}").touch()
    names = ("package", "module", "namespace", "compiled")
    files = {"package": "package", "module": "module.py", "namespace": "namespace", "compiled": "compiled"}
    finder = Finder({name: str(tmp_path / file) for name, file in files.items()}, [])
    specs = {name: finder.find_spec(name) for name in names}
    assert all(specs.values())
    assert specs["package"].submodule_search_locations == [str(tmp_path / "package")]  # type: ignore[union-attr]
    assert specs["module"].origin == str(tmp_path / "module.py")  # type: ignore[union-attr]
    assert specs["namespace"].origin is None  # type: ignore[union-attr]
    assert finder.find_spec("stranger") is None
    assert finder.find_spec("package.inner", [str(tmp_path / "package")]) is None


def test_the_finder_tells_versions() -> None:
    """`importlib.metadata` finds the permitted distributions, and all of them when none is named."""
    places, notes = resolve(["msgspec"])
    finder = Finder(places, notes)
    context = metadata.DistributionFinder.Context
    assert [found.version for found in finder.find_distributions(context(name="MsgSpec"))] == [
        metadata.version("msgspec")
    ]
    assert len(list(finder.find_distributions(context()))) == 1
    assert list(finder.find_distributions(context(name="click"))) == []
