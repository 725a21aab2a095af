"""The exam: an exercise as it should be has no problem; a claim that is not true is told with its place."""

from __future__ import annotations

import pytest

from grader.audit.results import ExerciseAudit
from grader.errors import GraderError
from grader.judge.verdicts import Kind, Verdict

FOLDER = "07-double"


def test_an_exercise_as_it_should_be(exam):
    """No problem, and every number is counted: n * 2 has four mutants, and 0 and 3 notice them."""
    assert exam() == ExerciseAudit(
        id=FOLDER, ok=True, mutants=4, killed=4, equivalent=0, score=1.0, tests=2, wrong=2
    )


def problems_of(result: ExerciseAudit) -> list[str]:
    assert result.ok is False
    return list(result.problems)


def test_a_suite_that_fails_its_own_reference(exam, change):
    """The test that fails is named with its file and line, and nothing else is examined."""
    change("reference/double.py", "def double(n):\n    return n * 3\n")
    result = exam()
    assert problems_of(result) == [
        "07-double/hidden/test_double.py:11: The reference does not pass test_three: failed."
    ]
    assert result.mutants == 0


def test_a_reference_that_breaks_a_rule(exam, change):
    """A reference obeys the exercise's own rules."""
    change("reference/double.py", "def double(n):\n    return n * 2  # LOOP101\n")
    assert problems_of(exam()) == [
        "07-double/reference/double.py:2: The reference breaks a rule: LOOP101 found"
    ]


def test_there_is_no_reference(exam, change):
    """Without a reference nothing can be proved."""
    change("reference/double.py", None)
    assert problems_of(exam()) == [
        (
            "07-double/exercise.toml:1: There is no reference/double.py: "
            "nothing shows that the exercise can be solved."
        )
    ]


def test_a_wrong_solution_that_passes(exam, change):
    """It is worth two problems: it declares what is not so, and nothing notices it."""
    change("wrong/adds_one.py", "# fails: test_three\ndef double(n):\n    return n + n\n")
    assert problems_of(exam()) == [
        "07-double/wrong/adds_one.py:1: This wrong solution passes: no test and no rule notices it.",
        "07-double/wrong/adds_one.py:1: It declares that it fails test_three, but it passes.",
    ]


def test_a_wrong_solution_that_declares_nothing(exam, change):
    """What catches it has to be said."""
    change("wrong/adds_one.py", "def double(n):\n    return n + 1\n")
    assert problems_of(exam()) == [
        (
            "07-double/wrong/adds_one.py:1: It does not say what catches it: "
            "begin it with `# fails: ...` or `# lint: ...`."
        ),
        "07-double/wrong/adds_one.py:1: It fails a test that it does not declare: test_zero.",
        "07-double/wrong/adds_one.py:1: It fails a test that it does not declare: test_three.",
    ]


def test_a_wrong_solution_that_declares_too_little(exam, change):
    """The declaration is exact."""
    change("wrong/adds_one.py", "# fails: test_zero\ndef double(n):\n    return n + 1\n")
    assert problems_of(exam()) == [
        "07-double/wrong/adds_one.py:1: It fails a test that it does not declare: test_three."
    ]


def test_a_wrong_solution_that_declares_a_test_that_is_not_there(exam, change):
    """The nearest name is offered."""
    change("wrong/adds_one.py", "# fails: test_zero\n# fails: test_thre\ndef double(n):\n    return n + 1\n")
    assert problems_of(exam()) == [
        "07-double/wrong/adds_one.py:2: The suite has no test test_thre. Did you mean: test_three?",
        "07-double/wrong/adds_one.py:1: It fails a test that it does not declare: test_three.",
    ]


def test_rules_are_declared_exactly(exam, change):
    """A rule that is declared and kept, and one that is broken and not declared, are problems."""
    change(
        "wrong/squares.py",
        "# fails: test_three\n# lint: LOOP102\ndef double(n):\n    return n * n  # LOOP101\n",
    )
    assert problems_of(exam()) == [
        "07-double/wrong/squares.py:4: It breaks a rule that it does not declare: LOOP101.",
        "07-double/wrong/squares.py:2: It declares LOOP102, but does not break that rule.",
    ]


def test_a_rule_alone_may_catch_a_wrong_solution(exam, change):
    """What no test can see may be a finding."""
    change("wrong/squares.py", "# lint: LOOP101\ndef double(n):\n    return n * 2  # LOOP101\n")
    assert exam().ok


