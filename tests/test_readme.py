"""What the READMEs say is so: the same commands in both languages, and each of them exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest

from grader.cli import COMMANDS, cli
from rules.registry import BY_CODE

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"\b(?:LOOP|AWAIT|TASK)\d{3}\b")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
TEST_COMMAND = "python3 -m venv .venv && .venv/bin/python -m pip install --quiet nox && .venv/bin/nox"


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text_of(name)) if kind == language]


def shell_lines(name: str) -> list[str]:
    """The commands of the shell blocks, without their comments."""
    return [re.sub(r"\s+# .*", "", line) for block in blocks(name, "sh") for line in block.splitlines()]


def grader_commands(name: str) -> list[list[str]]:
    """Every `grader ...` that a README shows, in shell blocks and in the text."""
    prose = FENCE.sub("", text_of(name))
    lines = [line for line in shell_lines(name) if line.startswith("grader ")]
    lines += re.findall(r"`(grader [^`]+)`", prose)
    return [shlex.split(line)[1:] for line in lines]


def test_both_show_the_same_commands():
    english, chinese = map(shell_lines, READMES)
    assert english == chinese
    assert blocks(READMES[0], "yaml") == blocks(READMES[1], "yaml")
    names = [sorted({words[0] for words in grader_commands(name)}) for name in READMES]
    assert names[0] == names[1]


def test_ci_runs_the_test_command_and_nothing_else():
    for name in READMES:
        assert TEST_COMMAND in shell_lines(name)
    lines = [line for line in text_of(".ci/run").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', TEST_COMMAND]
    steps = [line.strip() for line in text_of(".github/workflows/ci.yml").splitlines() if "run:" in line]
    assert steps == ["- run: bash .ci/run"]


def test_the_sessions_that_are_shown_exist():
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)", text_of("noxfile.py"), re.MULTILINE))
    shown = {name for readme in READMES for name in re.findall(r"nox -s (\w+)", text_of(readme))}
    assert shown
    assert shown <= sessions


@pytest.mark.parametrize("readme", READMES)
def test_every_command_exists_with_the_options_that_are_shown(readme):
    commands = [words for words in grader_commands(readme) if words[0].isalpha() and words[0].islower()]
    assert {words[0] for words in commands} == set(COMMANDS) - {"schema"}
    for words in commands:
        command = cli.get_command(click.Context(cli), words[0])
        assert command is not None, words
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options | {"--help"}, words


@pytest.mark.parametrize("readme", READMES)
def test_options_in_the_text_exist_somewhere(readme):
    prose = re.findall(r"`(--[a-z-]+)", FENCE.sub("", text_of(readme)))
    commands = [cli.get_command(click.Context(cli), name) for name in COMMANDS]
    known = {
        name for command in commands if command for parameter in command.params for name in parameter.opts
    }
    assert prose
    assert set(prose) <= known


@pytest.mark.parametrize(
    "name", [*READMES, "exercises/README.md", "exercises/README.zh-CN.md", "CONTRIBUTING.md"]
)
def test_links_lead_to_files(name):
    targets = [target for target in LINK.findall(text_of(name)) if "://" not in target]
    assert [target for target in targets if not (ROOT / name).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_exercises_and_files_that_are_named_exist(readme):
    named = set(re.findall(r"\b\d\d-[a-z-]+\b", text_of(readme)))
    assert named
    assert [name for name in named if not (ROOT / "exercises" / name / "exercise.toml").is_file()] == []
    paths = set(re.findall(r"`((?:tests|exercises)/[\w./-]+)`", text_of(readme)))
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_codes_that_are_named_exist(readme):
    named = set(CODE.findall(text_of(readme)))
    assert named
    assert named <= set(BY_CODE)


def test_the_hook_that_is_shown_exists():
    (shown,) = blocks(READMES[0], "yaml")
    lines = shown.splitlines()
    assert len(lines) == 3
    repository = re.fullmatch(r"- repo: (https://\S+)", lines[0])
    revision = re.fullmatch(r"  rev: v(\S+)", lines[1])
    hooks = re.fullmatch(r"  hooks: \[\{ id: ([\w-]+) \}\]", lines[2])
    assert repository
    assert revision
    assert hooks
    assert revision[1] == tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert hooks[1] in re.findall(r"^- id: ([\w-]+)", text_of(".pre-commit-hooks.yaml"), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_pictures_are_there_in_the_readers_language(readme):
    language = "zh-CN" if "zh" in readme else "en"
    shown = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", text_of(readme))
    assert [path for _text, path in shown] == [
        f".github/pictures/{name}.{language}.svg" for name in ("lint", "check", "timeline")
    ]
    for _text, path in shown:
        assert ET.parse(ROOT / path).getroot().tag.endswith("svg")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(shell):
    for readme in READMES:
        assert f"_GRADER_COMPLETE={shell}_source grader" in text_of(readme)
    answer = subprocess.run(
        [sys.executable, "-c", "from grader.cli import cli; cli(prog_name='grader')"],
        env={
            "_GRADER_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": "grader ti",
            "COMP_CWORD": "ti" if shell == "fish" else "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert "timeline" in answer.stdout
