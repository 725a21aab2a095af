"""Students see what each test's feedback level allows, and nothing that quotes the hidden suite below
`full`.
"""

from __future__ import annotations

import msgspec
import pytest

from grader.bridge.simulation.recording import End, Outcome, Recording, Row, Span, State
from grader.course.feedback import Feedback
from grader.grading.grade import ChainLink, GradedFinding
from grader.grading.lines import points_text
from grader.grading.linting import Linted
from grader.grading.student_view import render_markdown, student_view
from grader.judge.verdicts import Fact, Frame, Kind, SuiteTest, Verdict

SECRET = "SECRET-EXPECTED"


def failed(level: Feedback, name: str = "test_kitchen.py::TestPot::test_cook[SECRET-EXPECTED]") -> Verdict:
    return Verdict(
        name,
        Kind.FAILED,
        message=f"assert 1 == {SECRET}",
        expected=SECRET,
        actual="1",
        where="kitchen.py:3",
        explanation="Task-1 waits for the lock at kitchen.py:3",
        feedback=level,
        hint={"en": "Who watches the pot?", "zh-CN": "谁在看锅?"},
        printed=f"called with {SECRET}",
    )


def test_full_shows_everything(make_grade):
    (view,) = student_view(make_grade(failed(Feedback.FULL)), "en").open_tests
    assert (view.name, view.hint, view.message, view.expected, view.actual, view.where, view.printed) == (
        "TestPot › test_cook[SECRET-EXPECTED]",
        "Who watches the pot?",
        "",
        "SECRET-EXPECTED",
        "1",
        "kitchen.py:3",
        "called with SECRET-EXPECTED",
    )


def test_titles_in_the_readers_language(make_grade):
    """A title takes the place of the name's words; what it has not in a language is told in English, or by the name."""
    ids = (
        "test_a.py::test_stew[3]",
        "test_a.py::test_stew[5]",
        "test_a.py::test_soup",
        "test_a.py::TestTwo::test_tea",
    )
    titles = ({"zh-CN": "炖菜"}, {"zh-CN": "炖菜"}, {"en": "The soup"}, {})
    steps = ({}, {}, {}, {"zh-CN": "第二步"})
    tests = tuple(
        SuiteTest(test, feedback=Feedback.HINT, title=title, step=step)
        for test, title, step in zip(ids, titles, steps, strict=True)
    )
    grade = make_grade(*(Verdict(test, Kind.FAILED) for test in ids), tests=tests)

    def shown(language):
        return [(test.step, test.title) for test in student_view(grade, language).open_tests]

    assert shown("en") == [("", "Stew #1 #2"), ("", "The soup"), ("Two", "Tea")]
    assert shown("zh-CN") == [("", "炖菜 #1 #2"), ("", "The soup"), ("第二步", "Tea")]
    for language, title in (("en", "Stew #1"), ("zh-CN", "炖菜 #1")):
        assert title in render_markdown(grade, language)


@pytest.mark.parametrize("level", [Feedback.HINT, Feedback.NAME, Feedback.NONE])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_below_full_nothing_of_the_suite_is_told(make_grade, level, language):
    grade = make_grade(failed(level), facts=(Fact("printed", "fine", test="other"),))
    assert SECRET not in repr(student_view(grade, language))
    assert SECRET not in render_markdown(grade, language)


def test_hint_shows_the_hint_and_the_students_own_line(make_grade):
    (view,) = student_view(make_grade(failed(Feedback.HINT)), "zh-CN").open_tests
    assert (view.name, view.hint, view.where) == ("TestPot › test_cook", "谁在看锅?", "kitchen.py:3")
    assert view.explanation == "Task-1 waits for the lock at kitchen.py:3"


def test_name_shows_name_and_outcome(make_grade):
    (view,) = student_view(make_grade(failed(Feedback.NAME)), "en").open_tests
    assert (view.name, view.outcome, view.hint, view.where, view.explanation) == (
        "TestPot › test_cook",
        "failed",
        "",
        "",
        "",
    )


