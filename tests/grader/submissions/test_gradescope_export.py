"""Folders of a Gradescope export are named after their students, whatever the metadata quote."""

from __future__ import annotations

import pytest

from grader.submissions.gradescope_export import METADATA, names_of
from grader.submissions.intake import take_in
from grader.submissions.roster import Roster
from grader.submissions.submission import Student

CODE = b"async def cook():\n    return 'soup'\n"
YAML = """---
submission_1001:
  :submitters:
  - :name: Ann O'Neil
    :sid: '17000'
    :email: ann@x.org
  :created_at: 2024-03-01 10:11:12.000000000 Z
  :results:
    tests:
    - output: |
        submission_1002:
          :submitters:
          - :name: Eve
      :submitters:
      - :name: Eve
submission_1002:
  :submitters:
  - :name: '王伟'
    :sid:
  - :name: "Bob O'Neil"
    :sid: 18000
submission_1003:
  :history: []
"""
NAMES = {
    "submission_1001": "Ann O'Neil_17000_submission_1001",
    "submission_1002": "王伟_Bob O'Neil_18000_submission_1002",
}


def test_only_what_names_submitters_is_read():
    assert names_of(YAML.encode()) == NAMES
    assert names_of(b"\xff\xfe\0") == {}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("wrapper", ["", "assignment_7_export/"])
def test_submissions_are_their_students(tmp_path, make_zip, packed, wrapper):
    files = {f"submission_{number}/kitchen.py": CODE for number in (1001, 1002, 1003)} | {
        METADATA: YAML.encode()
    }
    path = tmp_path / "export"
    if packed:
        path = tmp_path / "export.zip"
        path.write_bytes(make_zip({wrapper + name: data for name, data in files.items()}))
    else:
        for name, data in files.items():
            (path / wrapper / name).parent.mkdir(parents=True, exist_ok=True)
            (path / wrapper / name).write_bytes(data)
    students = (Student("17000", "Ann O'Neil"), Student("18000", "Bob O'Neil"), Student("20000", "王伟"))
    intake = take_in([path], "kitchen", roster=Roster(students))
    assert {each.id: each.student for each in intake.submissions} == {
        NAMES["submission_1001"]: students[0],
        NAMES["submission_1002"]: students[1],
        "submission_1003": None,
    }


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_metadata_that_cannot_be_read_name_nobody(tmp_path, make_zip, packed):
    files = {"submission_1001/kitchen.py": CODE, "submission_1002/kitchen.py": CODE}
    if packed:
        path = tmp_path / "export.zip"
        path.write_bytes(make_zip(files | {METADATA: bytes(65 * 1024 * 1024)}))
    else:
        path = tmp_path
        for name, content in files.items():
            (path / name).parent.mkdir()
            (path / name).write_bytes(content)
        (path / METADATA).mkdir()
    found = {each.id for each in take_in([path], "kitchen").submissions if each.problem is None}
    assert found == {"submission_1001", "submission_1002"}
