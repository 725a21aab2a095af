"""What of the course goes into the wheel and the sdist: the student's half, never more.

    python -m hatchling build     # hatchling runs this file (pyproject.toml)

A list of what may be published, not of what may not: READMEs, the starter, the visible tests, and exercise.toml
without `[[equivalent]]`, which describes the reference. The wheel has them in grader/exercises, where the
catalog looks for the installed course; the sdist where they are here, so that a wheel can be built from it.

Only the standard library and hatchling: nothing else is there when an sdist is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SETTINGS = "exercise.toml"
FOLDERS = ("starter", "visible")
README = re.compile(r"README(\.[A-Za-z-]+)?\.md")
PLACES = {"wheel": "grader/exercises", "sdist": "exercises"}


class CourseHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the student's half of every exercise."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say what goes in, and where. An editable install has the folder itself."""
        if version == "editable":
            return
        self._own = Path(tempfile.mkdtemp(prefix="async-grader-build-"))
        for settings in sorted(Path(self.root, "exercises").glob(f"*/{SETTINGS}")):
            place = f"{PLACES[self.target_name]}/{settings.parent.name}"
            written = self._own / settings.parent.name
            written.write_text(for_students(settings.read_text("utf-8")), "utf-8")
            build_data["force_include"][str(written)] = f"{place}/{SETTINGS}"
            for path in files_for_students(settings.parent):
                build_data["force_include"][str(path)] = (
                    f"{place}/{path.relative_to(settings.parent).as_posix()}"
                )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Nothing of it is needed any more."""
        if version != "editable":
            shutil.rmtree(self._own)


def files_for_students(exercise: Path) -> list[Path]:
    """The files of an exercise that students may have, besides its settings.

    Raises:
        ValueError: One is a link, or is the reference.
    """
    found = [path for path in sorted(exercise.glob("README*.md")) if README.fullmatch(path.name)]
    for name in FOLDERS:
        for folder, folders, files in os.walk(exercise / name):
            folders[:] = [each for each in folders if not _is_litter(each)]
            found += [Path(folder, each) for each in sorted(files) if not _is_litter(each)]
    secret = {path.read_bytes().strip() for path in (exercise / "reference").rglob("*.py")} - {b""}
    for path in found:
        if path.is_symlink() or path.resolve() != exercise.resolve() / path.relative_to(exercise):
            raise ValueError(f"{path} is a link: put the file itself there")
        if path.read_bytes().strip() in secret:
            raise ValueError(f"{path} is a copy of the reference: take the solution out of it")
    return found


def for_students(settings: str) -> str:
    """The text of exercise.toml without `[[equivalent]]`.

    Raises:
        ValueError: It is written in a way that cannot be taken out line by line.
    """
    kept, inside = [], False
    for line in settings.splitlines(keepends=True):
        if line.lstrip().startswith("["):
            inside = line.strip().startswith("[[equivalent]]")
        if not inside:
            kept.append(line)
    text = "".join(kept)
    wanted = {key: value for key, value in tomllib.loads(settings).items() if key != "equivalent"}
    if tomllib.loads(text) != wanted:
        raise ValueError(
            "[[equivalent]] is written in a way that cannot be taken out: give each its own lines"
        )
    return text


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__" or name.endswith((".pyc", ".pyo", "~"))
