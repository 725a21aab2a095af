"""The commands of a teacher and a student, with a judge that follows a script."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.cli import run
from grader.grading import judging
from grader.grading.journal import hold
from grader.reports import outputs

ROOT = Path(__file__).resolve().parents[3]
WORKERS = ROOT / "tests" / "grader" / "grading" / "workers"

COMMAND = """
import signal, sys
from grader.grading import judging
from grader.grading.journal import hold
from grader.cli import run

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
judging.DEFAULT = "scripted_judge:open_judge"
sys.exit(run(sys.argv[1:]))
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="grading runs on Linux")


@pytest.fixture(autouse=True)
def _scripted(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(WORKERS))))
    monkeypatch.syspath_prepend(str(WORKERS))
    monkeypatch.setattr(judging, "DEFAULT", "scripted_judge:open_judge")


@pytest.fixture
def exercise(make_exercise):
    return str(make_exercise("points = 10\n").folder)


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, script in (("alice", "pass"), ("bob", "fail"), ("carol", "pass")):
        (folder / f"{name}.py").write_text(f"# {script}\n")
    return folder


def grades(folder: Path) -> dict[str, float]:
    lines = (folder / "grades.jsonl").read_text(encoding="utf-8").splitlines()
    return {grade["submission"]: grade["points"] for grade in map(json.loads, lines)}


def test_grade_writes_everything_it_promises(exercise, handed_in, tmp_path, capsys):
    out = tmp_path / "out"
    extra = ["--junit", str(tmp_path / "junit.xml"), "--roster", str(tmp_path / "roster.csv")]
    (tmp_path / "roster.csv").write_text("id,name\nalice,Ann\nzoe,Zoe\n")
    assert run(["grade", exercise, str(handed_in), "--out", str(out), "--jobs", "1", *extra]) == 0
    assert grades(out) == {"alice": 10.0, "bob": 0.0, "carol": 10.0}
    assert sorted(path.name for path in out.iterdir()) == [
        "feedback",
        "gradebook.csv",
        "grades.jsonl",
        "intake.csv",
        "journal.jsonl",
        "report.html",
    ]
    assert len(list((out / "feedback").iterdir())) == 6
    assert "zoe,Zoe,,missing" in (out / "gradebook.csv").read_text(encoding="utf-8-sig")
    assert (tmp_path / "junit.xml").exists()
    captured = capsys.readouterr()
    # A busy machine says at what rate it goes, and how long that takes.
    lines = [", ".join(line.split(", ")[:3]) for line in captured.err.splitlines()]
    assert lines == [
        "3 submissions.",
        "2 submissions have no student in the roster.",
        "2/3, passed: 2, not passed: 0",
        "3/3, passed: 2, not passed: 1",
    ]
    assert f"Report: {out / 'report.html'}" in captured.out
    assert "\x1b" not in captured.out + captured.err


def test_grade_goes_on_where_it_was(exercise, handed_in, tmp_path, capsys):
    args = ["grade", exercise, str(handed_in), "--out", str(tmp_path / "out"), "--jobs", "1"]
    assert run(args) == 0
    (handed_in / "bob.py").write_text("# pass again\n")
    assert run(args) == 0
    assert grades(tmp_path / "out") == {"alice": 10.0, "bob": 10.0, "carol": 10.0}
    assert "2 Grades were there already." in capsys.readouterr().out


def test_grade_prints_json_for_programs(exercise, handed_in, tmp_path, capsys):
    args = [
        "grade",
        exercise,
        str(handed_in / "alice.py"),
        "--out",
        str(tmp_path / "out"),
        "--format",
        "json",
    ]
    assert run([*args, "--gradescope", str(tmp_path / "results.json"), "--seed", "7"]) == 0
    (grade,) = json.loads(capsys.readouterr().out)
    assert (grade["submission"], grade["seed"], grade["isolation"]) == ("alice", 7, "scripted")
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 10.0


