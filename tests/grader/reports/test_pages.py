"""Pages and machine formats: figures are right, strangers' text stays text, students see no more than they
may.
"""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from grader.course.feedback import Feedback
from grader.grading.grade import ChainLink, GradedFinding
from grader.grading.linting import Linted
from grader.grading.student_view import student_view
from grader.judge.verdicts import Kind, SuiteTest, Verdict
from grader.locale import use
from grader.reports.charts import histogram, rates
from grader.reports.class_report import ClassReport, FailureRow, IntakeRow, PassRate
from grader.reports.feedback_pages import FeedbackPages
from grader.reports.gradescope import gradescope
from grader.reports.html import feedback_page, report_page
from grader.reports.junit import junit
from grader.reports.outputs import write_outputs
from grader.reports.terminal import feedback_text, hardest_tests, summary_table
from grader.submissions import Student

EVIL = "<script>alert('x')</script>\x1b[2J\u202e=1"
FINDING = GradedFinding(
    path="kitchen.py",
    line=2,
    column=5,
    end_line=2,
    end_column=15,
    code="LOOP101",
    name="blocking-sleep",
    message=EVIL,
    source="    time.sleep(3)  # <b>",
    chain=(ChainLink(path="kitchen.py", line=9, column=1, name=EVIL),),
    cost=0.5,
)


@pytest.fixture
def evil_grade(make_grade, make_submission):
    def make(level=Feedback.FULL, language="en"):
        verdicts = [
            Verdict(
                f"test_kitchen.py::test_a[{EVIL}]",
                Kind.FAILED,
                message=EVIL,
                expected=EVIL,
                actual=EVIL,
                where=EVIL,
                explanation=EVIL,
                feedback=level,
                hint={"en": EVIL},
                printed=EVIL,
            ),
            Verdict("test_kitchen.py::test_b", Kind.PASSED),
        ]
        submission = make_submission(EVIL, student=Student("1", EVIL), notes=(EVIL,))
        return make_grade(
            *verdicts,
            settings='title = "<i>Soup</i>"\n',
            linted=Linted((FINDING,), 0.5),
            submission=submission,
            printed=EVIL,
            language=language,
        )

    return make


@pytest.fixture
def evil_report(evil_grade):
    def make(language="en"):
        grade = evil_grade(language=language)
        return ClassReport(
            "01-soup",
            "<i>Soup</i>",
            (grade, grade.model_copy(update={"submission": "bob"})),
            (FailureRow(EVIL, None, EVIL),),
            (Student("2", EVIL),),
            (IntakeRow(EVIL, "refused", EVIL, (EVIL,)),),
            language,
        )

    return make


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_strangers_text_stays_text_in_pages(evil_grade, evil_report, language):
    for page in (report_page(evil_report(language)), feedback_page(evil_grade(language=language), language)):
        tags = Tags(page)
        names = {tag for tag, _attributes in tags.tags}
        assert not names & {"script", "i", "b", "img", "link", "iframe"}
        assert not [
            attributes for _tag, attributes in tags.tags if any(key.startswith("on") for key in attributes)
        ]
        assert "alert('x')" in tags.text
        assert b"\x1b" not in page
        assert "\u202e".encode() not in page
        assert tags.tags[0] == ("html", {"lang": language})


def test_the_slowest_are_those_that_ran_each_content_once(make_grade, make_submission, passed):
    def grade(name: str, source: str, wall: float, **rest: str):
        judged = make_grade(passed, submission=make_submission(name, source))
        return judged.model_copy(update={"timings": judged.timings.model_copy(update={"wall": wall}), **rest})

    grades = (grade("ann", "x = 1", 1.0), grade("bob", "x = 2", 2.0), grade("copy", "x = 2", 2.0))
    report = ClassReport("e", "E", (*grades, grade("eve", "", 9.0, problem="Empty.")))
    assert [each.submission for each in report.slowest] == ["bob", "ann"]
    assert report.copies == [["bob", "copy"]]