def test_an_analyzer_that_cannot_look_is_a_problem(exam, linter):
    """That the analyzer found nothing and that it could not look are different things."""
    linter.problem = "The analyzer could not cope with this code."
    assert problems_of(exam()) == [
        *[
            "07-double/reference:1: The analyzer could not cope with this code.",
            "07-double/wrong/squares.py:3: The analyzer could not cope with this code.",
        ][:1],
        "07-double/wrong/squares.py:2: The analyzer could not cope with this code.",
    ]


def test_a_mutant_that_survives_is_shown_as_a_diff(exam, change):
    """A weak suite is told which mistake it does not notice."""
    change(
        "hidden/test_double.py", "from double import double\n\ndef test_two():\n    assert double(2) >= 4\n"
    )
    change("wrong/adds_one.py", "# fails: test_two\ndef double(n):\n    return n + 1\n")
    change("wrong/squares.py", None)
    result = exam()
    assert problems_of(result) == [
        "07-double/reference/double.py:2: No test notices this mutant: line 2: 2 became 3."
    ]
    assert (result.mutants, result.killed, result.score) == (4, 3, 0.75)
    assert [(survivor.mutant, survivor.operator) for survivor in result.survivors] == [
        ("line 2: 2 became 3", "constant")
    ]
    assert "-    return n * 2\n+    return n * 3\n" in result.survivors[0].diff


EQUIVALENT = """
    module = "double"
    title = {{ en = "Double", zh-CN = "加倍" }}
    [[equivalent]]
    mutant = "{mutant}"
    reason = "nobody can tell"
    """


def test_an_equivalent_mutant_is_excused_but_not_too_many(exam, change):
    """One in twenty may be: here it is one in four."""
    change(
        "hidden/test_double.py", "from double import double\n\ndef test_two():\n    assert double(2) >= 4\n"
    )
    change("wrong/adds_one.py", "# fails: test_two\ndef double(n):\n    return n + 1\n")
    change("wrong/squares.py", None)
    change("exercise.toml", EQUIVALENT.format(mutant="line 2: 2 became 3"))
    result = exam()
    assert problems_of(result) == [
        "07-double/exercise.toml:3: 1 of 4 mutants is declared equivalent; at most one in 20 may be."
    ]
    assert (result.killed, result.equivalent, result.score, result.survivors) == (3, 1, 1.0, ())


def test_an_equivalent_mutant_that_is_noticed_or_not_there(exam, change):
    """What is declared equivalent has to exist, and to survive."""
    change("exercise.toml", EQUIVALENT.format(mutant="line 2: 2 became 3"))
    assert problems_of(exam()) == [
        "07-double/exercise.toml:4: A test notices the mutant line 2: 2 became 3: it is not equivalent."
    ]
    change("exercise.toml", EQUIVALENT.format(mutant="line 3: 2 became 3"))
    assert problems_of(exam()) == [
        "07-double/exercise.toml:4: There is no mutant line 3: 2 became 3. Did you mean: line 2: 2 became 3?"
    ]


def test_a_missing_translation(exam, change):
    """README, title and hint exist in both languages or the missing one is named."""
    change("README.zh-CN.md", None)
    change("exercise.toml", 'module = "double"\ntitle = { en = "Twice" }\n')
    change(
        "visible/test_one.py",
        """
        import pytest
        from double import double

        @pytest.mark.hint(zh="两倍")
        def test_one():
            assert double(1) == 2

        @pytest.mark.title(zh="四", fr="quatre")
        @pytest.mark.title("In English")
        def test_two():
            assert double(2) == 4

        class TestMore:
            def test_three(self):
                assert double(3) == 6

            def helps(self):
                pass
        """,
    )
    assert problems_of(exam()) == [
        "07-double/README.md:1: It is missing in the other language: README.zh-CN.md.",
        "07-double/exercise.toml:2: The title is missing in the other language: { en = ..., zh-CN = ... }.",
        "07-double/visible/test_one.py:4: This hint is missing in the other language: say it in en= and zh=.",
        "07-double/visible/test_one.py:8: title() takes a text, or one text per language: en=..., zh=....",
        '07-double/visible/test_one.py:5: This test has no Chinese title: say @pytest.mark.title(zh="...").',
        '07-double/visible/test_one.py:14: This test has no Chinese title: say @pytest.mark.title(zh="...").',
    ]