def test_none_is_only_counted(make_grade, passed):
    grade = make_grade(
        failed(Feedback.NONE), failed(Feedback.NONE, "x"), passed, settings='feedback.hidden = "name"\n'
    )
    view = student_view(grade, "en")
    assert (view.open_tests, view.hidden_open, view.hidden_passed, len(view.passed_tests)) == ((), 2, 0, 1)
    assert "2 more tests, not shown." in render_markdown(grade, "en")


def cases(make_grade, *values, kind=Kind.FAILED):
    verdicts = (Verdict(f"t.py::test_fizz[{value}]", kind, hint={"en": value[:1]}) for value in values)
    return [(view.name, view.max_points) for view in student_view(make_grade(*verdicts), "en").open_tests]


def test_parametrized_tests_are_numbered_below_full_and_grouped_when_they_end_alike(make_grade):
    assert cases(make_grade, "15-FizzBuzz", "1-1", "3-Fizz") == [
        ("test_fizz #1 #2", 2.0),
        ("test_fizz #3", 1.0),
    ]
    assert cases(make_grade, *(f"1{letter}" for letter in "abcdefg")) == [("test_fizz (7 cases)", 7.0)]


def next_step(grade):
    view = student_view(grade, "en")
    return view.next_step, view.next_detail


def test_what_to_do_next_is_one_thing(make_grade, passed, make_submission):
    finding = GradedFinding(
        path="kitchen.py",
        line=2,
        column=5,
        end_line=2,
        end_column=9,
        code="LOOP101",
        name="n",
        message="It blocks.",
    )
    assert next_step(make_grade(passed)) == ("Nothing: everything passes. Well done.", "")
    assert next_step(make_grade(passed, linted=Linted((finding,)))) == (
        "All tests pass. Now mend kitchen.py:2:5: It blocks.",
        "",
    )
    assert next_step(make_grade(passed, failed(Feedback.HINT, "t.py::test_a"))) == (
        "Start with “A”: Who watches the pot?",
        "",
    )
    pointed = make_grade(passed, failed(Feedback.HINT, "t.py::test_a"), linted=Linted((finding,)))
    assert next_step(pointed) == ("Start with “A”: Who watches the pot?", "kitchen.py:2:5: It blocks.")
    silent = make_grade(passed, Verdict("t.py::test_a", Kind.FAILED), linted=Linted((finding,)))
    assert next_step(silent) == (
        "Start with kitchen.py:2:5. It may well be why “A” does not pass.",
        "kitchen.py:2:5: It blocks.",
    )
    assert next_step(make_grade(failed(Feedback.NONE)))[0].startswith("Some hidden tests do not pass yet.")
    assert next_step(make_grade(tests=(SuiteTest("a"),), submission=make_submission(problem="A bomb."))) == (
        "Hand it in again: nothing in it could be judged.",
        "A bomb.",
    )
    broken = [Verdict(name, Kind.ERROR, explanation="kitchen.py:1: SyntaxError") for name in "ab"]
    assert next_step(make_grade(*broken)) == (
        "One thing stops every test. Mend it first.",
        "kitchen.py:1: SyntaxError",
    )


def test_a_finding_is_underlined_under_wide_characters_too(make_grade, passed):
    finding = GradedFinding(
        path="kitchen.py",
        line=2,
        column=14,
        end_line=2,
        end_column=24,
        code="LOOP101",
        name="n",
        message="m",
        source="    菜 = [1]; time.sleep(3)  # 等",
        chain=(ChainLink(path="kitchen.py", line=9, column=1, name="time.sleep"),),
    )
    view = student_view(make_grade(passed, linted=Linted((finding,))), "en").findings[0]
    assert (view.before, view.marked, view.after) == ("菜 = [1]; ", "time.sleep", "(3)  # 等")
    assert view.underline == " " * 10 + "^" * 10
    assert view.chain == ("time.sleep (kitchen.py:9)",)


