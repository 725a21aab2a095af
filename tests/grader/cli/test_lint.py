"""`grader lint`: what it prints, what it changes, and its exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader import locale
from grader.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lint = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).resolve().parents[3]
SLEEPS = "import time\n\n\nasync def main():\n    time.sleep(1)\n"
FIXED = "import asyncio\n\n\nasync def main():\n    await asyncio.sleep(1)\n"
CLEAN = "import asyncio\n\n\nasync def main():\n    await asyncio.sleep(1)\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """`--lang` speaks for the whole process."""
    locale.use("en")
    yield
    locale.use("en")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file that sleeps; the current folder."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "app.py").write_text(SLEEPS)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lint(project: Path, capsys: pytest.CaptureFixture[str]) -> Lint:
    def call(*args: str) -> tuple[int, str, str]:
        code = run(["lint", *args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def put(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put


def test_findings_are_shown_and_counted_by_the_exit_code(lint: Lint) -> None:
    code, out, err = lint("--select", "LOOP101")
    assert (code, err) == (1, "")
    assert out.startswith(
        "app.py:5:5: LOOP101 blocking-sleep: `time.sleep` puts the whole event loop to sleep"
    )
    assert "  5 |     time.sleep(1)\n    |     ^^^^^^^^^^^^^\n" in out
    assert out.endswith("Found 1 finding.\nIt can be fixed with `--fix`.\n")


def test_a_clean_project_exits_with_zero(lint: Lint, project: Path) -> None:
    (project / "app.py").write_text(CLEAN)
    assert lint() == (0, "No findings: nothing blocks the event loop, nothing is left unawaited.\n", "")


def test_exit_zero_changes_the_code_alone(lint: Lint) -> None:
    assert lint("--select", "LOOP101", "--exit-zero")[:2] == (0, lint("--select", "LOOP101")[1])


def test_chinese_is_spoken(lint: Lint) -> None:
    assert "让整个事件循环一起睡" in lint("--select", "LOOP101", "--lang", "zh-CN")[1]


def test_statistics_follow_the_findings(lint: Lint) -> None:
    assert lint("--select", "LOOP101", "--statistics")[1].endswith(
        "\n\n1  LOOP101   blocking-sleep\n1  in all\n"
    )


@pytest.mark.parametrize(
    "how", [["--ignore", "LOOP101"], ["--select", "AWAIT212"], ["--ignore", "LOOP,AWAIT,TASK"]]
)
def test_rules_are_chosen(lint: Lint, how: list[str]) -> None:
    assert lint(*how)[0] == 0


def test_formats_for_machines(lint: Lint) -> None:
    (only,) = json.loads(lint("--select", "LOOP101", "--format", "json")[1])
    assert (only["path"], only["line"], only["column"], only["code"]) == ("app.py", 5, 5, "LOOP101")
    assert json.loads(lint("--select", "LOOP101", "--format", "sarif")[1])["version"] == "2.1.0"
    assert lint("--select", "LOOP101", "--format", "github")[1].startswith(
        "::error file=app.py,line=5,col=5,"
    )
    assert ET.fromstring(lint("--select", "LOOP101", "--format", "junit")[1].encode()).get("failures") == "1"


def test_fix_changes_the_file_and_says_so(lint: Lint, project: Path) -> None:
    code, out, _ = lint("--fix", "--select", "LOOP101")
    assert (code, out.splitlines()[-1]) == (0, "Fixed 1 finding.")
    text = (project / "app.py").read_text()
    assert "    await asyncio.sleep(1)\n" in text
    assert "import asyncio\n" in text
    assert lint("--fix", "--select", "LOOP101")[1].endswith("Fixed 0 findings.\n")
    assert (project / "app.py").read_text() == text


def test_fix_with_a_machine_format_keeps_standard_output_clean(lint: Lint) -> None:
    code, out, err = lint("--fix", "--select", "LOOP101", "--format", "json")
    assert (code, json.loads(out), err) == (0, [], "Fixed 1 finding.\n")


def test_a_diff_changes_nothing(lint: Lint, project: Path) -> None:
    code, out, err = lint("--diff", "--select", "LOOP101")
    assert (code, err) == (1, "Would fix 1 finding.\n")
    assert "--- a/app.py\n+++ b/app.py\n" in out
    assert "-    time.sleep(1)\n+    await asyncio.sleep(1)\n" in out
    assert (project / "app.py").read_text() == SLEEPS


def test_standard_input_is_linted_as_a_file(lint: Lint, feed: Callable[[bytes], None]) -> None:
    feed(SLEEPS.encode())
    code, out, _ = lint("--stdin-filename", "new/other.py", "--select", "LOOP101")
    assert code == 1
    assert out.startswith("new/other.py:5:5: LOOP101")
    feed(CLEAN.encode())
    assert lint("-", "--stdin-filename", "app.py", "--select", "LOOP101")[0] == 0


def test_standard_input_is_fixed_to_standard_output(
    lint: Lint, feed: Callable[[bytes], None], project: Path
) -> None:
    feed(SLEEPS.encode())
    code, out, err = lint("--fix", "--stdin-filename", "app.py", "--select", "LOOP101")
    assert code == 0
    assert "    await asyncio.sleep(1)\n" in out
    assert err.endswith("Fixed 1 finding.\n")
    assert (project / "app.py").read_text() == SLEEPS


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["missing.py"], "grader: missing.py: no such file or folder.\n"),
        (["--root", "app.py"], "app.py: not a folder"),
        (["app.py", "--stdin-filename", "x.py"], "give no PATHS besides"),
        (["--preset", "none"], 'There is no preset "none"; there are course.'),
        (["--select", "LOP101"], 'did you mean "LOOP101"?'),
        (["--ignore", "WAIT"], 'did you mean "AWAIT"?'),
    ],
)
def test_what_cannot_be_done_exits_with_two(lint: Lint, args: list[str], said: str) -> None:
    code, out, err = lint(*args)
    assert (code, out) == (2, "")
    assert said in err


def test_a_wrong_setting_is_named(lint: Lint, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.grader.lint]\nselekt = []\n")
    code, _, err = lint()
    assert code == 2
    assert 'unknown key "selekt"; did you mean "select"?' in err


def test_the_command_line_stands_above_the_settings(lint: Lint, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.grader.lint]\nselect = ["AWAIT212"]\n')
    assert [lint()[0], lint("--select", "LOOP101")[0]] == [0, 1]


def test_the_root_is_found_from_the_paths(
    lint: Lint, project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert lint(str(project / "app.py"), "--select", "LOOP101")[1].startswith("app.py:5:5:")


def test_without_a_project_paths_are_as_they_were_typed(lint: Lint, project: Path) -> None:
    (project / "pyproject.toml").unlink()
    (project / "sub").mkdir()
    (project / "sub" / "x.py").write_text(SLEEPS)
    assert lint("sub/x.py", "--select", "LOOP101")[1].startswith("sub/x.py:5:5:")


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_those_who_see_it(
    lint: Lint, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\033[" in lint("--select", "LOOP101")[1]) is coloured


def test_a_file_that_cannot_be_written_is_an_error(
    lint: Lint, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, _content: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    code, _, err = lint("--fix", "--select", "LOOP101")
    assert (code, err) == (
        2,
        "grader: app.py cannot be written: Permission denied. Nothing else was fixed.\n",
    )


def test_a_run_without_changes_imports_neither_parser_nor_judge(project: Path) -> None:
    """Start-up is a feature: what a commit hook does not use, it does not import."""
    program = (
        "import sys\nfrom grader.cli import run\nrun(['lint', '--select', 'LOOP101'])\n"
        "heavy = {'libcst', 'pydantic', 'pytest', 'rich', 'jinja2', 'babel', 'asyncio', 'multiprocessing'}\n"
        "print('imported:', sorted(heavy & set(sys.modules)))\n"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True,
            env={"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(project / ".cache"), "PATH": ""},
        )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "imported: []"