def test_what_there_is_something_to_say_of_stands_before_everybody(make_grade, passed):
    rows = (
        IntakeRow("in/a.py", "taken", "alice", ()),
        IntakeRow("in/b.rar", "refused", "bob", ("A RAR file.",)),
    )
    page = report_page(ClassReport("01", "Soup", (make_grade(passed),), intake=rows)).decode()
    order = (
        "Slowest",
        "What was taken for what",
        "in/b.rar",
        "All submissions",
        "Taken as it is: 1",
        "in/a.py",
    )
    assert [page.index(text) for text in order] == sorted(page.index(text) for text in order)
    assert "1/1 · 100 %" in page


def test_pages_are_self_contained(evil_report):
    tags = Tags(report_page(evil_report())).tags
    places = [attributes.get("href") or attributes.get("src") for _tag, attributes in tags]
    assert all(place.startswith("feedback/") for place in places if place)
    policy = [attributes["content"] for tag, attributes in tags if attributes.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("level", [Feedback.HINT, Feedback.NAME, Feedback.NONE])
def test_no_format_shows_more_than_the_level_allows(make_grade, level):
    secret = "THE-SECRET"
    grade = make_grade(
        Verdict(
            f"t.py::test_a[{secret}]", Kind.FAILED, message=secret, expected=secret, actual=secret,
            feedback=level, printed=secret,
        )
    )  # fmt: skip
    console = Console(file=io.StringIO(), record=True, width=100)
    console.print(feedback_text(student_view(grade, "en")))
    shown = [
        feedback_page(grade, "en").decode(),
        gradescope(grade, "en").decode(),
        grade.feedback,
        console.export_text(),
    ]
    assert not [text for text in shown if secret in text]


def test_the_figures_of_a_class(make_grade, passed):
    good, bad = make_grade(passed), make_grade(Verdict(passed.test, Kind.ERROR))
    refused = bad.model_copy(update={"problem": "a bomb", "content_hash": "x"})
    report = ClassReport("e", "E", (good, good, bad, refused))
    assert (report.mean, report.median, report.full_marks, report.refused) == (50.0, 50.0, 2, 1)
    assert report.distribution == [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert report.test_rates == [PassRate(passed.test, 2, 4, "test_cook")]
    assert [len(group) for group in report.copies] == [3]
    empty = ClassReport("e", "E", ())
    assert (empty.mean, empty.median, empty.test_rates, empty.distribution) == (0.0, 0.0, [], [0] * 10)
    assert b"<html" in report_page(empty)


def test_common_findings_are_counted_by_submissions_first(make_grade, passed):
    other = FINDING.model_copy(update={"code": "AWAIT201", "name": "lost"})
    report = ClassReport(
        "e",
        "E",
        (
            make_grade(passed, linted=Linted((FINDING, FINDING, FINDING))),
            make_grade(passed, linted=Linted((other,))),
            make_grade(passed, linted=Linted((other,))),
        ),
    )
    assert [(item.code, item.count, item.submissions) for item in report.common_findings] == [
        ("AWAIT201", 2, 2),
        ("LOOP101", 3, 1),
    ]


def test_bars_stand_where_their_values_say():
    chart = histogram([0, 2, 4])
    assert [(bar.label, bar.value, bar.height) for bar in chart.bars] == [
        ("0-9", "0", 0.0),
        ("10-19", "2", 60.0),
        ("20-100", "4", 120.0),
    ]
    assert [(bar.width, bar.value) for bar in rates([PassRate("a::b", 1, 4), PassRate("c", 0, 0)]).bars] == [
        (150.0, "1/4"),
        (0.0, "0/0"),
    ]


def test_junit_counts_failures_errors_and_skips(make_grade):
    kinds = (Kind.PASSED, Kind.FAILED, Kind.DEADLOCKED, Kind.SKIPPED)
    grade = make_grade(*(Verdict(f"test_a.py::T::test_{kind}", kind, message="why \x00") for kind in kinds))
    root = ET.fromstring(junit(ClassReport("e", "E", (grade,), (FailureRow("bad", None, EVIL),))))
    assert root.attrib == {"name": "e", "tests": "5", "failures": "1", "errors": "2"}
    first, second = root.findall("testsuite")
    assert [first.get(key) for key in ("name", "tests", "failures", "errors", "skipped")] == [
        "alice",
        "4",
        "1",
        "1",
        "1",
    ]
    assert [
        (case.get("classname"), case.get("name"), [child.tag for child in case])
        for case in first.iter("testcase")
    ] == [
        ("test_a", "T::test_passed", []),
        ("test_a", "T::test_failed", ["failure"]),
        ("test_a", "T::test_deadlocked", ["error"]),
        ("test_a", "T::test_skipped", ["skipped"]),
    ]
    assert second.find("testcase/error").get("type") == "grader_failed"


def test_gradescope_gets_scores_that_add_up_and_hidden_tests_hidden(make_grade, passed):
    tests = [
        Verdict("a", Kind.FAILED, feedback=Feedback.FULL, message="m", expected="1", actual="2"),
        passed,
        Verdict("c", Kind.PASSED, feedback=Feedback.NONE, weight=3.0),
        Verdict("d", Kind.FAILED, feedback=Feedback.NONE),
    ]
    results = json.loads(gradescope(make_grade(*tests), "en"))
    assert (results["score"], results["visibility"], results["output_format"]) == (4.0, "visible", "md")
    assert [
        (test["name"], test["score"], test["max_score"], test["visibility"]) for test in results["tests"]
    ] == [
        ("A", 0.0, 1.0, "visible"),
        ("Cook", 1.0, 1.0, "visible"),
        ("Tests that are not shown", 3.0, 4.0, "hidden"),
    ]
    assert results["tests"][0]["output"] == "The test expected something else.\nm\nExpected: 1\nGot: 2"


def test_all_files_of_a_class_are_written_and_nothing_else_is_touched(evil_report, tmp_path):
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "notes.txt").write_text("mine")
    report = evil_report()
    paths = write_outputs(report, tmp_path, FeedbackPages(tmp_path, report.submissions, "en"))
    assert [path.name for path in paths] == ["report.html", "gradebook.csv", "grades.jsonl"]
    names = sorted(path.name for path in (tmp_path / "feedback").iterdir())
    assert names[-3:] == ["bob.html", "bob.md", "notes.txt"]
    assert len(names) == 5
    lines = (tmp_path / "grades.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["submission"] for line in lines] == [EVIL, "bob"]
    linked = {
        attributes["href"] for _tag, attributes in Tags((tmp_path / "report.html").read_bytes()).tags
        if attributes.get("href")
    }  # fmt: skip
    assert {f"feedback/{name}" for name in names if name.endswith(".html")} == linked


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_terminal_shows_feedback_and_figures_without_escapes_of_strangers(
    evil_grade, evil_report, language
):
    use(language)
    console = Console(file=io.StringIO(), force_terminal=True, width=80, record=True)
    console.print(feedback_text(student_view(evil_grade(language=language), language)))
    console.print(summary_table(evil_report(language)))
    console.print(hardest_tests(evil_report(language)))
    text = "\n".join(line.rstrip() for line in console.export_text().splitlines())
    assert "\x1b[2J" not in text
    assert "\u202e" not in text
    assert "time.sleep(3)  # <b>\n    ^^^^^^^^^^" in text
    assert ("Do this next" if language == "en" else "下一步") in text


def test_a_page_of_a_refused_submission_says_what_to_do(make_grade, make_submission):
    grade = make_grade(tests=(SuiteTest("a"),), submission=make_submission(problem="It is a bomb."))
    text = Tags(feedback_page(grade, "en")).text
    assert "Hand it in again: nothing in it could be judged." in text
    assert "It is a bomb." in text
