"""The whole standard library stays importable, and nothing beside it does."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.launcher import Zygote
from grader.sandbox.levels import Layer, Level
from grader.sandbox.limits import Limits

if TYPE_CHECKING:
    from grader.sandbox.launcher import SandboxProcess

LEFT_OUT = {"antigravity", "this", "idlelib", "turtledemo", "test", "lib2to3"}
"""They open a browser, print, or are programs and tests; their top levels are imported all the same."""


NEED_PROGRAMS = {"_pyrepl._minimal_curses", "_ios_support"}
"""They look for a shared library by running ldconfig (3.13): nothing a submission of this course imports."""


def run(sandbox: SandboxProcess, code: str) -> object:
    """Let `entries.evaluate` run code and return the value that it gives `answer`."""
    with sandbox.channel.makefile("rwb") as stream:
        stream.write(json.dumps(code).encode() + b"\n")
        stream.flush()
        line = stream.readline()
    if not line:
        ended = sandbox.wait(30)
        pytest.fail(f"{ended} {sandbox.last_words.decode(errors='replace')}")
    answer: object = json.loads(line)
    return answer


IMPORT_ALL = f"""
import importlib, io, pkgutil, sys, warnings
warnings.simplefilter("ignore")
sys.stdout = sys.stderr = io.StringIO()
names = sorted((sys.stdlib_module_names | {{"test"}}) - {{"antigravity"}})
for name in list(names):
    if name in {LEFT_OUT!r}:
        continue
    try:
        package = importlib.import_module(name)
    except Exception:
        continue
    if hasattr(package, "__path__"):
        for found in pkgutil.walk_packages(package.__path__, name + ".", onerror=lambda _: None):
            if "__main__" not in found.name and ".test" not in found.name:
                names.append(found.name)
answer = {{}}
for name in names:
    try:
        importlib.import_module(name)
    except Exception as error:
        answer[name] = type(error).__name__
    else:
        answer[name] = "imported"
"""


@pytest.mark.parametrize(
    "without", [(), (Layer.VIEW,), (Layer.LANDLOCK,)], ids=["all", "no-view", "no-landlock"]
)
def test_all_of_it_is_importable(without: tuple[Layer, ...]) -> None:
    """Every module that can be imported unconfined can be imported inside, by root and by others."""
    plenty = replace(Limits(), memory=1 << 30)
    answers = []
    for level, left_out in ((Level.NONE, ()), (Level.WEAK, without)):
        with (
            Zygote(level, entry="tests.grader.sandbox.entries:evaluate", without=left_out) as zygote,
            zygote.spawn({}, plenty) as sandbox,
        ):
            answers.append(run(sandbox, IMPORT_ALL))
    unconfined, confined = answers
    assert isinstance(confined, dict)
    assert isinstance(unconfined, dict)
    for name in NEED_PROGRAMS & set(confined):
        del confined[name], unconfined[name]
    assert confined == unconfined
    assert {"asyncio", "ssl", "sqlite3", "zoneinfo", "concurrent.futures.process", "tkinter", "test"} <= set(
        confined
    )
    assert sum(result == "imported" for result in confined.values()) > 400


def test_nothing_else_is() -> None:
    """The grader, pytest and the rest of site-packages are not there; what the entry imported before is."""
    code = """
import sys
answer = []
for name in ("pytest", "grader.judge", "grader.cli", "rules", "libcst", "pydantic"):
    try:
        __import__(name)
    except ImportError:
        answer.append(name)
answer.append(sorted(path for path in sys.path if "site-packages" in path or path in ("", ".")))
"""
    with (
        Zygote(Level.WEAK, entry="tests.grader.sandbox.entries:evaluate") as zygote,
        zygote.spawn({}, Limits()) as sandbox,
    ):
        answer = run(sandbox, code)
    assert answer == ["pytest", "grader.judge", "grader.cli", "rules", "libcst", "pydantic", []]


def test_traceback_lines_of_the_library_can_be_read() -> None:
    """`inspect` and tracebacks find source under its true name."""
    code = """
import inspect, json.decoder
answer = [json.decoder.__file__, "class" in inspect.getsource(json.decoder)]
"""
    with (
        Zygote(Level.WEAK, entry="tests.grader.sandbox.entries:evaluate") as zygote,
        zygote.spawn({}, Limits()) as sandbox,
    ):
        answer = run(sandbox, code)
    assert answer == [json.decoder.__file__, True]


def test_files_beside_the_submission_can_be_read() -> None:
    """`open("data/words.txt")` works as it does at home, and source lines have their true names."""
    files = {"kitchen.py": b"def cook():\n    1 / 0\n", "data/words.txt": b"soup"}
    code = """
import sys, traceback
sys.path.insert(0, "")
import kitchen
try:
    kitchen.cook()
except ZeroDivisionError:
    told = traceback.format_exc()
answer = [open("data/words.txt").read(), kitchen.__file__, told.count("1 / 0")]
"""
    with (
        Zygote(Level.WEAK, entry="tests.grader.sandbox.entries:evaluate") as zygote,
        zygote.spawn(files, Limits()) as sandbox,
    ):
        answer = run(sandbox, code)
        assert answer == ["soup", f"{zygote.files_root}/kitchen.py", 1]


def test_a_permitted_package_is_importable() -> None:
    """A package that the exercise names, with its submodules and its metadata; its neighbours are not."""
    code = """
import msgspec.json, importlib.metadata as metadata
answer = [msgspec.__version__ == metadata.version("msgspec"), msgspec.json.decode(b"[1]")]
import jinja2, markupsafe
answer.append(jinja2.Template("{{ 1 + 1 }}").render())
try:
    import click
except ModuleNotFoundError as error:
    answer.append(str(error))
"""
    with (
        Zygote(
            Level.WEAK, entry="tests.grader.sandbox.entries:evaluate", packages=["msgspec", "jinja2"]
        ) as zygote,
        zygote.spawn({}, Limits()) as sandbox,
    ):
        answer = run(sandbox, code)
        assert answer == [True, [1], "2", "No module named 'click'"]
        assert zygote.exposes(Path(sys.modules["msgspec"].__file__ or ""))


def test_hash_seed_and_time_zone_are_the_same_everywhere() -> None:
    """Sets of strings have one order, local time is UTC."""
    code = "import time; answer = [hash('soup'), time.localtime(0).tm_hour, time.tzname[0]]"
    answers = []
    for seed in (7, 7, 8):
        with (
            Zygote(Level.WEAK, entry="tests.grader.sandbox.entries:evaluate", hash_seed=seed) as zygote,
            zygote.spawn({}, Limits()) as sandbox,
        ):
            answers.append(run(sandbox, code))
    assert answers[0] == answers[1]
    assert answers[0] != answers[2]
    assert isinstance(answers[0], list)
    assert answers[0][1:] == [0, "UTC"]