def test_markers_that_make_no_sense(exam, change):
    """The judge passes over them, so nobody else would tell."""
    change(
        "visible/test_one.py",
        """
        import pytest
        from double import double

        LEVEL = "full"

        class TestOne:
            @pytest.mark.points(-1)
            @pytest.mark.points("two")
            @pytest.mark.feedback("some")
            @pytest.mark.feedback(LEVEL)
            @pytest.mark.hint(fr="deux")
            @pytest.mark.hint("twice")
            def test_one(self):
                assert double(1) == 2

        def test_two():
            assert double(2) == 4
        """,
    )
    assert problems_of(exam()) == [
        "07-double/visible/test_one.py:7: points() takes a number that is not negative.",
        "07-double/visible/test_one.py:8: points() takes a number that is not negative.",
        "07-double/visible/test_one.py:9: feedback() takes one of: full, hint, name, none.",
        "07-double/visible/test_one.py:11: hint() takes a text, or one text per language: en=..., zh=....",
    ]


def test_the_visible_suite_and_the_starter(exam, change):
    """A reference passes it, a starter does not, and says TODO."""
    change("starter/double.py", "def double(n):\n    return 2\n")
    change("visible/test_one.py", "from double import double\n\ndef test_one():\n    assert double(1) == 2\n")
    assert problems_of(exam()) == [
        "07-double/starter/double.py:1: The starter does not say TODO: students look for it.",
        "07-double/starter/double.py:1: The starter passes the visible suite: nothing is left to do.",
    ]
    change("starter/double.py", "# TODO\ndef double(n):\n    return None\n")
    change("visible/test_one.py", "from double import double\n\ndef test_one():\n    assert double(1) == 3\n")
    assert problems_of(exam()) == [
        "07-double/visible/test_one.py:3: The reference does not pass the visible test test_one."
    ]


def test_the_smallest_exercise(exam, change):
    """hidden/, reference/ and a module's name are enough."""
    for name in ("README.md", "README.zh-CN.md", "starter/double.py", "visible/test_one.py"):
        change(name, None)
    change("exercise.toml", 'module = "double"\n')
    assert exam().ok


def test_no_hidden_tests(exam, change):
    """An exercise without a suite can't be examined; the folder is named."""
    change("hidden/test_double.py", None)
    assert problems_of(exam()) == [
        (
            "07-double/hidden:1: Exercise 07-double has no hidden tests. "
            "Put test files (test_*.py or *_test.py) into this folder."
        )
    ]


def test_a_suite_that_cannot_be_collected_is_a_problem_of_the_exercise(course, linter, exam, monkeypatch):
    """The judge says which file; the exam finds it in the suite's folder."""
    from grader.audit.examination import examine
    from grader.course.exercise import load_exercise

    def refuse(*_):
        raise GraderError("The suite cannot be collected.", where="test_double.py", todo="Mend it.")

    result = examine(load_exercise(course / FOLDER), open_judge=refuse, linter=linter, root=course)
    assert problems_of(result) == [
        "07-double/hidden/test_double.py:1: The suite cannot be collected. Mend it."
    ]


def test_a_machine_that_cannot_judge_is_an_error(course, linter):
    """That is nobody's exercise: the whole audit has to stop."""
    from grader.audit.examination import examine
    from grader.course.exercise import load_exercise

    def refuse(*_):
        raise GraderError("It confines too little.", todo="Run `grader doctor`.")

    with pytest.raises(GraderError, match="confines too little"):
        examine(load_exercise(course / FOLDER), open_judge=refuse, linter=linter, root=course)


def test_a_suite_error_is_never_a_kill(exam, monkeypatch, course):
    """A test that is broken says nothing about a mutant, and the reference does not pass it."""
    from .conftest import InProcessJudge

    monkeypatch.setattr(
        InProcessJudge, "_verdict", lambda self, test, files: Verdict(test, Kind.SUITE_ERROR, "broken")
    )
    assert problems_of(exam())[0] == (
        "07-double/hidden/test_double.py:6: The reference does not pass test_zero: suite_error. broken"
    )


def test_a_skipped_test_is_no_problem_and_no_kill(exam, change):
    """A suite may skip a test; it then notices nothing."""
    change(
        "hidden/test_double.py",
        """
        import pytest
        from double import double

        def test_zero():
            pytest.skip("not here")

        def test_three():
            assert double(3) == 6
        """,
    )
    change("wrong/adds_one.py", "# fails: test_three\ndef double(n):\n    return n + 1\n")
    result = exam()
    assert result.ok
    assert result.killed == 4


def test_progress_is_told_for_every_program(exam):
    """Two wrong solutions and four mutants."""
    told = []
    exam(report=told.append, jobs=2)
    assert [(step.exercise, step.done, step.total) for step in told] == [(FOLDER, n, 6) for n in range(1, 7)]
