"""Grading a class: nothing is graded twice, a failure of the grader costs one submission, nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import resource
from pathlib import Path

import pytest

from grader.errors import GraderError, GraderInternalError
from grader.grading import pool as pool_module
from grader.grading.journal import Journal, disk_error, key_of
from grader.grading.pool import Pool
from grader.grading.run import Progress, grade_class
from grader.grading.settings import GradingSettings
from grader.grading.worker import Hello
from grader.judge.verdicts import Kind
from grader.submissions import Student, Submission, content_hash

WORKERS = Path(__file__).parent / "workers"
SETTINGS = GradingSettings()


@pytest.fixture(autouse=True)
def _workers_find_the_script(monkeypatch):
    root = Path(__file__).resolve().parents[3]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(root), str(WORKERS))))


def submission(name: str, script: str) -> Submission:
    files = {"kitchen.py": f"# {script}\n".encode()}
    return Submission(name, files, content_hash(files))


def grade(exercise, submissions, out, **options):
    options.setdefault("judge", "scripted_judge:open_judge")
    options.setdefault("jobs", 1)
    return grade_class(exercise, submissions, options.pop("settings", SETTINGS), out=out, **options)


def test_every_submission_gets_its_grade_in_its_order(make_exercise, tmp_path):
    seen: list[Progress] = []
    names = [f"s{number}" for number in range(6)]
    submissions = [submission(name, "pass" if name != "s3" else "fail") for name in names]
    graded = grade(make_exercise(), submissions, tmp_path / "out", report=seen.append, jobs=2)
    assert [item.submission for item in graded.grades] == names
    assert [item.verdicts[0].kind for item in graded.grades] == [Kind.PASSED] * 3 + [Kind.FAILED] + [
        Kind.PASSED
    ] * 2
    assert (graded.failures, graded.reused, graded.copies) == ((), 0, 4)
    assert (seen[-1].done, seen[-1].total, seen[-1].failed, seen[-1].passed) == (6, 6, 0, 5)


def test_the_same_content_is_judged_once_and_a_second_run_judges_nothing(make_exercise, tmp_path):
    log = tmp_path / "judged"
    exercise = make_exercise()
    submissions = [submission(name, f"count {log}") for name in ("alice", "bob")]
    first = grade(exercise, submissions, tmp_path / "out")
    renamed = Submission("carol", submissions[0].files, submissions[0].content_hash, Student("3", "Carol"))
    again = grade(exercise, [*submissions, renamed], tmp_path / "out")
    assert (first.copies, again.reused, again.copies) == (1, 3, 2)
    assert log.read_text().split() == ["alice"]
    assert again.grades[2].student == Student("3", "Carol")
    third = grade(exercise, submissions, tmp_path / "out", resume=False)
    assert (third.reused, log.read_text().split()) == (0, ["alice", "alice"])


@pytest.mark.parametrize(
    "change", ["seed", "language", "version", "exercise", "content"], ids=lambda change: f"another {change}"
)
def test_what_a_grade_depends_on_is_in_its_key(make_exercise, make_submission, change):
    exercise, entry, settings, version = make_exercise(), make_submission(), SETTINGS, "1"
    before = key_of(exercise, entry, settings, version)
    if change == "seed":
        settings = GradingSettings(seed=1)
    elif change == "language":
        settings = GradingSettings(language="zh-CN")
    elif change == "version":
        version = "2"
    elif change == "exercise":
        exercise = make_exercise(files={"hidden/test_kitchen.py": "def test_cook(): pass\n"})
    else:
        entry = make_submission(source="x = 1\n")
    assert key_of(exercise, entry, settings, version) != before


def test_texts_for_people_do_not_grade_anyone_again(make_exercise, make_submission):
    before = key_of(make_exercise(), make_submission(), SETTINGS, "1")
    exercise = make_exercise(
        'title = "New"\n', files={"README.md": "new", "visible/test_first.py": "def test_x(): 0"}
    )
    assert key_of(exercise, make_submission("bob"), SETTINGS, "1") == before


@pytest.mark.parametrize(("script", "reason"), [("die", "status 9"), ("raise", "the judge broke")])
def test_a_failure_of_the_grader_is_tried_again_and_then_costs_one_submission(
    make_exercise, tmp_path, script, reason
):
    graded = grade(make_exercise(), [submission("bad", script), submission("good", "pass")], tmp_path / "out")
    assert [item.submission for item in graded.grades] == ["good"]
    (failure,) = graded.failures
    assert failure.submission.id == "bad"
    assert reason in failure.reason


def test_a_failure_that_does_not_repeat_leaves_no_trace(make_exercise, tmp_path):
    graded = grade(
        make_exercise(), [submission("unlucky", f"die-once {tmp_path / 'died'}")], tmp_path / "out", jobs=1
    )
    assert [item.verdicts[0].kind for item in graded.grades] == [Kind.PASSED]
    assert graded.failures == ()


def test_a_worker_that_holds_two_costs_one_and_a_large_one_is_not_held(make_exercise, tmp_path):
    log = tmp_path / "log"
    entries = [submission(f"s{number:02}", f"count {log}") for number in range(20)]
    for entry in entries:
        entry.files["notes.txt"] = entry.id.encode() * (20_000 if entry.id == "s05" else 1)
    entries = [Submission(entry.id, entry.files, content_hash(entry.files)) for entry in entries]
    entries[3] = submission("s03", "die")
    graded = grade(make_exercise(), entries, tmp_path / "out", jobs=1)
    assert [failure.submission.id for failure in graded.failures] == ["s03"]
    judged = [entry.id for entry in entries if entry.id != "s03"]
    assert [item.submission for item in graded.grades] == judged
    assert sorted(log.read_text().split()) == judged


def test_a_worker_that_hangs_is_ended(make_exercise, tmp_path, monkeypatch):
    monkeypatch.setattr(pool_module, "_MARGIN", 0.2)
    exercise = make_exercise("limits.wall = 0.1\n")
    graded = grade(exercise, [submission("slow", "hang")], tmp_path / "out", jobs=1)
    assert [failure.reason for failure in graded.failures] == ["It passed its deadline."]


def test_a_failure_is_tried_again_in_the_next_run(make_exercise, tmp_path):
    bad = submission("bad", "raise")
    assert grade(make_exercise(), [bad], tmp_path / "out").failures
    assert grade(make_exercise(), [bad], tmp_path / "out").reused == 0


def test_a_machine_that_cannot_grade_ends_the_run_with_the_reason(make_exercise, tmp_path):
    with pytest.raises(GraderError) as caught:
        grade(make_exercise(), [submission("a", "pass")], tmp_path / "out", judge="scripted_judge:refuse")
    assert (caught.value.what, caught.value.where, caught.value.todo) == ("no sandbox", "here", "get one")


def test_workers_that_die_while_starting_end_the_run(make_exercise, tmp_path):
    with pytest.raises(GraderInternalError, match="status 7"):
        grade(
            make_exercise(), [submission("a", "pass")], tmp_path / "out", judge="scripted_judge:die", jobs=1
        )


def test_an_unknown_rule_in_the_policy_is_told_before_anything_runs(make_exercise, tmp_path):
    exercise = make_exercise('lint.select = ["LOPO"]\n')
    with pytest.raises(GraderError, match="unknown rule") as caught:
        grade(exercise, [submission("a", "pass")], tmp_path / "out")
    assert str(exercise.folder / "exercise.toml") == caught.value.where


# The journal


def entries(path: Path) -> list[str]:
    return [json.loads(line)["grade"]["submission"] for line in path.read_text().splitlines()]


def test_a_torn_last_line_costs_one_grade(make_grade, passed, tmp_path):
    with Journal(tmp_path) as journal:
        journal.add("1", "j1", make_grade(passed))
        journal.add("2", "j2", make_grade(passed))
    whole = journal.path.read_bytes()
    for cut in range(1, len(whole) - len(whole) // 2):
        journal.path.write_bytes(whole[:-cut])
        with Journal(tmp_path) as again:
            assert again.keys == ["1"]
            if cut == 7:
                again.add("3", "j3", make_grade(passed))
                break
    with Journal(tmp_path) as last:
        assert last.keys == ["1", "3"]


def test_lines_of_another_format_are_graded_again(make_grade, passed, tmp_path):
    with Journal(tmp_path) as journal:
        journal.add("1", "j1", make_grade(passed))
    journal.path.write_bytes(b'{"old": 1}\n\xff\xfe\n[]\n' + journal.path.read_bytes())
    with Journal(tmp_path) as again:
        assert again.keys == ["1"]


def test_two_runs_cannot_share_a_folder(tmp_path):
    with Journal(tmp_path), pytest.raises(GraderError, match="Another run"):
        Journal(tmp_path).__enter__()
    with Journal(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GraderError, match="cannot be written here"):
        Journal(tmp_path / "file").__enter__()


def test_a_full_disk_says_what_is_safe_and_leaves_no_half_line(make_grade, passed, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(tmp_path) as journal:
        journal.add("1", "j1", make_grade(passed))
        size = journal.path.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, hard))
        try:
            with pytest.raises(GraderError) as caught:
                journal.add("2", "j2", make_grade(passed))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.what == ("Results cannot be written: File too large. 1 grade is safe in the journal.")
    assert entries(tmp_path / "journal.jsonl") == ["alice"]


@pytest.mark.parametrize("late", [True, False], ids=["a second later", "at the end"])
def test_what_does_not_get_to_the_disk_is_not_called_safe(make_grade, passed, tmp_path, monkeypatch, late):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    journal = Journal(tmp_path)

    def run() -> None:
        with journal:
            journal.add("1", "j1", make_grade(passed))
            monkeypatch.setattr(os, "fsync", full)
            journal.add("2", "j2", make_grade(passed))
            assert journal.keys == ["1", "2"]
            if late:
                monkeypatch.setattr("grader.grading.journal._SYNC_EVERY", 0)
                journal.add("3", "j3", make_grade(passed))

    with pytest.raises(GraderError) as caught:
        run()
    assert caught.value.what == "The disk is full. 1 grade is safe in the journal."
    assert journal.keys == ["1"]
    assert journal.judged("j2") is None
    assert entries(tmp_path / "journal.jsonl") == ["alice"]


def test_other_errors_of_the_disk_say_their_reason(tmp_path):
    error = disk_error(OSError(errno.EIO, "Input/output error"), tmp_path, 2)
    assert error.what == "Results cannot be written: Input/output error. 2 grades are safe in the journal."


def test_leaving_a_pool_leaves_no_process(make_exercise):
    hello = Hello(str(make_exercise().folder), SETTINGS, "scripted_judge:open_judge", 0, "1")
    with Pool(hello, jobs=2, wall_limit=1) as pool:
        outcomes = pool.grade([submission("a", "pass"), submission("b", "hang")])
        assert next(outcomes).submission.id == "a"
        processes = [worker.process for worker in pool._workers]
        pool.__exit__(KeyboardInterrupt, None, None)
    assert processes
    assert all(process.poll() is not None for process in processes)


def test_every_new_grade_is_handed_on_under_its_own_name(make_exercise, tmp_path):
    seen: list[str] = []
    for names in (["ann", "bob"], ["ann", "bob", "cy"], ["ann", "dora"]):
        submissions = [submission(name, "pass" if name != "dora" else "fail") for name in names]
        grade(
            make_exercise(), submissions, tmp_path / "out", on_grade=lambda new: seen.append(new.submission)
        )
    assert seen == ["ann", "bob", "dora"]
