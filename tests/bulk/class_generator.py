"""A class of any size over three exercises, with every kind of trouble mixed in, and what must become of each.

    course/<exercise>/      copies of the exercises with a CPU limit of one second: endless loops end soon
    in/<exercise>/...       what was handed in: files, folders, zips, zips in zips, several attempts

The same number and the same seed give the same bytes. What must become of a submission comes from the exercises
themselves (`# fails:`, `# lint:` of wrong solutions), from the sample class's declarations, and from this file.
"""

from __future__ import annotations

import io
import itertools
import random
import re
import shutil
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.audit.declarations import read_declaration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = ("01-a-promise-not-a-result", "03-let-the-pot-cook", "04-one-cook-many-dishes")
DATE = (2024, 3, 1, 10, 0, 0)


@dataclass(frozen=True)
class Expected:
    """What must become of a submission; None: whatever."""

    fails: tuple[str, ...] | None = None
    """Names of the tests that do not pass, as `# fails:` has them."""
    points: str | None = None
    """all, some or none of the tests pass."""
    kinds: frozenset[str] | None = None
    """Kinds of verdict besides passed."""
    lint: frozenset[str] | None = None
    """Codes of findings that must be there."""
    refused: bool = False


RIGHT = Expected(fails=(), points="all", kinds=frozenset(), lint=frozenset())
ERROR = Expected(points="none", kinds=frozenset({"error"}))
REFUSED = Expected(points="none", kinds=frozenset({"error"}), refused=True)

AT_IMPORT = {
    "syntax": (b"def (:\n", ERROR),
    "raises": (b"raise ValueError('no')\n", ERROR),
    "missing-module": (b"import numpy_of_my_own\n", ERROR),
    "sys-exit": (b"import sys\nsys.exit(0)\n", ERROR),
    "too-much-memory": (b"x = bytearray(1 << 40)\n", ERROR),
    "os-exit": (b"import os\nos._exit(0)\n", Expected(points="none", kinds=frozenset({"crashed"}))),
    "kills-itself": (
        b"import os\nos.kill(os.getpid(), 9)\n",
        Expected(points="none", kinds=None),
    ),
    "reads-the-suite": (b"import glob\nprint(open(glob.glob('/**/hidden/*.py')[0]).read())\n", ERROR),
    "nothing": (b"", ERROR),
}
"""What a submission does when it is imported, and what becomes of it."""
SPINS = (b"while True:\n    pass\n", Expected(points="none", kinds=frozenset({"cpu_limit"})))


def make_class(
    folder: Path, number: int, *, seed: int = 1, exercises: Sequence[str] = EXERCISES
) -> dict[str, dict[str, Expected]]:
    """Write `course` and `in` for `number` submissions, over `exercises` together, into `folder`.

    Returns:
        exercise -> submission -> what must become of it.
    """
    expected: dict[str, dict[str, Expected]] = {}
    for index, exercise in enumerate(exercises):
        copy_exercise(ROOT / "exercises" / exercise, folder / "course" / exercise)
        share = number // len(exercises) + (index < number % len(exercises))
        place = folder / "in" / exercise
        place.mkdir(parents=True)
        writer = _Writer(folder / "course" / exercise, place, random.Random(f"{seed}/{exercise}"))
        expected[exercise] = dict(writer.write(share))
    return expected


