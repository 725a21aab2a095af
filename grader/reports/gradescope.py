"""Gradescope's `results.json`: what its autograder shows a student for one submission.

Made from the student's view, since Gradescope shows it to the student: hints, names and values obey each
test's feedback level, and tests that are only counted have the visibility `hidden`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.grading.student_view import student_view
from grader.grading.words import kind_label
from grader.judge.verdicts import Kind
from grader.locale import _, speaking

if TYPE_CHECKING:
    from grader.grading.grade import Grade
    from grader.grading.student_view import TestView


def gradescope(grade: Grade, language: str) -> bytes:
    """The Grade as Gradescope's results.json."""
    with speaking(language):
        view = student_view(grade, language)
        tests = [_test(test) for test in (*view.open_tests, *view.passed_tests)]
        shown = {
            "max_score": sum(test["max_score"] for test in tests),
            "score": sum(test["score"] for test in tests),
        }
        if view.hidden_open or view.hidden_passed:
            tests.append(
                {
                    "name": _("Tests that are not shown"),
                    "score": round(sum(verdict.points for verdict in grade.verdicts) - shown["score"], 2),
                    "max_score": round(grade.max_points - shown["max_score"], 2),
                    "visibility": "hidden",
                }
            )
        results: dict[str, Any] = {
            "score": grade.points,
            "execution_time": round(grade.timings.wall),
            "output": grade.feedback,
            "output_format": "md",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": tests,
            "extra_data": {
                "exercise": grade.exercise,
                "exercise_version": grade.exercise_version,
                "content_hash": grade.content_hash,
                "isolation": grade.isolation,
                "seed": grade.seed,
            },
        }
        return json.dumps(results, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"


def _test(test: TestView) -> dict[str, Any]:
    passed = test.kind is Kind.PASSED
    parts = [] if passed else [test.meaning, test.hint, test.explanation, test.message]
    parts += [f"{_('Expected')}: {test.expected}"] if test.expected is not None else []
    parts += [f"{_('Got')}: {test.actual}"] if test.actual is not None else []
    return {
        "name": test.title,
        "score": test.points,
        "max_score": test.max_points,
        "status": "passed" if passed else "failed",
        "output": "\n".join(part for part in parts if part) or kind_label(test.kind),
        "output_format": "text",
        "visibility": "visible",
    }
