"""Which exercises there are, and which one a name means.

A course is a folder of exercise folders (`--course DIR`). Without it: `exercises` under the current folder or around
it, then the course that is installed with the package (the student's half: no hidden tests). A name is an exercise's
id, its number (`03`, `3`), the rest of its id, the beginning of either where no other exercise begins so, or
a path to a folder with an exercise.toml.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from grader.course.exercise import FILE, Exercise, load_exercise
from grader.errors import GraderError
from grader.locale import _
from grader.text import printable

FOLDER = "exercises"
_MOST_NAMED = 20
INSTALLED = Path(__file__).resolve().parent.parent / FOLDER
"""Where the wheel puts the student's half of the course."""


def find_course(given: Path | None = None, *, here: Path | None = None) -> Path:
    """The folder of the course: `given`, else `exercises` under `here` (default: the current folder), or around it for
    whoever stands in an exercise's folder, else installed.

    Raises:
        GraderError: There is none.
    """
    if given is not None:
        if not given.is_dir():
            raise GraderError(
                _("This is not a folder."),
                where=given,
                todo=_("--course takes the folder that holds the exercises."),
            )
        return given
    here = (here or Path.cwd()).absolute()
    around = [place for place in (here, *here.parents) if place.name == FOLDER and exercise_folders(place)]
    for folder in (here / FOLDER, *around, INSTALLED):
        if folder.is_dir():
            return folder
    raise GraderError(
        _("There is no course here: no folder exercises, and none was installed."),
        where=here,
        todo=_("Say where the exercises are: --course DIR."),
    )


def exercise_folders(course: Path) -> list[Path]:
    """The folders of the course that are exercises, in the order of their names."""
    return sorted(path.parent for path in course.glob(f"*/{FILE}"))


def load_course(course: Path) -> list[Exercise]:
    """All exercises of a course.

    Raises:
        GraderError: One of them is broken, there are none, or two have the same id.
    """
    exercises = [load_exercise(folder) for folder in exercise_folders(course)]
    if not exercises:
        raise GraderError(
            _("There are no exercises in this folder."),
            where=course,
            todo=_("An exercise is a folder with an exercise.toml; `grader new` writes one."),
        )
    seen: dict[str, Exercise] = {}
    for exercise in exercises:
        if exercise.id in seen:
            raise GraderError(
                _("Two exercises have the id {id}.").format(id=exercise.id),
                where=f"{seen[exercise.id].folder / FILE}, {exercise.folder / FILE}",
                todo=_("Change the id of one of them."),
            )
        seen[exercise.id] = exercise
    return exercises


def find_exercise(name: str, course: Path | None = None) -> Exercise:
    """The exercise that `name` means: a path, or an id (or its number, the rest of it, its beginning) in the course.

    Raises:
        GraderError: There is no such exercise, or more than one; with the nearest names.
    """
    if looks_like_path(name) and (Path(name) / FILE).is_file():
        return load_exercise(Path(name))
    folder = find_course(course)
    known = {path.name: path for path in exercise_folders(folder)}
    if name in known:
        return load_exercise(known[name])
    fitting = [path for key, path in known.items() if _is_called(key, name)]
    if not fitting:
        for path in known.values():
            exercise = load_exercise(path)
            if exercise.id == name:
                return exercise
        fitting = [path for key, path in known.items() if _begins_with(key, name)]
    if len(fitting) == 1:
        return load_exercise(fitting[0])
    near = [path.name for path in fitting] or _nearest(name, list(known))
    shown = printable(name, limit=100)
    raise GraderError(
        _("More than one exercise is called {name}.").format(name=shown)
        if fitting
        else _("There is no exercise {name}.").format(name=shown),
        where=folder,
        todo=_todo(near, sorted(known)),
    )


def _todo(near: list[str], known: list[str]) -> str:
    if near:
        return _("Did you mean: {names}?").format(names=", ".join(near))
    if known:
        more = " …" if len(known) > _MOST_NAMED else ""
        return _("There are: {names}.").format(names=", ".join(known[:_MOST_NAMED]) + more)
    return _("Exercises are folders with an exercise.toml; say where they are with --course DIR.")


def _is_called(key: str, name: str) -> bool:
    """Is `name` the number of `04-one-cook-many-dishes`, with or without its zeros, or the rest of it?"""
    number, _dash, rest = key.partition("-")
    return name in {number, rest} or (name.isdecimal() and number.isdecimal() and int(name) == int(number))


def _begins_with(key: str, name: str) -> bool:
    """Does the id begin so, as a whole or without its number? A number is taken as a whole (`1` is not `10`)."""
    if not name or name.isdecimal():
        return False
    lower = name.casefold()
    return key.casefold().startswith(lower) or key.partition("-")[2].casefold().startswith(lower)


def looks_like_path(name: str) -> bool:
    """Whether `name` may be a path rather than an id: it has a separator, or is `.`, or is a folder here."""
    return "/" in name or "\\" in name or name in {".", ".."} or Path(name).is_dir()


def _nearest(name: str, known: list[str]) -> list[str]:
    """Ids that look like `name`, as a whole or without their number."""
    short = {key.partition("-")[2]: key for key in known}
    near = difflib.get_close_matches(name, known, n=3) + [
        short[match] for match in difflib.get_close_matches(name, [key for key in short if key], n=3)
    ]
    return list(dict.fromkeys(near))[:3]
