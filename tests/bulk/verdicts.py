"""Whether a graded class is as declared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grader.audit.declarations import stands_for, unexpected

if TYPE_CHECKING:
    from pathlib import Path

    from class_generator import Expected

HANG = {"deadlocked": "hang", "endless": "hang"}
"""How a hang is named depends on what else was going on."""


def differences(out: Path, expected: dict[str, dict[str, Expected]]) -> list[str]:
    """What is not as declared, one line each: `exercise/submission: what`."""
    found = []
    for exercise, submissions in expected.items():
        lines = (out / exercise / "grades.jsonl").read_text("utf-8").splitlines()
        grades = {grade["submission"]: grade for grade in map(json.loads, lines)}
        for name in sorted(submissions.keys() | grades.keys()):
            if name not in grades:
                found.append(f"{exercise}/{name}: no grade")
            elif name not in submissions:
                found.append(f"{exercise}/{name}: nobody handed this in")
            else:
                found += [f"{exercise}/{name}: {text}" for text in _of_one(grades[name], submissions[name])]
    return found


def _of_one(grade: dict, expected: Expected) -> list[str]:
    failing = [each["test"] for each in grade["verdicts"] if each["kind"] != "passed"]
    kinds = {HANG.get(each["kind"], each["kind"]) for each in grade["verdicts"]} - {"passed"}
    codes = {finding["code"] for finding in grade["findings"]}
    points = "all" if not failing else "none" if len(failing) == len(grade["verdicts"]) else "some"
    found = []
    if expected.fails is not None:
        more = unexpected(expected.fails, failing)
        less = [name for name in expected.fails if not any(stands_for(name, test) for test in failing)]
        if more or less:
            found.append(f"fails {more}, does not fail {less}")
    if expected.points is not None and points != expected.points:
        found.append(f"{points} of the tests pass, not {expected.points}")
    if expected.kinds is not None and kinds != {HANG.get(kind, kind) for kind in expected.kinds}:
        found.append(f"{sorted(kinds)}, not {sorted(expected.kinds)}")
    if expected.lint is not None and not expected.lint <= codes:
        found.append(f"lint finds {sorted(codes)}, not {sorted(expected.lint)}")
    if (grade["problem"] is not None) != expected.refused:
        found.append(f"problem: {grade['problem']}")
    return found
