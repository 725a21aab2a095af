"""What attackers put into names, texts and output stays text in every report, and the suite stays out of feedback."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EVIL = """# a submission that writes for whoever reads the reports
TEXT = "</pre><script>alert(1)</script>\\n```\\n<img src=x onerror=alert(2)>\\n\\x1b[2J\\x1b]0;owned\\x07"
TEXT += " =1+1 \\x00 \\u202e \\u2066 \\u2028 \\x9b2J \\x85 \\ud800 \\ufeff \\u200f"
print(TEXT)


class Evil(Exception):
    pass


Evil.__name__ = Evil.__qualname__ = "<img/src=x onerror=alert(3)>"


def answer():
    print(TEXT)
    raise Evil(TEXT)


def double(value):
    return TEXT
"""
EVIL_FILES = ("=cmd|' C'!A1 <b onclick=alert(5)>.py", "![x](http:evil) ```.py", "-rf --help.py")
REFUSED_FILES = ("@evil\x1b[2J\x07.py", "\x85\u2028.py", "fdp\u202e.py")
"""Names of files beside the module: some that a report shows with what the analyzer found, some that intake refuses."""
FOUND = """import time


async def wait_for_{number}():
    time.sleep(1)
    bad = "<script>alert(6)</script> ``` \\u202e =1+1"
"""
NAMES = ("=cmd|' C'!A1 <script>alert(4)<!--", "+SUM(A1)", "-1 ```", "@evil\tx", "plain", "refused")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Tags(HTMLParser):
    """What a browser would make of the attacker's text."""

    def __init__(self) -> None:
        super().__init__()
        self.evil: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        if any(
            name.startswith("on") or ("alert(" in (value or "") and name in ("href", "src"))
            for name, value in attrs
        ):
            self.evil.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and "alert(" in data:
            self.evil.append(data)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that `grader grade` wrote, and what it said."""
    folder = tmp_path_factory.mktemp("class")
    exercise = folder / "course" / "plain"
    shutil.copytree(
        HERE / "suite" / "plain", exercise / "hidden", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(HERE / "reference", exercise / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    (exercise / "exercise.toml").write_text('module = "solution"\n')
    for name in NAMES:
        (folder / "in" / name).mkdir(parents=True)
        (folder / "in" / name / "solution.py").write_text(f"{EVIL}\n# {name}\n")
        for number, file in enumerate(REFUSED_FILES if name == "refused" else EVIL_FILES):
            (folder / "in" / name / file).write_text(FOUND.format(number=number))
    command = [
        "grade",
        "plain",
        str(folder / "in"),
        "--course",
        str(folder / "course"),
        "--out",
        str(folder / "out"),
    ]
    run = subprocess.run(
        [sys.executable, "-m", "grader", *command], capture_output=True, text=True, check=False, timeout=120
    )
    if run.returncode == 2:
        pytest.skip(f"this machine does not grade: {run.stderr}")
    assert run.returncode == 0, run.stderr
    return folder / "out", run.stdout + run.stderr


def test_no_control_characters(reports: tuple[Path, str]) -> None:
    folder, said = reports
    texts = {
        path.name: path.read_text("utf-8-sig")
        for path in folder.rglob("*")
        if path.suffix in (".html", ".md", ".csv")
    }
    assert texts
    assert {name for name, text in {**texts, "terminal": said}.items() if CONTROL.search(text)} == set()


def test_html_stays_text(reports: tuple[Path, str]) -> None:
    pages = list(reports[0].rglob("*.html"))
    assert len(pages) == len(NAMES) + 1
    for page in pages:
        tags = Tags()
        tags.feed(page.read_text("utf-8"))
        assert tags.evil == [], page


def test_markdown_stays_text(reports: tuple[Path, str]) -> None:
    """Outside of its code blocks a feedback file has nothing that the submission wrote as it wrote it."""
    for page in reports[0].rglob("*.md"):
        fence, outside = "", []
        for line in page.read_text("utf-8").splitlines():
            marks = re.match(r"\s*(`{3,})", line)
            if fence:
                fence = "" if marks and len(marks[1]) >= len(fence) and line.strip() == marks[1] else fence
            elif marks:
                fence = marks[1]
            else:
                outside.append(re.sub(r"(`+).*?\1", "", line))
        assert not fence
        assert not re.search(r"(?<!\\)<(script|img)", "\n".join(outside)), page


def test_formulas_stay_text(reports: tuple[Path, str]) -> None:
    with open(reports[0] / "gradebook.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(NAMES) + 1
    assert [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-\D|-\d+ \D", cell)] == []


def test_names_of_files_are_plain(reports: tuple[Path, str]) -> None:
    assert [path.name for path in reports[0].rglob("*") if not re.fullmatch(r"\w[\w .-]*", path.name)] == []


def test_reports_have_what_they_are_looked_at_for(reports: tuple[Path, str]) -> None:
    """The evil texts did get there."""
    for page in (reports[0] / "feedback").glob("*.md"):
        words = "holds control characters" if "refused" in page.name else "LOOP101"
        assert words in page.read_text("utf-8"), page
    assert "alert(5)" in (reports[0] / "feedback" / "plain.md").read_text("utf-8")


def test_feedback_says_nothing_of_the_suite(reports: tuple[Path, str]) -> None:
    seen = {path.name: path.read_text("utf-8") for path in (reports[0] / "feedback").iterdir()}
    assert len(seen) == 2 * len(NAMES)
    assert [name for name, text in seen.items() if "CANARY" in text] == []