def test_hostile_text_can_neither_leave_its_block_nor_steer_a_terminal(make_grade):
    verdict = Verdict(
        "t.py::a",
        Kind.FAILED,
        message="```\n# Full marks\n\x1b[2J\u202e<script>",
        feedback=Feedback.FULL,
    )
    text = render_markdown(make_grade(verdict), "en")
    assert "````text\n```\n# Full marks\n\\x1b[2J\\u202e<script>\n````" in text
    assert "\x1b" not in text


def test_markdown_reads_like_this(make_grade, passed):
    grade = make_grade(
        failed(Feedback.HINT, "test_kitchen.py::test_a"),
        passed,
        settings='title = "Soup"\npoints = 3\n',
        facts=(Fact("x", "cook() was never awaited", "kitchen.py:2"),),
    )
    assert render_markdown(grade, "en") == (
        "# Soup\n\n1.5 of 3 points, 1 of 2 tests passed.\n\n## Do this next\n\n"
        "Start with “A”: Who watches the pot?\n\n"
        "## Not passed yet\n\n#### A: failed (0 of 1.5 points)\n\n`test_a` · `kitchen.py:3`\n\n"
        "Hint: Who watches the pot?\n\n"
        "```text\nTask-1 waits for the lock at kitchen.py:3\n```\n\n"
        "## Passed\n\n- Cook (1.5 of 1.5 points)\n\n"
        "## Also seen\n\n- `kitchen.py:2` cook() was never awaited `return 'soup'`\n"
    )


@pytest.mark.parametrize(
    ("points", "text"), [(7.0, "7"), (7.5, "7.5"), (3.34, "3.34"), (0.0, "0"), (10.0, "10")]
)
def test_points_have_no_needless_zeros(points, text):
    assert points_text(points) == text


def test_a_traceback_has_the_submissions_own_lines(make_grade):
    verdict = Verdict(
        "t.py::test_a",
        Kind.ERROR,
        message="ValueError: x",
        explanation="Your code raised ValueError: x.",
        where="kitchen.py:2",
        trace=(Frame("kitchen.py", 1, "cook"), Frame("kitchen.py", 2, "cook"), Frame("gone.py", 9, "f")),
        feedback=Feedback.FULL,
    )
    grade = make_grade(verdict)
    (view,) = student_view(grade, "en").open_tests
    assert [(frame.place, frame.function, frame.source) for frame in view.trace] == [
        ("kitchen.py:1", "cook", "def cook():"),
        ("kitchen.py:2", "cook", "return 'soup'"),
        ("gone.py:9", "f", ""),
    ]
    assert view.message == ""  # the explanation has said it
    assert "kitchen.py:2, in cook\n    return 'soup'" in render_markdown(grade, "en")


def test_what_is_still_to_be_written_comes_first(make_grade):
    verdicts = [
        Verdict(
            f"t.py::test_{name}",
            Kind.ERROR,
            explanation=f"Your code raised NotImplementedError: TODO: {name}.",
            trace=(Frame("kitchen.py", 2, name),),
            feedback=Feedback.FULL,
        )
        for name in ("simmer", "stew")
    ]
    assert next_step(make_grade(*verdicts)) == ("Write `simmer`: it is still a TODO (kitchen.py:2).", "")


def test_tests_are_told_by_step_where_the_suite_has_steps(make_grade):
    names = ("t.py::TestStewPot::test_a", "t.py::TestStewPot::test_b[x::y]", "t.py::TestBell::test_c")
    grade = make_grade(*(Verdict(name, Kind.FAILED, hint={"en": name}) for name in names))
    assert [view.step for view in student_view(grade, "en").open_tests] == ["Stew pot", "Stew pot", "Bell"]
    text = render_markdown(grade, "en")
    assert text.count("### Stew pot\n") == 1
    files = make_grade(
        *(Verdict(f"test_{name}.py::test_a", Kind.FAILED) for name in ("first_course", "dessert"))
    )
    assert [view.step for view in student_view(files, "en").open_tests] == ["First course", "Dessert"]