def copy_exercise(source: Path, target: Path) -> None:
    """Copy an exercise, with one second of CPU per test."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    settings = target / "exercise.toml"
    text = settings.read_text("utf-8")
    changed = re.sub(r"(?m)^cpu = .*$", "cpu = 1", text)
    assert tomllib.loads(changed)["limits"]["cpu"] == 1
    settings.write_text(changed, "utf-8")


class _Writer:
    """Writes the submissions of one exercise."""

    def __init__(self, exercise: Path, place: Path, dice: random.Random) -> None:
        self._place = place
        self._dice = dice
        self._module = tomllib.loads((exercise / "exercise.toml").read_text("utf-8"))["module"] + ".py"
        self._reference = (exercise / "reference" / self._module).read_bytes()
        self._wrong = sorted((exercise / "wrong").glob("*.py"))
        self._sample = ROOT / "tests" / "class" / exercise.name
        self._packers: list[Callable[[str, bytes], None]] = [
            self._file,
            self._folder,
            self._zip,
            self._mac_zip,
            self._zip_in_zip,
            self._wrong_name,
            self._attempts,
        ]

    def write(self, number: int) -> Iterator[tuple[str, Expected]]:
        """Write `number` submissions and yield their names with what must become of them."""
        troubles = itertools.chain(self._sample_class(), self._troubles(), self._refusals(), self._spins())
        for index in range(number):
            name = f"s{index:04}" if index % 5 else f"学生{index:04}"
            # Most of a class is honest work: one in seven has trouble, while there is a new kind of it.
            trouble = next(troubles, None) if index % 7 == 3 or (number < 30 and index % 2) else None
            if trouble is not None:
                write, expected = trouble
                write(name)
            elif index % 3 == 2:
                wrong = self._wrong[self._dice.randrange(len(self._wrong))]
                declared = read_declaration(wrong.read_text("utf-8"))
                expected = Expected(fails=tuple(declared.fails), lint=frozenset(declared.lint))
                self._pack(name, wrong.read_bytes(), index)
            else:
                expected = RIGHT
                self._pack(name, self._reference, index)
            yield name, expected

    def _pack(self, name: str, content: bytes, index: int) -> None:
        if index % 10:  # one in ten is the copy of another
            content += f"\n# handed in by {name}\n".encode()
        self._packers[self._dice.randrange(len(self._packers))](name, content)

    # How things are handed in

    def _file(self, name: str, content: bytes) -> None:
        (self._place / f"{name}.py").write_bytes(content)

    def _folder(self, name: str, content: bytes) -> None:
        folder = self._place / name
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "__pycache__" / "x.pyc").write_bytes(b"\0")
        (folder / ".DS_Store").write_bytes(b"\0")
        (folder / self._module).write_bytes(content)

    def _zip(self, name: str, content: bytes) -> None:
        (self._place / f"{name}.zip").write_bytes(packed({self._module: content}))

    def _mac_zip(self, name: str, content: bytes) -> None:
        files = {f"work/{self._module}": content, f"__MACOSX/work/._{self._module}": b"\0"}
        (self._place / f"{name}.zip").write_bytes(packed(files))

    def _zip_in_zip(self, name: str, content: bytes) -> None:
        inner = packed({f"作业/{self._module}": content}, gbk=True)
        (self._place / f"{name}.zip").write_bytes(packed({"inner.zip": inner}))

    def _wrong_name(self, name: str, content: bytes) -> None:
        (self._place / name).mkdir()
        (self._place / name / "my solution (1).py").write_bytes(content)

    def _attempts(self, name: str, content: bytes) -> None:
        for attempt, text in ((1, b"raise SystemExit\n"), (2, content)):
            folder = self._place / name / f"attempt {attempt}"
            folder.mkdir(parents=True)
            (folder / self._module).write_bytes(text)

    # Trouble

    def _sample_class(self) -> Iterator[tuple[Callable[[str], None], Expected]]:
        declarations = self._sample.with_suffix(".toml")
        if not declarations.exists():
            return
        for student, says in tomllib.loads(declarations.read_text("utf-8")).items():
            expected = Expected(
                points=says["points"],
                kinds=frozenset(says["kinds"]),
                lint=frozenset(says["lint"]),
                refused=says.get("problem", False),
            )
            (source,) = [path for path in self._sample.iterdir() if path.name.partition(".")[0] == student]
            yield self._copier(source), expected

    def _copier(self, source: Path) -> Callable[[str], None]:
        def copy(name: str) -> None:
            if source.is_dir():
                shutil.copytree(source, self._place / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, self._place / f"{name}{source.suffix}")

        return copy

    def _troubles(self) -> Iterator[tuple[Callable[[str], None], Expected]]:
        for start, expected in AT_IMPORT.values():
            yield lambda name, start=start: self._file(name, start + f"# {name}\n".encode()), expected
        loud = b"print('x' * 10_000)\n" + self._reference
        yield lambda name: self._file(name, loud), RIGHT
        yield lambda name: self._file(name, self._reference.replace(b"\n", b"\r\n")), RIGHT
        yield lambda name: self._file(name, b"\xef\xbb\xbf" + self._reference), RIGHT

    def _refusals(self) -> Iterator[tuple[Callable[[str], None], Expected]]:
        contents = (
            packed({self._module: b"0" * 40_000_000}),
            packed({f"../../{self._module}": self._reference}),
            b"PK\x03\x04 this is no zip",
            packed({"essay.docx": b"dear teacher"}),
            packed({self._module: "名字 = '汤'\n".encode("gbk")}),
        )
        for content in contents:
            yield lambda name, content=content: self._write_zip(name, content), REFUSED
        yield lambda name: (self._place / name).mkdir(), REFUSED

    def _write_zip(self, name: str, content: bytes) -> None:
        (self._place / f"{name}.zip").write_bytes(content)

    def _spins(self) -> Iterator[tuple[Callable[[str], None], Expected]]:
        yield lambda name: self._file(name, SPINS[0]), SPINS[1]


def packed(files: dict[str, bytes], *, gbk: bool = False) -> bytes:
    """A zip; with `gbk`, names are written as Chinese Windows writes them."""
    buffer = io.BytesIO()
    places = {name: re.sub(rb"[^\x00-\x7f]", b"Z", name.encode("gbk")).decode() for name in files}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(places[name] if gbk else name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    written = buffer.getvalue()
    if gbk:  # zipfile itself marks what is not ASCII as UTF-8
        for name, place in places.items():
            written = written.replace(place.encode(), name.encode("gbk"))
    return written
