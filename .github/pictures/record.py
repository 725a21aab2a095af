"""Records the pictures of the READMEs from real runs: python .github/pictures/record.py (nox -s pictures).

Each command runs in a terminal of its own (a pty), in both languages; what it prints, colours and all, becomes an SVG
beside this file. The timeline is the project's own SVG. The programs that are looked at are written here.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.segment import Segment

HERE = Path(__file__).resolve().parent
COURSE = HERE.parents[1] / "exercises"
COLUMNS = 100
LANGUAGES = ("en", "zh-CN")

PROGRAMS = {
    "app/handler.py": """\
from app.config import load_config


async def handler(request):
    config = load_config()
    return config["menu"]
""",
    "app/config.py": """\
from app import util


def load_config():
    return util.read("https://example.org/menu.json")
""",
    "app/util.py": """\
import requests


def read(address):
    return requests.get(address, timeout=5).json()
""",
    "app/__init__.py": "",
    "pyproject.toml": "",
    "dinner.py": """\
import asyncio
import time


async def soup():
    await asyncio.sleep(3)


async def onions():
    await asyncio.sleep(1)
    time.sleep(1.5)


async def guest():
    for _ in range(3):
        await asyncio.sleep(0.8)


async def main():
    await asyncio.gather(soup(), onions(), guest())


asyncio.run(main())
""",
}
"""What is looked at."""

FONTS = "ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"
COLUMN, LINE, MARGIN = 8.4, 19, 16
"""Pixels of the picture."""
INK, PAPER = "#d8dee9", "#22262e"
COLOURS = {1: "#ff7b72", 2: "#7ee787", 3: "#e3b341", 4: "#79c0ff", 6: "#76e3ea"}
"""By their number in ANSI."""


def main() -> None:
    """Write every picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in PROGRAMS.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        exercise = COURSE / "03-let-the-pot-cook"
        wrong = (exercise / "wrong" / "time_sleep.py").read_text("utf-8")
        (folder / "kitchen.py").write_text(re.sub(r"\A(#.*\n)+", "", wrong), encoding="utf-8")
        (folder / "exercises").symlink_to(COURSE)
        for language in LANGUAGES:
            record(folder, "lint", "grader lint app/handler.py", language)
            record(folder, "check", "grader check 03-let-the-pot-cook kitchen.py", language)
            draw(folder, language)


def record(folder: Path, name: str, command: str, language: str) -> None:
    """What `command` prints in a terminal, as NAME.LANGUAGE.svg."""
    output = Text.from_ansi(run(folder, command, language).rstrip())
    text = Text.assemble(("$ ", "bold green"), (command, "bold"), "\n", output)
    console = Console(width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard")
    lines = console.render_lines(text, pad=False)
    wide, high = round(COLUMNS * COLUMN + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    shapes = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">',
        f'<g font-family="{FONTS}" font-size="14">',
        f'<rect width="{wide}" height="{high}" rx="8" fill="{PAPER}"/>',
    ]
    for number, line in enumerate(lines):
        shapes += shapes_of(line, round(MARGIN + (number + 0.75) * LINE))
    (HERE / f"{name}.{language}.svg").write_text("\n".join([*shapes, "</g>", "</svg>", ""]), encoding="utf-8")


def shapes_of(line: list[Segment], y: int) -> Iterator[str]:
    """A line's words, each as wide as a terminal makes it: wide characters take two columns."""
    column = 0
    for segment in line:
        style = segment.style or Style.null()
        colour = style.color.number if style.color else None
        attributes = f'fill="{INK if colour is None else COLOURS.get(colour % 8, INK)}"'
        attributes += ' font-weight="bold"' if style.bold else ""
        attributes += ' font-style="italic"' if style.italic else ""
        attributes += ' opacity="0.65"' if style.dim else ""
        for word in re.findall(r" +|[^\u1100-\uffff ]+|[\u1100-\uffff]+", segment.text):
            columns = cell_len(word)
            if word.strip():
                place = f'x="{MARGIN + column * COLUMN:.1f}" y="{y}" textLength="{columns * COLUMN:.1f}"'
                yield f'<text {place} lengthAdjust="spacingAndGlyphs" {attributes}>{escape(word)}</text>'
            column += columns


def draw(folder: Path, language: str) -> None:
    """The timeline of a dinner at which the cook falls asleep."""
    run(folder, f"grader timeline dinner.py --svg {HERE / f'timeline.{language}.svg'}", language)


def run(folder: Path, command: str, language: str) -> str:
    """What the command prints in a terminal. Raises RuntimeError when it could not do its work."""
    program, *arguments = command.split()
    found = shutil.which(
        program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if found is None:
        raise RuntimeError(f"{program} is not installed")
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {**os.environ, "GRADER_LANG": language, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [found, *arguments], cwd=folder, env=environment, stdout=follower, stderr=follower, stdin=follower
    )
    os.close(follower)
    data = b""
    while True:
        try:
            part = os.read(leader, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        data += part
    os.close(leader)
    if process.wait() not in (0, 1):
        raise RuntimeError(f"{command}: {data.decode('utf-8', 'replace')}")
    return data.decode("utf-8").replace("\r\n", "\n")


if __name__ == "__main__":
    main()
