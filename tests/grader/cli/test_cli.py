"""The group: help, languages, exit codes, and a start that imports only what is used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader import cli
from grader.cli import COMMANDS, run
from grader.errors import GraderError, GraderInternalError
from grader.text import cut, printable

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _keep_environment(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def failing(monkeypatch):
    """Make `grader schema` raise what it is given."""

    def put(error):
        def raise_it(_name):
            raise error

        monkeypatch.setattr("grader.cli.schema.schema_of", raise_it)
        return run(["schema", "grade"])

    return put


def test_help_lists_every_command_with_examples_and_exit_codes(capsys):
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "Examples:" in text
    assert "3 an internal error" in text.replace("\n  ", " ")


@pytest.mark.parametrize(
    "args", [["--lang", "zh-CN", "--help"], ["--help", "--lang=zh"], ["schema", "--help", "--lang", "zh"]]
)
def test_help_speaks_the_language_wherever_lang_stands(capsys, args):
    assert run(args) == 0
    text = capsys.readouterr().out
    assert "用法" in text
    assert "显示本说明并退出" in text


@pytest.mark.parametrize("name", ["grade", "check", "schema", "bundle", "new"])
def test_every_command_has_help_with_examples_and_a_language(capsys, name):
    assert run([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"$ grader {name}" in text
    assert "--lang" in text


def test_the_version_is_told(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("grader ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["gade"], "grader: There is no command gade.\nDid you mean: grade?\n"),
        (["zzz"], "grader: There is no command zzz.\n`grader --help` lists the commands.\n"),
        (
            ["schema", "--lang", "tlh"],
            "grader: --lang: There are no messages in the language tlh.\nChoose one of: en, zh-CN.\n",
        ),
        (["--nope"], "No such option"),
        (["bundle"], "Missing option '--out'"),
        (["schema", "nothing"], "grader: There is no schema nothing.\n"),
    ],
)
def test_a_mistake_in_the_command_line_is_two(capsys, args, message):
    assert run(args) == 2
    assert message in capsys.readouterr().err


def test_an_error_says_what_where_and_what_to_do(capsys, failing):
    assert failing(GraderError("It is \x1b[31mred.", where="a/b.toml:3", todo="Mend it.")) == 2
    assert capsys.readouterr().err == "grader: a/b.toml:3: It is \\x1b[31mred.\nMend it.\n"


def test_a_bug_says_how_to_report_it_and_keeps_the_traceback(capsys, failing, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert failing(GraderInternalError("broken")) == 3
    (kept,) = tmp_path.glob("grader-error-*.txt")
    text = capsys.readouterr().err
    assert "internal error: GraderInternalError: broken" in text
    assert "Traceback" not in text
    assert str(kept) in text
    assert "Traceback" in kept.read_text()


def test_a_bug_shows_its_traceback_to_those_who_ask(capsys, failing, monkeypatch):
    monkeypatch.setenv("GRADER_DEBUG", "1")
    assert failing(ZeroDivisionError("x")) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_bug_is_reported_where_nothing_can_be_written(capsys, failing, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    assert failing(ZeroDivisionError("x")) == 3
    assert "GRADER_DEBUG=1" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c_is_130(capsys, failing, error):
    assert failing(error) == 130
    assert capsys.readouterr().err.strip() == "Stopped."


def test_main_exits_with_the_code(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["grader", "schema", "nothing"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2


@pytest.mark.parametrize("name", [None, "grade", "exercise", "lint", "audit", "timeline", "doctor"])
def test_schemas_are_json(capsys, name):
    assert run(["schema", *([name] if name else [])]) == 0
    text = capsys.readouterr().out
    if name is None:
        assert {"grade", "exercise", "lint"} <= set(text.split())
    else:
        assert json.loads(text)["$schema"].startswith("https://json-schema.org/")


def test_the_schema_of_a_grade_has_the_promised_keys(capsys):
    run(["schema", "grade"])
    schema = json.loads(capsys.readouterr().out)
    assert {"exercise", "exercise_version", "submission", "content_hash", "verdicts", "isolation"} <= set(
        schema["properties"]
    )


def test_a_start_imports_only_what_it_uses():
    code = "import sys; from grader.cli import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    heavy = {"pydantic", "pytest", "libcst", "jinja2", "rich", "babel", "msgspec", "asyncio"}
    assert heavy & set(done.stderr.split()) == set()


def test_text_of_strangers_is_made_printable():
    assert printable("a\x1b[2J\u202eb\x00\n\t\ud800") == "a\\x1b[2J\\u202eb\\x00\\n\\t\\ud800"
    assert printable("a\r\nb\tc", keep_newlines=True) == "a\nb\tc"
    assert printable("汤 é 🍲") == "汤 é 🍲"
    assert cut("x" * 12, 10) == "x" * 10 + "… (2 more characters)"


def test_what_doctor_prints_fits_its_schema():
    """The schema is written beside the command, so that it is held to what the command makes of an examination."""
    import jsonschema

    from grader.cli.doctor import _as_json
    from grader.cli.schema import schema_of
    from grader.sandbox.levels import Layer, Level
    from grader.sandbox.probes import Examination, LayerProof, Outcome

    tried = Outcome("read_files", done=False, detail="EACCES", code=13)
    layer = LayerProof(next(iter(Layer)), works=True, missing=None, outcomes=(tried,))
    found = Examination(Level.STRONG, (layer,), (tried,), tried, "6.1", "x86_64", 6, root=True)
    plain = json.loads(json.dumps(_as_json(found, "strong")))
    jsonschema.validate(plain, schema_of("doctor"))
    properties = schema_of("doctor")["$defs"]["DoctorReport"]["properties"]
    assert set(plain) == set(properties)


def test_a_terminal_without_our_marks_gets_plain_ones_of_the_same_width(tmp_path):
    """A Windows console with code page 1252: columns stay where they are, and nothing fails."""
    (tmp_path / "dinner.py").write_text(
        "import asyncio\nimport time\n\n\nasync def 汤():\n    await asyncio.sleep(1)\n    time.sleep(1)\n\n\n"
        "asyncio.run(汤())\n",
        "utf-8",
    )
    answers = []
    for encoding in ("utf-8", "cp1252"):
        answer = subprocess.run(
            [sys.executable, "-m", "grader", "timeline", "dinner.py", "--lang", "en", "--width", "60"],
            env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            check=True,
            timeout=60,
        )
        answers.append(answer.stdout.decode(encoding).splitlines())
    marks = str.maketrans("─│┴█●", "-|+#o")
    plain = [line.translate(marks).replace("汤", "\\u6c64") for line in answers[0]]
    assert answers[1] == plain
    assert any("#######" in line for line in plain)