def test_a_failure_of_the_grader_is_three_and_costs_one_row(exercise, handed_in, tmp_path, capsys):
    (handed_in / "dora.py").write_text("# raise\n")
    assert run(["grade", exercise, str(handed_in), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 3
    assert set(grades(tmp_path / "out")) == {"alice", "bob", "carol"}
    assert "The grader failed at dora: RuntimeError: the judge broke" in capsys.readouterr().out
    assert "dora,,,,grader_failed" in (tmp_path / "out" / "gradebook.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["grade", "{exercise}", "nowhere", "--out", "out"], "nowhere: This cannot be read"),
        (["grade", "nope", "{in}", "--out", "out", "--course", "{course}"], "There is no exercise nope."),
        (
            ["grade", "{exercise}", "{in}", "--out", "out", "--roster", "no.csv"],
            "no.csv: The roster cannot be read",
        ),
        (
            ["grade", "{exercise}", "{in}", "--out", "out", "--gradescope", "r"],
            "is about one submission; here are 3.",
        ),
        (["grade", "{exercise}", "{in}", "--out", "out", "--isolation", "x"], "'x' is not one of"),
        (["grade", "{exercise}", "{in}"], "Missing option '--out'"),
        (["check", "{exercise}", "nowhere.py"], "nowhere.py: There is no such file."),
        (["bundle", "nope", "--out", "x.zip", "--course", "{course}"], "There is no exercise nope."),
        (["new", "../up"], "../up: An exercise's id has letters"),
    ],
)
def test_what_cannot_be_done_is_two(exercise, handed_in, tmp_path, monkeypatch, capsys, args, message):
    monkeypatch.chdir(tmp_path)
    names = {"{exercise}": exercise, "{in}": str(handed_in), "{course}": str(Path(exercise).parent)}
    assert run([names.get(arg, arg) for arg in args]) == 2
    assert message in capsys.readouterr().err


def test_grade_says_that_it_needs_linux(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "win32")
    assert run(["grade", "x", "y", "--out", "z"]) == 2
    assert "inside WSL" in capsys.readouterr().err


def test_results_that_cannot_be_written_say_what_is_safe(exercise, handed_in, tmp_path, monkeypatch, capsys):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outputs, "write_whole", full)
    assert run(["grade", exercise, str(handed_in), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 2
    assert "The disk is full. 3 grades are safe in the journal." in capsys.readouterr().err


def test_new_points_need_no_new_run_and_stand_beside_the_old_ones(exercise, tmp_path, capsys):
    judged = tmp_path / "judged"
    (tmp_path / "in").mkdir()
    for name, script in (("alice", f"count {judged}"), ("bob", "fail")):
        (tmp_path / "in" / f"{name}.py").write_text(f"# {script}\n")
    out = tmp_path / "out"
    args = ["grade", exercise, str(tmp_path / "in"), "--out", str(out), "--jobs", "1"]
    assert run(args) == 0
    settings = Path(exercise) / "exercise.toml"
    settings.write_text(settings.read_text().replace("points = 10", "points = 20"))
    capsys.readouterr()
    assert run(args) == 0
    assert grades(out) == {"alice": 20.0, "bob": 0.0}
    assert judged.read_text().split() == ["alice"]
    assert "2 Grades have new points for the verdicts of before" in capsys.readouterr().out
    table = [line.split(",") for line in (out / "regrade.csv").read_text("utf-8-sig").splitlines()]
    assert table[1:] == [
        ["alice", "10", "10", "20", "20", "10", *[""] * 6],
        ["bob", "0", "10", "0", "20", "0", *[""] * 6],
    ]
    assert "What grading again changed" in (out / "report.html").read_text()
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert run(args) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def test_a_change_of_the_tests_runs_them_again(exercise, tmp_path):
    judged = tmp_path / "judged"
    (tmp_path / "alice.py").write_text(f"# count {judged}\n")
    args = ["grade", exercise, str(tmp_path / "alice.py"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    assert run(args) == 0
    with (Path(exercise) / "hidden" / "test_kitchen.py").open("a") as file:
        file.write("MENDED = True\n")
    assert run(args) == 0
    assert judged.read_text().split() == ["alice", "alice"]


def test_the_same_content_is_judged_once_however_and_whenever_it_comes(exercise, tmp_path):
    judged = tmp_path / "judged"
    content = f"# count {judged}\n"

    def packed(name: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, content)
        return buffer.getvalue()

    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("inner.zip", packed("kitchen.py"))
    first, second = tmp_path / "first", tmp_path / "second"
    (first / "bob").mkdir(parents=True)
    (first / "bob" / "my solution (1).py").write_text(content)
    (first / "bob" / ".DS_Store").write_bytes(b"x")
    (first / "ann.py").write_text(content)
    (first / "carol.zip").write_bytes(packed("work/kitchen.py"))
    (first / "dora.zip").write_bytes(nested.getvalue())
    (second / "emil").mkdir(parents=True)
    (second / "emil" / "kitchen.py").write_text(content)
    out = tmp_path / "out"
    for places in ([first], [second], [second, first]):
        assert run(["grade", exercise, *map(str, places), "--out", str(out), "--jobs", "1"]) == 0
    assert grades(out) == dict.fromkeys(("emil", "ann", "bob", "carol", "dora"), 10.0)
    assert judged.read_text().split() == ["ann"]


def test_a_folder_with_another_exercises_results_is_two(exercise, make_exercise, handed_in, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["grade", exercise, str(handed_in), "--out", str(out), "--jobs", "1"]) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    other = make_exercise(name="02-tea", files={"hidden/test_kitchen.py": "def test_tea(): 0\n"})
    capsys.readouterr()
    assert run(["grade", str(other.folder), str(handed_in), "--out", str(out), "--jobs", "1"]) == 2
    assert "This folder holds the results of another exercise, 01-soup." in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_what_was_not_taken_is_said_up_to_a_number(exercise, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.py").write_text("# pass\n")
    for number in range(25):
        (tmp_path / "in" / f"{number:02}.md").write_text("")
    (tmp_path / "roster.csv").write_text("id\nbob\n")
    args = ["grade", exercise, str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    assert run([*args, "--roster", str(tmp_path / "roster.csv")]) == 0
    captured = capsys.readouterr()
    said = captured.err.splitlines()
    assert said[0] == "1 submission."
    assert said[20] == f"  left out: {tmp_path}/in/19.md: It is no Python file, folder or zip."
    assert said[21:23] == ["  and 5 more", "1 submission has no student in the roster."]
    assert f"What was taken for what: {tmp_path}/out/intake.csv" in captured.out
    assert len((tmp_path / "out" / "intake.csv").read_text("utf-8-sig").splitlines()) == 1 + 25 + 1 + 1


def test_two_runs_cannot_write_into_one_folder(exercise, handed_in, tmp_path, capsys):
    args = ["grade", exercise, str(handed_in), "--out", str(tmp_path / "out"), "--jobs", "1"]
    with hold(tmp_path / "out"):
        assert run(args) == 2
    assert "Another run is writing into this folder." in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []
    assert run(args) == 0


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root writes everywhere")
def test_a_folder_that_is_read_only_is_two(exercise, handed_in, tmp_path, capsys):
    (tmp_path / "out").mkdir(mode=0o500)
    assert run(["grade", exercise, str(handed_in), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 2
    assert "Results cannot be written here: Permission denied." in capsys.readouterr().err


def test_all_grades_every_exercise_that_has_a_folder(make_exercise, tmp_path, capsys):
    soup, tea = make_exercise("points = 10\n"), make_exercise("points = 5\n", name="02-tea")
    make_exercise(name="03-rice")
    for chosen, scripts in ((soup, {"ann": "pass", "bob": "fail"}), (tea, {"ann": "pass 2"})):
        for name, script in scripts.items():
            place = tmp_path / "in" / chosen.id / f"{name}.py"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"# {script}\n")
    out = tmp_path / "out"
    args = ["grade", "all", str(tmp_path / "in"), "--out", str(out), "--course", str(soup.folder.parent)]
    assert run([*args, "--jobs", "1", "--format", "json", "--junit", str(tmp_path / "j.xml")]) == 0
    captured = capsys.readouterr()
    assert [grade["submission"] for grade in json.loads(captured.out)] == ["ann", "bob", "ann"]
    said = [line for line in captured.err.splitlines() if line and "/" not in line]
    assert said == ["01-soup", "2 submissions.", "02-tea", "1 submission."]
    assert run([*args, "--jobs", "1"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("0")] == [
        "01-soup",
        "02-tea",
    ]
    assert (out / "gradebook.csv").read_text("utf-8-sig").splitlines() == [
        "student,name,group,01-soup,02-tea,points,max_points",
        "ann,,,10,5,15,15",
        "bob,,,0,,0,15",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["01-soup", "02-tea", "gradebook.csv"]
    assert run(["grade", "all", str(tmp_path), "--out", str(out), "--course", str(soup.folder.parent)]) == 2
    assert "no folder that is named after an exercise" in capsys.readouterr().err


@pytest.mark.parametrize("room", [10_000, 2_500], ids=["journal", "feedback"])
def test_a_disk_without_room_is_two_and_the_next_run_goes_on(exercise, tmp_path, room):
    """The file size limit stands for a full disk: it stops a real write in the middle of a line."""
    (tmp_path / "in").mkdir()
    for number in range(12):
        (tmp_path / "in" / f"a{number}.py").write_text(f"# pass {number}\n")
    out = tmp_path / "out"
    words = ["grade", exercise, str(tmp_path / "in"), "--out", str(out), "--jobs", "1"]
    limited = COMMAND.replace("import signal, sys", "import resource, signal, sys", 1).replace(
        "sys.exit(run",
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\nsys.exit(run",
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, *words],
        capture_output=True,
        text=True,
        check=False,
        # Byte code that is cut here would be imported, cut, by everybody else.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 2, done.stderr
    safe = (out / "journal.jsonl").read_bytes()
    assert 0 < safe.count(b"\n") < 12
    assert safe.endswith(b"\n")
    lines = safe.count(b"\n")
    told = "1 grade is" if lines == 1 else f"{lines} grades are"
    assert f"{told} safe in the journal." in done.stderr
    assert not [path for path in out.rglob("*") if path.name.endswith(".part")]
    assert len(list(out.rglob("*.md"))) == (lines if room == 10_000 else 0)
    assert run(words) == 0
    assert (out / "journal.jsonl").read_bytes().startswith(safe)
    assert len(grades(out)) == 12


def test_no_room_for_temporary_files_is_two(exercise, handed_in, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grader.judge.held_folder.tempfile.mkdtemp", full)
    assert run(["grade", exercise, str(handed_in), "--out", str(tmp_path / "out")]) == 2
    assert "No temporary folder can be made: No space left on device." in capsys.readouterr().err


def test_a_killed_run_loses_at_most_what_was_being_graded(exercise, tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"a{number}.py").write_text(f"# pass {number}\n")
    (tmp_path / "in" / "z.py").write_text("# hang\n")
    args = ["grade", exercise, str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *args], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("3/4"):
                break
        process.send_signal(signal.SIGKILL)
    journal = (tmp_path / "out" / "journal.jsonl").read_bytes()
    assert journal.endswith(b"\n")
    assert sorted(json.loads(line)["grade"]["submission"] for line in journal.splitlines()) == [
        "a0",
        "a1",
        "a2",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["feedback", "journal.jsonl"]
    pages = list((tmp_path / "out" / "feedback").glob("*.html"))
    assert {page.stem for page in pages} >= {"a0", "a1"}
    assert all(page.read_text("utf-8").rstrip().endswith("</html>") for page in pages)


def test_ctrl_c_says_what_is_safe_and_leaves_nothing_half_written(exercise, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.py").write_text("# pass\n")
    (tmp_path / "in" / "z.py").write_text("# hang\n")
    args = ["grade", exercise, str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *args], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            if line.startswith("1/2") and not any(earlier.startswith("1/2") for earlier in lines):
                process.send_signal(signal.SIGINT)
            lines.append(line)
    assert process.returncode == 130, "".join(lines)
    assert "Stopped after 1 of 2. They are safe; the same command goes on where it was.\n" in lines
    left = {path.name for path in (tmp_path / "out").rglob("*")}
    assert {"journal.jsonl"} <= left <= {"journal.jsonl", "feedback", "a.html", "a.md"}


@pytest.mark.parametrize(("script", "code"), [("pass", 0), ("fail", 1)])
def test_check_says_whether_everything_passes(exercise, tmp_path, monkeypatch, capsys, script, code):
    (tmp_path / "mine.py").write_text(f"# {script}\n")
    assert run(["check", exercise, str(tmp_path / "mine.py")]) == code
    text = capsys.readouterr().out
    assert ("All the tests that you can see pass" in text) is (code == 0)
    assert "Do this next" in text


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        ("markdown", "# 01-soup"),
        ("html", "<!DOCTYPE html>"),
        ("json", "{"),
        ("junit", "<?xml"),
        ("gradescope", "{"),
        ("text", "# 01-soup"),
    ],
)
def test_check_writes_every_format_to_a_file(exercise, tmp_path, form, beginning):
    (tmp_path / "mine.py").write_text("# fail\n")
    out = tmp_path / "feedback"
    assert run(["check", exercise, str(tmp_path / "mine.py"), "--format", form, "--output", str(out)]) == 1
    assert out.read_text(encoding="utf-8").startswith(beginning)


def test_check_speaks_chinese_and_prints_markdown(exercise, tmp_path, capsys):
    (tmp_path / "mine.py").write_text("# fail\n")
    args = ["check", exercise, str(tmp_path / "mine.py"), "--format", "markdown", "--lang", "zh-CN"]
    assert run(args) == 1
    assert "## 下一步" in capsys.readouterr().out


def test_check_says_that_it_needs_linux(exercise, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert run(["check", exercise, str(tmp_path / "mine.py")]) == 2
    assert "run pytest on the visible tests" in capsys.readouterr().err


def test_bundle_writes_the_students_half(exercise, tmp_path, capsys):
    out = tmp_path / "students.zip"
    assert run(["bundle", "--course", str(Path(exercise).parent), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 1 exercise, 4 files.\n"
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        assert archive.namelist() == [
            "README.md",
            "README.zh-CN.md",
            "exercises/01-soup/exercise.toml",
            "exercises/01-soup/visible/test_first.py",
        ]
    assert run(["bundle", "soup", "--course", str(Path(exercise).parent), "--out", str(out)]) == 0


def test_new_writes_an_exercise(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "16-tea-for-two"]) == 0
    assert "grader audit 16-tea-for-two" in capsys.readouterr().out
    assert (tmp_path / "exercises" / "16-tea-for-two" / "reference" / "tea_for_two.py").is_file()
    assert 'title = { en = "Tea for two"' in (tmp_path / "exercises/16-tea-for-two/exercise.toml").read_text()