def test_the_reason_is_in_the_words_of_the_lesson_once_for_each_rule(make_grade, passed):
    findings = tuple(
        GradedFinding(
            path="kitchen.py",
            line=line,
            column=1,
            end_line=line,
            end_column=2,
            code="LOOP101",
            name="n",
            message="m",
        )
        for line in (1, 2)
    )
    grade = make_grade(passed, linted=Linted(findings))
    first, second = student_view(grade, "en").findings
    assert first.why.startswith("There is one cook in the kitchen.")
    assert (first.repeats, second.why, second.repeats) == (False, "", True)
    assert student_view(grade, "zh-CN").findings[0].why.startswith("厨房里只有一位厨师")
    unknown = make_grade(passed, linted=Linted((findings[0].model_copy(update={"code": "LOOP999"}),)))
    assert student_view(unknown, "en").findings[0].why == ""


def test_what_the_analyzer_has_pointed_at_is_not_told_twice(make_grade, passed):
    finding = GradedFinding(
        path="kitchen.py", line=2, column=1, end_line=2, end_column=2, code="AWAIT201", name="n", message="m"
    )
    facts = (
        Fact("never_awaited", "sleep was never awaited", "kitchen.py:2"),
        Fact("never_awaited", "boil was never awaited", "kitchen.py:1"),
    )
    grade = make_grade(passed, linted=Linted((finding,)), facts=facts)
    assert [fact.message for fact in student_view(grade, "en").facts] == ["boil was never awaited"]


def test_below_full_a_function_cannot_carry_a_hidden_argument_in_its_name(make_grade):
    verdict = Verdict(
        "t.py::test_a", Kind.ERROR, trace=(Frame("kitchen.py", 2, SECRET),), feedback=Feedback.HINT
    )
    grade = make_grade(verdict)
    assert SECRET not in repr(student_view(grade, "en"))
    assert "kitchen.py:2\n    return 'soup'" in render_markdown(grade, "en")


def test_who_passes_the_visible_tests_is_told_that_there_are_more(make_grade, passed):
    steps = [student_view(make_grade(passed, suite=suite), "en").next_step for suite in ("visible", "hidden")]
    assert steps == [
        "All the tests that you can see pass: hand it in. Your teacher has more of them, with other values.",
        "Nothing: everything passes. Well done.",
    ]


def test_the_first_tests_are_drawn_and_each_but_once(make_grade):
    """Cases of one test are alike; ten pictures are a wall."""
    spans = [Span(State.blocks, 0, 9, "time.sleep", 2, "kitchen.py")]
    recording = Recording([Row("task", "", "cook", 0, 9, End.finished, spans=spans)], 9, Outcome.finished)
    told = msgspec.json.encode(recording).decode()
    names = ("a[1]", "a[2]", "b", "c", "d")
    verdicts = [
        Verdict(f"t.py::test_{name}", Kind.FAILED, actual=name, feedback=Feedback.FULL, recording=told)
        for name in names
    ]
    grade = make_grade(
        *verdicts, Verdict("t.py::test_e", Kind.FAILED, feedback=Feedback.FULL, recording="{}")
    )
    tests = student_view(grade, "en").open_tests
    assert [test.name for test in tests if test.recording == recording] == ["test_a[1]", "test_b", "test_c"]
    assert [test.name for test in tests if test.recording is None] == ["test_a[2]", "test_d", "test_e"]
    assert render_markdown(grade, "en").count("cook blocked the event loop") == 3


def test_no_picture_below_full(make_grade):
    """Its times would tell the values of a hidden test."""
    spans = [Span(State.blocks, 0, 9, "time.sleep", 2, "kitchen.py")]
    recording = Recording([Row("task", "", "cook", 0, 9, End.finished, spans=spans)], 9, Outcome.finished)
    told = msgspec.json.encode(recording).decode()
    for level in (Feedback.HINT, Feedback.NAME):
        grade = make_grade(Verdict("t.py::test_a", Kind.FAILED, feedback=level, recording=told))
        assert student_view(grade, "en").open_tests[0].recording is None
        assert "blocked" not in render_markdown(grade, "en")
